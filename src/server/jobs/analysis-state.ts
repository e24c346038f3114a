import type { PerfusionView } from "../../cases/views.ts";
import type { Services } from "../http/services.ts";

type Telling = Pick<Services, "pool" | "live">;

/** Marks an analysis as running; false when somebody cancelled it before. */
export async function beginAnalysis(
  { pool, live }: Telling,
  id: string,
): Promise<{ seriesId: number; params: unknown } | null> {
  const { rows } = await pool.query(
    `update analysis set state = 'running', step = 'reading', progress = 0, started_at = now(), error = null
     where id = $1 and state in ('queued', 'running') returning series_id as "seriesId", params`,
    [id],
  );
  if (rows[0]) await tell({ pool, live }, id);
  return rows[0] ?? null;
}

/** Writes how far it is; false when it is no longer wanted. */
export async function noteProgress(
  { pool, live }: Telling,
  id: string,
  step: string,
  progress: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    "update analysis set step = $2, progress = $3 where id = $1 and state = 'running'",
    [id, step, progress],
  );
  if (rowCount) await tell({ pool, live }, id);
  return rowCount === 1;
}

/** Ends an analysis that has not ended: failed with the reason, or cancelled. */
export async function endAnalysis(
  { pool, live }: Telling,
  id: string,
  state: "failed" | "cancelled",
  error: string | null,
): Promise<void> {
  const { rowCount } = await pool.query(
    "update analysis set state = $2, error = $3, step = '', finished_at = now() where id = $1 and state in ('queued', 'running')",
    [id, state, error],
  );
  if (rowCount) await tell({ pool, live }, id);
}

export async function finishAnalysis({ pool, live }: Telling, id: string, result: PerfusionView): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update analysis set state = 'done', step = 'done', progress = 1, result = $2, finished_at = now()
     where id = $1 and state = 'running'`,
    [id, JSON.stringify(result)],
  );
  if (rowCount) await tell({ pool, live }, id);
  return rowCount === 1;
}

async function tell({ pool, live }: Telling, id: string): Promise<void> {
  const { rows } = await pool.query(
    `select a.state, a.step, a.progress, s.study_id as "studyId" from analysis a join series s on s.id = a.series_id where a.id = $1`,
    [id],
  );
  if (rows[0]) await live.publish({ type: "analysis", analysisId: id, ...rows[0] });
}
