import type { ImpactAsked, ImpactRunView } from "../../cases/impact-views.ts";
import { WillisError } from "../../core/errors.ts";
import type { Sql } from "../db/pool.ts";
import type { ImpactOnCases } from "../knowledge/impact.ts";

/** What is kept of the question: a draft as it was then, so that a later saving does not change what is counted. */
export interface ImpactQuestion extends ImpactAsked {
  readonly content: unknown;
}

export interface ImpactRun {
  readonly id: string;
  readonly state: ImpactRunView["state"];
  readonly asked: ImpactQuestion;
}

export async function addImpactRun(
  sql: Sql,
  asked: ImpactQuestion,
  by: { readonly id: string; readonly organisationId: string },
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    "insert into impact_run (organisation_id, requested_by, asked) values ($1, $2, $3) returning id",
    [by.organisationId, by.id, JSON.stringify(asked)],
  );
  return rows[0]!.id;
}

export async function impactRun(sql: Sql, id: string): Promise<ImpactRun | undefined> {
  const { rows } = await sql.query<ImpactRun>("select id, state, asked from impact_run where id = $1", [id]);
  return rows[0];
}

/** Takes a queued run, or one that a process left behind. False: it was cancelled or is finished. */
export async function beginImpact(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update impact_run set state = 'running', started_at = now(), seen = 0, total = null, error = null
     where id = $1 and state in ('queued', 'running')`,
    [id],
  );
  return rowCount === 1;
}

/** False when the run is no longer running: somebody cancelled it. */
export async function noteImpact(sql: Sql, id: string, seen: number, total: number | null): Promise<boolean> {
  const { rowCount } = await sql.query(
    "update impact_run set seen = $2, total = coalesce($3, total) where id = $1 and state = 'running'",
    [id, seen, total],
  );
  return rowCount === 1;
}

export async function finishImpact(sql: Sql, id: string, result: ImpactOnCases): Promise<void> {
  await sql.query(
    `update impact_run set state = 'done', result = $2, finished_at = now() where id = $1 and state = 'running'`,
    [id, JSON.stringify(result)],
  );
}

/** Ends a run that is not ended: with the reason why it failed, or cancelled. */
export async function endImpact(sql: Sql, id: string, reason: string | null): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update impact_run set state = $2, error = $3, finished_at = now() where id = $1 and state in ('queued', 'running')`,
    [id, reason === null ? "cancelled" : "failed", reason],
  );
  return rowCount === 1;
}

/** Back to the queue: the process that counted is stopping. */
export async function returnImpact(sql: Sql, id: string): Promise<void> {
  await sql.query("update impact_run set state = 'queued', seen = 0 where id = $1 and state = 'running'", [id]);
}

const VIEW = `select r.id, r.asked, p.name as by, r.state, r.seen, r.total, r.error, r.result,
  r.created_at as "createdAt", r.finished_at as "finishedAt" from impact_run r join person p on p.id = r.requested_by`;

// biome-ignore lint/suspicious/noExplicitAny: a row of the query above
function viewOf({ asked, createdAt, finishedAt, ...row }: any): ImpactRunView {
  const { content: _, ...plain } = asked;
  const times = { createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
  return { ...row, asked: plain, ...times };
}

/** The runs of an organisation, the youngest first, at most 50, without their results. */
export async function impactRuns(sql: Sql, organisationId: string): Promise<readonly ImpactRunView[]> {
  const { rows } = await sql.query(`${VIEW} where r.organisation_id = $1 order by r.created_at desc limit 50`, [
    organisationId,
  ]);
  return rows.map((row) => ({ ...viewOf(row), result: null }));
}

/** One run as an organisation may see it: examples are ids of those cases that it may see, decisions told by their case. */
export async function impactView(sql: Sql, id: string, organisationId: string): Promise<ImpactRunView> {
  const { rows } = await sql.query(`${VIEW} where r.id = $1`, [id]);
  if (!rows[0]) throw new WillisError("not-found", `There is no count ${id}.`);
  const view = viewOf(rows[0]);
  if (!view.result) return view;
  const { open, decided } = view.result;
  const ids = [...new Set([...open.lines, ...decided.lines].flatMap((line) => line.examples))];
  const seen = await sql.query<{ id: string; case: string }>(
    `with seen as (select id from clinical_case
       where from_organisation = $2 or (to_organisation = $2 and status <> 'draft'))
     select seen.id, seen.id as case from seen where seen.id = any ($1::uuid[])
     union all select d.id, d.case_id from decision d join seen on seen.id = d.case_id where d.id = any ($1::uuid[])`,
    [ids, organisationId],
  );
  const cases = new Map(seen.rows.map((row) => [row.id, row.case]));
  const shown = (of: typeof open) => ({
    ...of,
    lines: of.lines.map((line) => ({
      ...line,
      examples: [...new Set(line.examples.flatMap((one) => cases.get(one) ?? []))],
    })),
  });
  return { ...view, result: { ...view.result, open: shown(open), decided: shown(decided) } };
}
