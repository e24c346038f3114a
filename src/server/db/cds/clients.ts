import type { JSONWebKeySet } from "jose";
import type { Sql } from "../pool.ts";

/** An EHR that may call the CDS Hooks services. It has either an address of its keys or the keys themselves. */
export interface CdsClient {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** The address of /cds-services as it calls it: `aud` of its tokens, alone or with the path of a service. */
  readonly audience: string;
  readonly jwksUrl: string | null;
  readonly jwks: JSONWebKeySet | null;
  readonly active: boolean;
  readonly lastCalledAt: string | null;
}

const COLUMNS = `c.id, c.organisation_id as "organisationId", c.name, c.issuer, c.audience, c.jwks_url as "jwksUrl", c.jwks,
  c.active, c.last_called_at as "lastCalledAt"`;

/** The client that signs as this issuer; null when there is none, or it was switched off. */
export async function clientOfIssuer(sql: Sql, issuer: string): Promise<CdsClient | null> {
  const { rows } = await sql.query(`select ${COLUMNS} from cds_client c where issuer = $1 and active`, [issuer]);
  return rows[0] ?? null;
}

/** All clients with the name of their organisation, those that were switched off as well. */
export async function listClients(sql: Sql): Promise<readonly (CdsClient & { organisation: string })[]> {
  const { rows } = await sql.query(
    `select ${COLUMNS}, o.name as organisation from cds_client c join organisation o on o.id = c.organisation_id
     order by o.name, c.name, c.issuer`,
  );
  return rows;
}

/** Adds a client, or sets one of this issuer that was removed up anew. Null when an active one has the issuer. */
export async function addClient(
  sql: Sql,
  client: Pick<CdsClient, "organisationId" | "name" | "issuer" | "audience" | "jwksUrl" | "jwks">,
): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into cds_client as c (organisation_id, name, issuer, audience, jwks_url, jwks) values ($1, $2, $3, $4, $5, $6)
     on conflict (issuer) do update set name = excluded.name, audience = excluded.audience, jwks_url = excluded.jwks_url,
       jwks = excluded.jwks, active = true
     where not c.active and c.organisation_id = excluded.organisation_id
     returning id`,
    [
      client.organisationId,
      client.name,
      client.issuer,
      client.audience,
      client.jwksUrl,
      client.jwks ? JSON.stringify(client.jwks) : null,
    ],
  );
  return rows[0]?.id ?? null;
}

/** Switches a client off: its next call is refused. What it was told stays. False when no active one has the issuer. */
export async function removeClient(sql: Sql, issuer: string): Promise<boolean> {
  const { rowCount } = await sql.query("update cds_client set active = false where issuer = $1 and active", [issuer]);
  return rowCount === 1;
}

/** Marks a token as used until it would no longer be taken. False when it was used before. Spent ones go by the way. */
export async function spendToken(sql: Sql, clientId: string, jti: string, until: Date, now: Date): Promise<boolean> {
  const { rows } = await sql.query(
    `with gone as (delete from cds_token where (client_id, jti) in (
         select client_id, jti from cds_token where until < $4 order by until limit 100 for update skip locked)),
       called as (update cds_client set last_called_at = $4
         where id = $1 and (last_called_at is null or last_called_at < $4::timestamptz - interval '1 minute'))
     insert into cds_token (client_id, jti, until) values ($1, $2, $3) on conflict do nothing returning jti`,
    [clientId, jti, until, now],
  );
  return rows.length === 1;
}
