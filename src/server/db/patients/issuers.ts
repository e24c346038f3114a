import type { IndexEntry } from "../archive/index-instance.ts";
import type { Pool, Sql } from "../pool.ts";
import { identityOf } from "./move.ts";

/** Who issues the patient ids of senders that state none: of the organisation (`aeTitle` "") or of one peer. */
export interface DefaultIssuer {
  readonly aeTitle: string;
  readonly issuer: string;
}

export async function listIssuers(sql: Sql, organisationId: string): Promise<DefaultIssuer[]> {
  const { rows } = await sql.query<DefaultIssuer>(
    `select ae_title as "aeTitle", issuer from default_issuer where organisation_id = $1 order by ae_title`,
    [organisationId],
  );
  return rows;
}

const FRESH_MS = 2000;
interface Known {
  readonly at: number;
  readonly issuers: ReadonlyMap<string, string>;
}
const caches = new WeakMap<Pool, Map<string, Promise<Known>>>();

/**
 * The entry of an object whose sender states no issuer, with the default one of that peer or organisation. Asked for every
 * object: the few rows are kept in memory for two seconds.
 */
export async function withIssuer(
  pool: Pool,
  entry: IndexEntry,
  origin: { readonly organisationId: string; readonly who?: string },
): Promise<IndexEntry> {
  const { patient, study } = entry;
  if (patient.issuer || !patient.patientId) return entry;
  const { issuers } = await knownIssuers(pool, origin.organisationId);
  const issuer = issuers.get(origin.who ?? "") ?? issuers.get("");
  if (issuer === undefined) return entry;
  const attributes = { ...JSON.parse(study.attributes), "00100021": { vr: "LO", Value: [issuer] } };
  return {
    ...entry,
    patient: { ...patient, issuer, identity: identityOf({ issuer, patientId: patient.patientId })! },
    study: { ...study, attributes: JSON.stringify(attributes) },
  };
}

async function knownIssuers(pool: Pool, organisationId: string): Promise<Known> {
  const cache = caches.get(pool) ?? new Map<string, Promise<Known>>();
  caches.set(pool, cache);
  const now = performance.now();
  const known = await cache.get(organisationId)?.catch(() => undefined);
  if (known && now - known.at < FRESH_MS) return known;
  const asked = listIssuers(pool, organisationId).then((rows) => ({
    at: now,
    issuers: new Map(rows.map((row) => [row.aeTitle, row.issuer])),
  }));
  cache.set(organisationId, asked);
  return asked;
}

/**
 * Sets or (issuer "") removes a default issuer. Set for the whole organisation, patients that are there without an issuer
 * get it too, so that their next objects find them. Returns how many got it, and the numbers that exist with and without
 * it: those are left, to be looked at and merged.
 */
export async function setIssuer(
  sql: Sql,
  { aeTitle, issuer }: DefaultIssuer,
  by: { readonly organisationId: string; readonly personId: string; readonly at: Date },
): Promise<{ given: number; twice: string[] }> {
  const row = [by.organisationId, aeTitle];
  await sql.query("delete from default_issuer where organisation_id = $1 and ae_title = $2", row);
  if (issuer === "") return { given: 0, twice: [] };
  await sql.query(
    "insert into default_issuer (organisation_id, ae_title, issuer, set_at, set_by) values ($1, $2, $3, $4, $5)",
    [...row, issuer, by.at, by.personId],
  );
  if (aeTitle !== "") return { given: 0, twice: [] };
  const given = await sql.query(
    `update patient set identity = $2 || identity, issuer = case when issuer = '' then $2 else issuer end
     where organisation_id = $1 and identity like '|%' and not exists (
       select from patient other where other.organisation_id = $1 and other.identity = $2 || patient.identity)`,
    [by.organisationId, issuer],
  );
  const { rows } = await sql.query<{ number: string }>(
    `select substr(identity, 2) as number from patient where organisation_id = $1 and identity like '|%' and merged_into is null
     order by 1 limit 100`,
    [by.organisationId],
  );
  return { given: given.rowCount ?? 0, twice: rows.map((one) => one.number) };
}

/** Forgets what is remembered of an organisation's issuers: after a change on this server. */
export function forgetIssuers(pool: Pool, organisationId: string): void {
  caches.get(pool)?.delete(organisationId);
}
