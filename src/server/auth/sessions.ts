import type { Sql } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import { PERSON_COLUMNS, personOf } from "./people.ts";
import { forgetAccess } from "./remembered.ts";
import { hashSecret, newSecret } from "./secret.ts";

/** One shift: after that a person signs in again, whatever they did meanwhile. */
export const SESSION_HOURS = 12;
export const SESSION_COOKIE = "willis_session";

/** Opens a session and returns the secret for the cookie. `via` says what proved the person. */
export async function openSession(
  sql: Sql,
  personId: string,
  now: Date,
  via: "password" | "link",
  userAgent = "",
): Promise<{ token: string; expiresAt: Date }> {
  const token = newSecret();
  const expiresAt = new Date(now.getTime() + SESSION_HOURS * 3_600_000);
  await sql.query(
    "insert into session (token_hash, person_id, created_at, expires_at, via, user_agent) values ($1, $2, $3, $4, $5, $6)",
    [hashSecret(token), personId, now, expiresAt, via, userAgent.slice(0, 200)],
  );
  await sql.query("delete from session where expires_at < $1", [now]);
  return { token, expiresAt };
}

export async function endSession(sql: Sql, token: string): Promise<void> {
  await sql.query("delete from session where token_hash = $1", [hashSecret(token)]);
  forgetAccess();
}

/** Ends every session of a person but the one with this hash. */
export async function endOtherSessions(sql: Sql, personId: string, own: Buffer): Promise<void> {
  await sql.query("delete from session where person_id = $1 and token_hash <> $2", [personId, own]);
  forgetAccess();
}

/** Who holds this session now. */
export async function personOfSession(sql: Sql, token: string, now: Date): Promise<Person | null> {
  const { rows } = await sql.query({
    name: "person-of-session",
    text: `select ${PERSON_COLUMNS} from session s join person p on p.id = s.person_id
       join organisation o on o.id = p.organisation_id
     where s.token_hash = $1 and s.expires_at > $2 and p.active`,
    values: [hashSecret(token), now],
  });
  return rows[0] ? personOf(rows[0], "session") : null;
}
