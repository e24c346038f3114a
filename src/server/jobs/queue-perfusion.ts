import type { Pool, Sql } from "../db/pool.ts";
import { transaction } from "../db/pool.ts";
import type { PerfusionParams } from "./jobs.ts";

const QUIET_SECONDS = 4;
const LEAST_IMAGES = 24;
const LOCK = 77_105_110; // two servers must not queue the same series

/** Writes an analysis down, or finds the one that was asked for with the same parameters and has not failed. */
export async function queuePerfusion(
  pool: Pool,
  seriesId: number,
  params: PerfusionParams,
  requestedBy: string | null,
): Promise<{ id: string; made: boolean }> {
  return transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const { rows } = await sql.query<{ id: string }>(
      `select id from analysis where series_id = $1 and kind = 'perfusion' and params = $2
         and state in ('queued', 'running') order by created_at desc limit 1`,
      [seriesId, JSON.stringify(params)],
    );
    if (rows[0]) return { id: rows[0].id, made: false };
    return { id: await insert(sql, seriesId, params, requestedBy), made: true };
  });
}

/** Queues perfusion for series of that role which stopped growing and were never analysed. Returns the new ids. */
export async function queueQuietSeries(pool: Pool, now: Date): Promise<string[]> {
  const waiting = `select s.id from series s where s.role = 'CTP' and s.instance_count >= ${LEAST_IMAGES}
     and s.updated_at between $1::timestamptz - interval '1 day' and $1::timestamptz - interval '${QUIET_SECONDS} seconds'
     and not exists (select 1 from analysis a where a.series_id = s.id)`;
  const { rowCount } = await pool.query(waiting, [now]);
  if (!rowCount) return [];
  return transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const { rows } = await sql.query<{ id: number }>(waiting, [now]);
    const ids: string[] = [];
    for (const { id } of rows) ids.push(await insert(sql, id, {}, null));
    return ids;
  });
}

async function insert(
  sql: Sql,
  seriesId: number,
  params: PerfusionParams,
  requestedBy: string | null,
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    "insert into analysis (kind, series_id, params, step, requested_by) values ('perfusion', $1, $2, 'waiting', $3) returning id",
    [seriesId, JSON.stringify(params), requestedBy],
  );
  return rows[0]!.id;
}
