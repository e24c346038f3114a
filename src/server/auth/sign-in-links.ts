import type { Sql } from "../db/pool.ts";
import { hashSecret, newSecret } from "./secret.ts";

/** Makes a sign-in link for a person. `usesLeft: null` works as often as wanted until it expires (demo people). */
export async function createSignInLink(
  sql: Sql,
  personId: string,
  options: { readonly usesLeft: number | null; readonly hours: number; readonly now?: Date },
): Promise<{ token: string; path: string; expiresAt: Date }> {
  const token = newSecret();
  const expiresAt = new Date((options.now ?? new Date()).getTime() + options.hours * 3_600_000);
  await sql.query("delete from sign_in_link where expires_at < now() or uses_left = 0");
  await sql.query("insert into sign_in_link (token_hash, person_id, expires_at, uses_left) values ($1, $2, $3, $4)", [
    hashSecret(token),
    personId,
    expiresAt,
    options.usesLeft,
  ]);
  return { token, path: `/sign-in/${token}`, expiresAt };
}

/** Spends one use of a link: the person's id, or null when it is unknown, spent, expired or its person disabled. */
export async function spendSignInLink(sql: Sql, token: string, now: Date): Promise<string | null> {
  const { rows } = await sql.query<{ person_id: string }>(
    `update sign_in_link l set uses_left = uses_left - 1 from person p
     where l.token_hash = $1 and l.expires_at > $2 and (l.uses_left is null or l.uses_left > 0)
       and p.id = l.person_id and p.active
     returning l.person_id`,
    [hashSecret(token), now],
  );
  return rows[0]?.person_id ?? null;
}
