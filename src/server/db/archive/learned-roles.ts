import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import type { SeriesPattern } from "../../../dicom/series-reading/series-pattern.ts";
import type { Sql } from "../pool.ts";

export interface LearnedRole {
  readonly id: string;
  readonly role: string;
  readonly qualifiers: SeriesQualifiers;
}

const keys = ({ modality, station, protocol, description }: SeriesPattern) => [
  modality,
  station,
  protocol,
  description,
];

/** What an organisation has learned about series of a pattern; undefined when nothing. */
export async function learnedRole(
  sql: Sql,
  organisationId: string,
  pattern: SeriesPattern,
): Promise<LearnedRole | undefined> {
  const { rows } = await sql.query<LearnedRole>(
    `select id, role, qualifiers from learned_role where organisation_id = $1 and modality = $2 and station = $3
       and protocol = $4 and description = $5 and retired_at is null`,
    [organisationId, ...keys(pattern)],
  );
  return rows[0];
}

/** Learns from a correction; what was learned about the same pattern before is retired. */
export async function learnRole(
  sql: Sql,
  organisationId: string,
  pattern: SeriesPattern,
  learned: {
    readonly role: string;
    readonly qualifiers: SeriesQualifiers;
    readonly seriesId: number;
    readonly personId: string;
  },
): Promise<void> {
  await sql.query(
    `with earlier as (update learned_role set retired_at = now() where organisation_id = $1 and modality = $2
       and station = $3 and protocol = $4 and description = $5 and retired_at is null returning id)
     select count(*) from earlier`,
    [organisationId, ...keys(pattern)],
  );
  await sql.query(
    `insert into learned_role (organisation_id, modality, station, protocol, description, role, qualifiers, series_id,
       created_by) values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)
     on conflict (organisation_id, modality, station, protocol, description) where retired_at is null
     do update set role = excluded.role, qualifiers = excluded.qualifiers, series_id = excluded.series_id,
       created_by = excluded.created_by, created_at = now()`,
    [
      ...[organisationId, ...keys(pattern), learned.role, JSON.stringify(learned.qualifiers)],
      ...[learned.seriesId, learned.personId],
    ],
  );
}

/** Forgets what was learned from a series. */
export async function forgetFrom(sql: Sql, seriesId: number): Promise<void> {
  await sql.query("update learned_role set retired_at = now() where series_id = $1 and retired_at is null", [seriesId]);
}

/**
 * Forgets a learned role of the organisation: every series that got it is again what its tags say. Returns the studies
 * whose series changed; null when there is no such role.
 */
export async function forgetLearned(
  sql: Sql,
  id: string,
  organisationId: string,
): Promise<readonly { readonly studyId: number; readonly instances: number }[] | null> {
  const { rowCount } = await sql.query(
    "update learned_role set retired_at = now() where id::text = $1 and organisation_id = $2 and retired_at is null",
    [id, organisationId],
  );
  if (!rowCount) return null;
  const { rows } = await sql.query<{ studyId: number; instances: number }>(
    `with back as (update series set role = coalesce(reading ->> 'role', role), role_by = 'tags', corrected = null
       where role_by = 'learned:' || $1 returning study_id)
     select study.id as "studyId", study.instance_count as instances from study
     where study.id in (select study_id from back)`,
    [id],
  );
  return rows;
}
