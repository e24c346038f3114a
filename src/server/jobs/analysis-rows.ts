import type { AnalysisKindName, AnalysisResults, AnalysisView, PerfusionView } from "../../cases/analysis-view.ts";
import type { Sql } from "../db/pool.ts";
import type { AnalysisQuestion } from "./jobs.ts";

/** What a run needs to know of its series. */
export interface AnalysisRun {
  readonly id: string;
  readonly kind: AnalysisKindName;
  readonly state: AnalysisView["state"];
  readonly seriesId: number;
  readonly seriesUid: string;
  readonly studyId: number;
  readonly organisationId: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Rows of the series that it needs beside its own. */
  readonly others: readonly number[];
  readonly createdAt: Date;
}

/**
 * The run for this question and the series as they are now: a new row, or the one that is there and did not fail. The
 * number of objects belongs to the question: a series that has grown is another one.
 */
export async function askAnalysis(sql: Sql, question: AnalysisQuestion): Promise<{ id: string; isNew: boolean }> {
  const { kind, seriesId, params, others = [], by } = question;
  await sql.query("select pg_advisory_xact_lock(7201, $1)", [seriesId]);
  const asked = `(select $2::jsonb || jsonb_build_object('instances', instance_count)
      || case when cardinality($4::bigint[]) = 0 then '{}'::jsonb else jsonb_build_object('other_instances',
        (select jsonb_agg(o.instance_count order by o.id) from series o where o.id = any ($4))) end
    from series where id = $1)`;
  const known = await sql.query<{ id: string }>(
    `select id from analysis where series_id = $1 and kind = $3 and others = $4 and params = ${asked}
       and state in ('queued', 'running', 'done')
     order by created_at desc limit 1`,
    [seriesId, params, kind, others],
  );
  if (known.rows[0]) return { id: known.rows[0].id, isNew: false };
  const made = await sql.query<{ id: string }>(
    `insert into analysis (kind, series_id, params, others, requested_by) values ($3, $1, ${asked}, $4, $5) returning id`,
    [seriesId, params, kind, others, by],
  );
  return { id: made.rows[0]!.id, isNew: true };
}

/** Perfusion series that nothing was ever asked of in their present size; `studyId` null: those of the last 30 days. */
export async function untouchedPerfusionSeries(
  sql: Sql,
  studyId: number | null,
  quietSeconds: number,
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select s.id from series s
     where s.role = 'CTP' and ${studyId === null ? "s.updated_at > now() - interval '30 days'" : "s.study_id = $2"}
       and not exists (select from instance i where i.series_id = s.id and i.received_at > now() - make_interval(secs => $1))
       and not exists (select from analysis a where a.series_id = s.id and a.kind = 'perfusion' and (a.params ->> 'instances')::int = s.instance_count)`,
    studyId === null ? [quietSeconds] : [quietSeconds, studyId],
  );
  return rows.map((row) => row.id);
}

export async function analysisRun(sql: Sql, analysisId: string): Promise<AnalysisRun | undefined> {
  const { rows } = await sql.query<AnalysisRun>(
    `select a.id, a.kind, a.state, a.series_id as "seriesId", s.series_uid as "seriesUid", s.study_id as "studyId",
       st.organisation_id as "organisationId", a.params, a.others, a.created_at as "createdAt"
     from analysis a join series s on s.id = a.series_id join study st on st.id = s.study_id where a.id = $1`,
    [analysisId],
  );
  return rows[0];
}

/** Takes a queued run, or one that a worker left behind. False: it was cancelled or is finished. */
export async function beginAnalysis(sql: Sql, analysisId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update analysis set state = 'running', started_at = now(), progress = 0, step = 'Starting', error = null
     where id = $1 and state in ('queued', 'running')`,
    [analysisId],
  );
  return rowCount === 1;
}

/** False when the run is no longer running: somebody cancelled it. */
export async function noteProgress(sql: Sql, analysisId: string, step: string, progress: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    "update analysis set step = $2, progress = $3 where id = $1 and state = 'running'",
    [analysisId, step, progress],
  );
  return rowCount === 1;
}

export async function finishAnalysis(
  sql: Sql,
  analysisId: string,
  result: AnalysisResults[AnalysisKindName],
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update analysis set state = 'done', step = '', progress = 1, result = $2, finished_at = now()
     where id = $1 and state = 'running'`,
    [analysisId, JSON.stringify(result)],
  );
  return rowCount === 1;
}

export async function failAnalysis(sql: Sql, analysisId: string, reason: string): Promise<void> {
  await sql.query(
    `update analysis set state = 'failed', step = '', error = $2, finished_at = now()
     where id = $1 and state in ('queued', 'running')`,
    [analysisId, reason],
  );
}

/** Back to the queue: the process that ran it is stopping. */
export async function returnAnalysis(sql: Sql, analysisId: string): Promise<void> {
  await sql.query("update analysis set state = 'queued', step = '', progress = 0 where id = $1 and state = 'running'", [
    analysisId,
  ]);
}

export async function cancelAnalysis(sql: Sql, analysisId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update analysis set state = 'cancelled', step = '', finished_at = now()
     where id = $1 and state in ('queued', 'running')`,
    [analysisId],
  );
  return rowCount === 1;
}

/** Finished perfusion runs of the studies of a case whose numbers the case does not have yet; each series' newest only. */
export async function unsharedAnalyses(
  sql: Sql,
  caseId: string,
): Promise<{ id: string; seriesUid: string; result: PerfusionView; seconds: number; takenAt: Date | null }[]> {
  const { rows } = await sql.query(
    `select distinct on (a.series_id) a.id, s.series_uid as "seriesUid", a.result,
       extract(epoch from a.finished_at - a.started_at)::float as seconds,
       case when st.study_date is not null and st.study_time ~ '^[0-2][0-9][0-5][0-9]'
         then least(now(), (st.study_date + make_interval(hours => substr(st.study_time, 1, 2)::int, mins => substr(st.study_time, 3, 2)::int)) at time zone 'UTC')
       end as "takenAt"
     from case_study cs join study st on st.id = cs.study_id join series s on s.study_id = st.id
       join analysis a on a.series_id = s.id
     where cs.case_id = $1 and a.kind = 'perfusion' and a.state = 'done'
     order by a.series_id, a.finished_at desc`,
    [caseId],
  );
  const found = [];
  for (const row of rows) {
    const shared = await sql.query(
      "select from fact where case_id = $1 and source ->> 'kind' = 'measured' and source -> 'from' ? $2 limit 1",
      [caseId, row.result.maps.tmax ?? row.id],
    );
    if (shared.rowCount === 0) found.push(row);
  }
  return found;
}
