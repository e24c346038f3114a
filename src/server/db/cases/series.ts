import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { Sql } from "../pool.ts";

/** The series of all studies of a case. */
export async function seriesOfCase(sql: Sql, caseId: string): Promise<SeriesView[]> {
  const { rows } = await sql.query(
    `select s.series_uid as "seriesUid", st.study_uid as "studyUid", s.modality, s.role, s.role_by as "roleBy", s.number,
       s.description, s.instance_count as instances, s.frame_count as frames,
       coalesce(s.attributes -> '00080021' -> 'Value' ->> 0, to_char(st.study_date, 'YYYYMMDD')) as day,
       coalesce(s.attributes -> '00080031' -> 'Value' ->> 0, st.study_time) as clock
     from case_study cs join study st on st.id = cs.study_id join series s on s.study_id = st.id
     where cs.case_id = $1 order by st.study_date, st.study_time, s.number nulls last, s.id`,
    [caseId],
  );
  return rows.map(({ day, clock, ...view }) => ({ ...view, at: imageTime(day, clock) }));
}

/** DICOM date and time as ISO without zone, as the device wrote them; null when there is no date. */
function imageTime(day: string | null, clock: string | null): string | null {
  const d = /^(\d{4})(\d{2})(\d{2})$/.exec(day ?? "");
  if (!d) return null;
  const t = /^(\d{2})(\d{2})?(\d{2})?/.exec(clock ?? "");
  return `${d[1]}-${d[2]}-${d[3]}T${t?.[1] ?? "00"}:${t?.[2] ?? "00"}:${t?.[3] ?? "00"}`;
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
