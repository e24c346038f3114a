import type { StoredBlob } from "../../blobs/blob-store.ts";
import type { Sql } from "../pool.ts";

export interface QuarantineOrigin {
  readonly organisationId: string;
  readonly via: string;
  readonly who?: string;
  readonly name?: string;
  readonly caseId?: string;
}

/** One file that could not be taken in, as people see it. */
export interface QuarantineRow {
  readonly id: string;
  readonly organisationId: string;
  readonly receivedAt: string;
  readonly via: string;
  readonly who: string;
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly blobKey: string;
  readonly code: string;
  readonly reason: string;
  readonly state: "waiting" | "discarded" | "stored";
  readonly caseId: string | null;
  readonly decidedAt: string | null;
}

const COLUMNS = `id, organisation_id as "organisationId", received_at as "receivedAt", via, who, name, size,
  encode(digest, 'hex') as digest, blob_key as "blobKey", code, reason, state, case_id as "caseId", decided_at as "decidedAt"`;

/** Keeps a file that cannot be taken in; the same file waiting already gets the new reason. Returns its id. */
export async function insertQuarantine(
  sql: Sql,
  origin: QuarantineOrigin,
  blob: StoredBlob,
  code: string,
  reason: string,
): Promise<string> {
  const name = clean(origin.name ?? "").slice(0, 500);
  const { rows } = await sql.query<{ id: string }>(
    `with old as (update quarantine set code = $8, reason = $9
         where organisation_id = $1 and digest = $6 and name = $4 and state = 'waiting' returning id),
     made as (insert into quarantine (organisation_id, via, who, name, size, digest, blob_key, code, reason, case_id)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 where not exists (select from old) returning id)
     select id from old union all select id from made`,
    [
      ...[origin.organisationId, origin.via, clean(origin.who ?? ""), name, blob.size, blob.digest, blob.key],
      ...[code, clean(reason).slice(0, 2000), origin.caseId ?? null],
    ],
  );
  return rows[0]!.id;
}

/** The quarantine of an organisation, newest first. */
export async function listQuarantine(
  sql: Sql,
  organisationId: string,
  state: string | undefined,
): Promise<QuarantineRow[]> {
  const { rows } = await sql.query<QuarantineRow>(
    `select ${COLUMNS} from quarantine where organisation_id = $1 and ($2::text is null or state = $2)
     order by received_at desc, id limit 1000`,
    [organisationId, state ?? null],
  );
  return rows;
}

export async function readQuarantine(sql: Sql, id: string): Promise<QuarantineRow | undefined> {
  const { rows } = await sql.query<QuarantineRow>(`select ${COLUMNS} from quarantine where id = $1`, [id]);
  return rows[0];
}

/** Writes down what a person decided about a waiting file. False when it was decided already. */
export async function decideQuarantine(
  sql: Sql,
  id: string,
  state: "discarded" | "stored",
  personId: string,
  reason?: string,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update quarantine set state = $2, decided_by = $3, decided_at = now(),
       reason = case when $4::text is null then reason else reason || ' Discarded: ' || $4 end
     where id = $1 and state = 'waiting'`,
    [id, state, personId, reason ?? null],
  );
  return rowCount === 1;
}

function clean(value: string): string {
  return value.replaceAll("\0", "").toWellFormed();
}
