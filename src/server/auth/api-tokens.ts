import type { Sql } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import { PERSON_COLUMNS, personOf } from "./people.ts";
import { forgetAccess } from "./remembered.ts";
import { hashSecret, newSecret } from "./secret.ts";

export interface ApiToken {
  readonly id: string;
  readonly label: string;
  readonly user: { readonly id: string; readonly login: string; readonly name: string };
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Makes a token that acts for the person with all that they may do. The secret is returned once. */
export async function createApiToken(
  sql: Sql,
  personId: string,
  options: { readonly label?: string; readonly expiresAt?: Date | null },
): Promise<{ id: string; token: string }> {
  const token = `willis_${newSecret()}`;
  const { rows } = await sql.query<{ id: string }>(
    "insert into api_token (token_hash, person_id, label, expires_at) values ($1, $2, $3, $4) returning id",
    [hashSecret(token), personId, options.label ?? "", options.expiresAt ?? null],
  );
  return { id: rows[0]!.id, token };
}

export async function listApiTokens(sql: Sql): Promise<ApiToken[]> {
  const { rows } = await sql.query(
    `select t.id, t.label, json_build_object('id', p.id, 'login', p.login, 'name', p.name) as "user",
       t.created_at as "createdAt", t.expires_at as "expiresAt", t.revoked_at as "revokedAt"
     from api_token t join person p on p.id = t.person_id order by t.created_at desc`,
  );
  return rows;
}

/** True when there was such a token and it still worked. */
export async function revokeApiToken(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    "update api_token set revoked_at = now() where id::text = lower($1) and revoked_at is null",
    [id],
  );
  forgetAccess();
  return rowCount === 1;
}

export async function personOfToken(sql: Sql, token: string, now: Date): Promise<Person | null> {
  const { rows } = await sql.query({
    name: "person-of-token",
    text: `select ${PERSON_COLUMNS} from api_token t join person p on p.id = t.person_id
       join organisation o on o.id = p.organisation_id
     where t.token_hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2) and p.active`,
    values: [hashSecret(token), now],
  });
  return rows[0] ? personOf(rows[0], "token") : null;
}
