import type { AnalysisView } from "../../cases/analysis-view.ts";
import type { Sql } from "./pool.ts";

const ANALYSIS = `select a.id, a.kind, s.series_uid as "seriesUid", st.study_uid as "studyUid", a.params, a.state, a.step,
    a.progress, a.error, a.created_at as "createdAt", a.finished_at as "finishedAt", a.result,
    (select jsonb_build_object('accepted', r.accepted, 'matrix', r.matrix, 'at', to_char(r.at at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'by', jsonb_build_object('id', p.id, 'name', p.name))
      from analysis_review r join person p on p.id = r.by where r.analysis_id = a.id order by r.id desc limit 1) as review
  from analysis a join series s on s.id = a.series_id join study st on st.id = s.study_id`;

export async function analysisView(sql: Sql, id: string): Promise<AnalysisView> {
  const { rows } = await sql.query(`${ANALYSIS} where a.id = $1`, [id]);
  return viewOf(rows[0]);
}

/** Newest first. */
export async function analysesOfStudy(sql: Sql, studyId: number): Promise<AnalysisView[]> {
  const { rows } = await sql.query(`${ANALYSIS} where st.id = $1 order by a.created_at desc`, [studyId]);
  return rows.map(viewOf);
}

/** The analyses of all series of a case, newest first. */
export async function analysesOfCase(sql: Sql, caseId: string): Promise<AnalysisView[]> {
  const { rows } = await sql.query(
    `${ANALYSIS} join case_study cs on cs.study_id = st.id where cs.case_id = $1 order by a.created_at desc`,
    [caseId],
  );
  return rows.map(viewOf);
}

/** Keeps what a person said of a result; what was said before stays. */
export async function addReview(
  sql: Sql,
  analysisId: string,
  review: { readonly accepted: boolean; readonly matrix: readonly number[] | null; readonly by: string },
): Promise<void> {
  await sql.query("insert into analysis_review (analysis_id, accepted, matrix, by) values ($1, $2, $3, $4)", [
    analysisId,
    review.accepted,
    review.matrix,
    review.by,
  ]);
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the queries above
function viewOf(row: any): AnalysisView {
  return { ...row, createdAt: row.createdAt.toISOString(), finishedAt: row.finishedAt?.toISOString() ?? null };
}
