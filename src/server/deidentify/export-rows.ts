import type { ExportView } from "../../cases/archive-views.ts";
import type { Sql } from "../db/pool.ts";

/** What a running export needs. */
export interface ExportRun {
  readonly id: string;
  readonly projectId: string;
  readonly project: string;
  readonly options: readonly string[];
  readonly studyIds: readonly number[];
}

export interface ExportCounts {
  done: number;
  withheld: number;
  flagged: number;
  failed: number;
}

const VIEW = `select e.id, p.name as project, p.options, cardinality(e.study_ids) as studies, coalesce(person.name, '') as by,
    e.state, e.total, e.done, e.withheld, e.flagged, e.failed, e.error, e.created_at as "createdAt",
    e.finished_at as "finishedAt"
  from deidentify_export e join deidentify_project p on p.id = e.project_id left join person on person.id = e.requested_by`;

export async function makeExport(
  sql: Sql,
  projectId: string,
  studyIds: readonly number[],
  total: number,
  by: string,
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    "insert into deidentify_export (project_id, study_ids, total, requested_by) values ($1, $2, $3, $4) returning id",
    [projectId, studyIds, total, by],
  );
  return rows[0]!.id;
}

/** The last exports of an organisation, newest first. */
export async function listExports(sql: Sql, organisationId: string): Promise<ExportView[]> {
  const { rows } = await sql.query<ExportView>(
    `${VIEW} where p.organisation_id = $1 order by e.created_at desc limit 50`,
    [organisationId],
  );
  return rows;
}

export async function exportView(sql: Sql, id: string, organisationId: string): Promise<ExportView | null> {
  const { rows } = await sql.query<ExportView>(`${VIEW} where e.id::text = lower($1) and p.organisation_id = $2`, [
    id,
    organisationId,
  ]);
  return rows[0] ?? null;
}

/** Begins an export, or one that a server left behind two minutes ago. Null: it runs already, or is none of theirs. */
export async function beginExport(sql: Sql, id: string, organisationId: string): Promise<ExportRun | null> {
  const { rows } = await sql.query<ExportRun>(
    `update deidentify_export e set state = 'running', done = 0, withheld = 0, flagged = 0, failed = 0, error = '',
       finished_at = null, touched_at = now()
     from deidentify_project p
     where p.id = e.project_id and e.id::text = lower($1) and p.organisation_id = $2
       and (e.state <> 'running' or e.touched_at < now() - interval '2 minutes')
     returning e.id, p.id as "projectId", p.name as project, p.options, e.study_ids as "studyIds"`,
    [id, organisationId],
  );
  return rows[0] ?? null;
}

/** False: somebody cancelled it. */
export async function noteExport(sql: Sql, id: string, counts: ExportCounts): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update deidentify_export set done = $2, withheld = $3, flagged = $4, failed = $5, touched_at = now()
     where id = $1 and state = 'running'`,
    [id, counts.done, counts.withheld, counts.flagged, counts.failed],
  );
  return rowCount === 1;
}

export async function endExport(
  sql: Sql,
  id: string,
  state: "done" | "failed" | "cancelled",
  error = "",
): Promise<void> {
  await sql.query(
    "update deidentify_export set state = $2, error = $3, finished_at = now() where id = $1 and state = 'running'",
    [id, state, error],
  );
}

/** False when there is nothing to cancel. */
export async function cancelExport(sql: Sql, id: string, organisationId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update deidentify_export e set state = 'cancelled', finished_at = now() from deidentify_project p
     where p.id = e.project_id and e.id::text = lower($1) and p.organisation_id = $2 and e.state in ('ready', 'running')`,
    [id, organisationId],
  );
  return rowCount === 1;
}
