import { currentValues } from "../../cases/facts.ts";
import { factGroups } from "../../cases/summary.ts";
import { type Impact, impactOf } from "../../knowledge/impact.ts";
import { checkFacts, type Facts, type Pack } from "../../knowledge/index.ts";
import { openCases } from "../db/cases/case-record.ts";
import type { Sql } from "../db/pool.ts";
import { trialsOf } from "../decisions/evaluation.ts";

const PAGE = 5000;
const MOST_MESSAGES = 1000;
const DAY_MS = 86_400_000;

/** What a change of packs does to cases that are not answered yet, and to decisions of the days before. */
export interface ImpactOnCases {
  readonly open: Impact;
  readonly decided: Impact;
  readonly since: string;
  /** Facts that could not be used in the judgement, by their sentence, with how often; they count as not known. */
  readonly unusable: readonly { readonly message: string; readonly count: number }[];
}

/**
 * Judges open cases by their facts of now, and the decisions of the last `days` by the facts they were judged with. Reads
 * page by page, so that a million decisions take no memory; stops when the signal says so.
 */
export async function impactOnCases(
  sql: Sql,
  packs: { readonly before: readonly Pack[]; readonly after: readonly Pack[] },
  at: Date,
  {
    days = 365,
    signal,
    told = () => {},
  }: { days?: number; signal?: AbortSignal; told?: (decisions: number) => void } = {},
): Promise<ImpactOnCases> {
  const now = at.toISOString();
  const open = impactOf(packs.before, packs.after, now);
  const trials = trialsOf(packs.after, now);
  const unusable = new Map<string, number>();
  const checked = (given: Record<string, unknown>): Facts => {
    const { facts, problems } = checkFacts(given);
    for (const { message } of problems)
      if (unusable.has(message) || unusable.size < MOST_MESSAGES)
        unusable.set(message, (unusable.get(message) ?? 0) + 1);
    return facts;
  };
  for (const record of await openCases(sql, at)) {
    signal?.throwIfAborted();
    open.add(record.id, checked(currentValues(factGroups(record, now, trials))));
  }
  const since = new Date(at.getTime() - days * DAY_MS);
  const decided = impactOf(packs.before, packs.after, now);
  let last = { at: since.toISOString(), id: "00000000-0000-0000-0000-000000000000" };
  for (let seen = 0; ; ) {
    signal?.throwIfAborted();
    const { rows } = await sql.query<{ id: string; at: string; facts: Record<string, unknown> | null }>(
      `select id, at::text as at, judged_facts as facts from decision where (at, id) > ($1::timestamptz, $2) order by decision. at, id limit ${PAGE}`,
      [last.at, last.id],
    );
    for (const { id, facts } of rows) decided.add(id, checked(facts ?? {}));
    seen += rows.length;
    told(seen);
    if (rows.length < PAGE)
      return {
        ...{ open: open.result(), decided: decided.result(), since: since.toISOString() },
        unusable: [...unusable].map(([message, count]) => ({ message, count })).sort((a, b) => b.count - a.count),
      };
    last = rows.at(-1)!;
  }
}
