import type { Sql } from "../pool.ts";

/** What tells a perfusion series from a stack: objects and distinct slice positions. `header`: its first object, gzip. */
export interface CountedSeries {
  readonly role: string;
  readonly instances: number;
  readonly positions: number;
  readonly header: Buffer;
}

/** Undefined when the series is gone or a person has said what it is. */
export async function seriesFacts(sql: Sql, seriesId: number): Promise<CountedSeries | undefined> {
  const { rows } = await sql.query<CountedSeries>(
    `select series.role, count(*)::int as instances, count(distinct instance.attributes -> '00200032' -> 'Value')::int as positions,
       (array_agg(instance.metadata order by instance.number nulls last, instance.id))[1] as header
     from series join instance on instance.series_id = series.id
     where series.id = $1 and series.role_by = 'tags' group by series.role`,
    [seriesId],
  );
  return rows[0];
}

export async function updateRole(sql: Sql, seriesId: number, role: string): Promise<void> {
  await sql.query("update series set role = $2 where id = $1 and role_by = 'tags'", [seriesId, role]);
}
