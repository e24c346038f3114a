import type { PackKey } from "../../cases/pack-views.ts";
import { WillisError } from "../../core/index.ts";
import type { Sql } from "../db/pool.ts";
import { publicKey } from "../pack-signature.ts";

const ROW = `k.id, k.key_id as "keyId", k.name, k.added_at as "addedAt", a.name as "addedBy",
  k.revoked_at as "revokedAt", r.name as "revokedBy", k.revoked_why as "revokedWhy"`;

/** All keys, the revoked ones too, the youngest first. */
export async function listKeys(sql: Sql): Promise<readonly PackKey[]> {
  const { rows } = await sql.query(
    `select ${ROW} from pack_key k left join person a on a.id = k.added_by left join person r on r.id = k.revoked_by
     order by k.added_at desc, k.id limit 1000`,
  );
  return rows;
}

/** Public keys in PEM that are relied on now. */
export async function trustedKeys(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query<{ public_key: string }>("select public_key from pack_key where revoked_at is null");
  return rows.map((row) => row.public_key);
}

/** Why a signature by this key does not count any more, in words; null when the key is relied on or was never known. */
export async function revocation(sql: Sql, keyId: string): Promise<string | null> {
  const { rows } = await sql.query<{ name: string; at: Date; why: string }>(
    `select name, revoked_at as at, revoked_why as why from pack_key where key_id = $1 and revoked_at is not null`,
    [keyId],
  );
  const row = rows[0];
  return row ? `the key ${keyId} of ${row.name} was revoked on ${row.at.toISOString().slice(0, 10)}: ${row.why}` : null;
}

/** Relies on a key from now on. Throws WillisError "conflict" when it is known, revoked or not. */
export async function addKey(
  sql: Sql,
  { name, pem, person }: { readonly name: string; readonly pem: string; readonly person: string | null },
): Promise<{ readonly id: string; readonly keyId: string }> {
  const key = publicKey(pem, "What was given");
  const { rows } = await sql.query(
    `insert into pack_key (key_id, name, public_key, added_by) values ($1, $2, $3, $4)
     on conflict (key_id) do nothing returning id`,
    [key.keyId, name, key.pem, person],
  );
  if (!rows[0])
    throw new WillisError("conflict", `The key ${key.keyId} is known already; one that was revoked never comes back.`);
  return { id: rows[0].id, keyId: key.keyId };
}

/** Relies on a key no more. What it signed and is in force stays; nothing more is installed by it. */
export async function revokeKey(
  sql: Sql,
  key: string,
  { why, person }: { readonly why: string; readonly person: string | null },
): Promise<void> {
  const { rowCount } = await sql.query(
    `update pack_key set revoked_at = now(), revoked_by = $2, revoked_why = $3
     where (id::text = $1 or key_id = $1) and revoked_at is null`,
    [key, person, why],
  );
  if (rowCount === 0) throw new WillisError("not-found", `No key "${key}" is relied on.`);
}
