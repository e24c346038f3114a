import type { SeriesView } from "../../../cases/views.ts";
import { seriesViews } from "../archive/series-views.ts";
import type { Sql } from "../pool.ts";

/** The series of all studies of a case, the earliest study first, each in hanging order. */
export async function seriesOfCase(sql: Sql, caseId: string): Promise<SeriesView[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select st.id from case_study cs join study st on st.id = cs.study_id
     where cs.case_id = $1 order by st.study_date, st.study_time, st.id`,
    [caseId],
  );
  const found: SeriesView[] = [];
  for (const { id } of rows) found.push(...(await seriesViews(sql, id)));
  return found;
}
