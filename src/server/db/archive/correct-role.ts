import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import type { Sql } from "../pool.ts";

/** Series that have objects and were never read (of one study, or of all), oldest first, a few at a time. */
export async function unreadSeries(sql: Sql, studyId: number | null): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select id from series where ($1::bigint is null or study_id = $1) and reading is null and instance_count > 0
     order by id limit 300`,
    [studyId],
  );
  return rows.map(({ id }) => id);
}

/** Writes the role and qualifiers that a person gave to a series; returns how many objects its study has. */
export async function correctRole(
  sql: Sql,
  seriesId: number,
  corrected: { readonly role: string; readonly qualifiers: SeriesQualifiers; readonly personId: string },
): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `with changed as (update series set role = $2, role_by = $3, corrected = $4::jsonb where id = $1 returning study_id)
     select instance_count as n from study join changed on changed.study_id = study.id`,
    [seriesId, corrected.role, corrected.personId, JSON.stringify(corrected.qualifiers)],
  );
  return rows[0]?.n ?? 0;
}

/**
 * Gives a series back to what its tags say; returns how many objects its study has. A role that was learned is refused by
 * the person for this series alone: it does not come back with the next object.
 */
export async function asTagsSay(sql: Sql, seriesId: number, personId: string): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `with changed as (update series set role = coalesce(reading ->> 'role', role), corrected = null,
       role_by = case when role_by like 'learned:%' then $2 else 'tags' end where id = $1 returning study_id)
     select instance_count as n from study join changed on changed.study_id = study.id`,
    [seriesId, personId],
  );
  return rows[0]?.n ?? 0;
}
