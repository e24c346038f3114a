import type { SeriesQualifiers, SeriesReading } from "../../../core/series-reading.ts";
import type { Sql } from "../pool.ts";

/** What tells a perfusion series from a stack: objects and distinct slice positions. `header`: its first object, gzip. */
export interface CountedSeries {
  readonly organisationId: string;
  readonly role: string;
  /** "tags", "learned:" and an id, or the id of a person. */
  readonly roleBy: string;
  readonly instances: number;
  readonly positions: number;
  /** How far the positions lie apart in x, y, z, mm; null where the objects state none. */
  readonly extentMm: readonly [number, number, number] | null;
  readonly header: Buffer;
}

const axis = (k: number) =>
  `(case when jsonb_typeof(at.place -> ${k}) = 'number' then (at.place ->> ${k})::float8 end)`;
const extent = (k: number) => `max(${axis(k)}) - min(${axis(k)})`;

/** Undefined when the series is gone or holds nothing. */
export async function seriesFacts(sql: Sql, seriesId: number): Promise<CountedSeries | undefined> {
  const { rows } = await sql.query<CountedSeries & { x: number | null; y: number | null; z: number | null }>(
    `select study.organisation_id as "organisationId", series.role, series.role_by as "roleBy",
       count(*)::int as instances, count(distinct at.place)::int as positions,
       ${extent(0)} as x, ${extent(1)} as y, ${extent(2)} as z,
       (array_agg(instance.metadata order by instance.number nulls last, instance.id))[1] as header
     from series join study on study.id = series.study_id join instance on instance.series_id = series.id
     cross join lateral (select instance.attributes -> '00200032' -> 'Value' as place) as at
     where series.id = $1 group by study.organisation_id, series.role, series.role_by`,
    [seriesId],
  );
  const [found] = rows;
  if (!found) return undefined;
  const { x, y, z, ...facts } = found;
  return { ...facts, extentMm: x === null || y === null || z === null ? null : [x, y, z] };
}

/** Keeps what was read of a series; the role only where nobody corrected it. */
export async function keepReading(
  sql: Sql,
  seriesId: number,
  reading: SeriesReading & { role: string },
): Promise<void> {
  await sql.query(
    `update series set reading = $2::jsonb, role = case when role_by = 'tags' then $3 else role end where id = $1`,
    [seriesId, JSON.stringify(reading), reading.role],
  );
}

/** Gives a series the role learned from an earlier correction, unless a person said what it is. */
export async function applyLearned(
  sql: Sql,
  seriesId: number,
  learned: { readonly id: string; readonly role: string; readonly qualifiers: SeriesQualifiers },
): Promise<void> {
  await sql.query(
    `update series set role = $2, role_by = 'learned:' || $3, corrected = $4::jsonb
     where id = $1 and (role_by = 'tags' or role_by like 'learned:%')`,
    [seriesId, learned.role, learned.id, JSON.stringify(learned.qualifiers)],
  );
}
