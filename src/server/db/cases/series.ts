import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
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

/** The analyses of all series of a case, newest first. */
export async function analysesOfCase(sql: Sql, caseId: string): Promise<AnalysisView[]> {
  const { rows } = await sql.query(
    `select a.id, a.kind, s.series_uid as "seriesUid", st.study_uid as "studyUid", a.state, a.step, a.progress, a.error,
       a.created_at as "createdAt", a.finished_at as "finishedAt", a.result
     from case_study cs join study st on st.id = cs.study_id join series s on s.study_id = st.id
       join analysis a on a.series_id = s.id
     where cs.case_id = $1 order by a.created_at desc`,
    [caseId],
  );
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }));
}
