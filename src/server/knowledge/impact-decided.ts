import { type Impact, impactOf } from "../../knowledge/impact.ts";
import { checkFacts, type Doubts, NO_DOUBTS, type Pack } from "../../knowledge/index.ts";
import type { Sql } from "../db/pool.ts";

const PAGE = 5000;
const MOST_MESSAGES = 1000;

export interface ImpactPacks {
  readonly before: readonly Pack[];
  readonly after: readonly Pack[];
}

/** Decisions later than `after` and not later than `until`; times as PostgreSQL writes them, to the microsecond. */
export interface DecidedSpan {
  readonly after: string;
  readonly until: string;
}

/** What was counted in one span. Plain JSON. */
export interface PartOfImpact {
  readonly decided: Impact;
  readonly unusable: readonly { readonly message: string; readonly count: number }[];
}

/** Counts sentences; of very many different ones only the first thousand. */
export function tallyOf() {
  const counts = new Map<string, number>();
  const one = (message: string, count: number) => {
    if (counts.has(message) || counts.size < MOST_MESSAGES) counts.set(message, (counts.get(message) ?? 0) + count);
  };
  return {
    add(messages: readonly string[]) {
      for (const message of messages) one(message, 1);
    },
    merge(others: PartOfImpact["unusable"]) {
      for (const { message, count } of others) one(message, count);
    },
    result: () => [...counts].map(([message, count]) => ({ message, count })).sort((a, b) => b.count - a.count),
  };
}

/** Decisions since a time parted by time into at most `most` spans of about as many, each of at least `least`. */
export async function decidedSpans(
  sql: Sql,
  since: string,
  most: number,
  least: number,
): Promise<{ readonly spans: readonly DecidedSpan[]; readonly total: number }> {
  const { rows } = await sql.query<{ total: number; last: string | null }>(
    "select count(*) as total, max(at)::text as last from decision where at > $1",
    [since],
  );
  const { total, last } = rows[0]!;
  const parts = Math.max(1, Math.min(most, Math.floor(total / least)));
  const edges = [since];
  for (let k = 1; k < parts; k++) {
    const found = await sql.query<{ at: string }>(
      "select at::text as at from decision where at > $1 order by decision.at, id offset $2 limit 1",
      [since, Math.floor((total * k) / parts)],
    );
    const edge = found.rows[0]?.at;
    if (edge !== undefined && edge !== edges.at(-1)) edges.push(edge);
  }
  const until = last ?? since;
  if (edges.length > 1 && edges.at(-1) === until) edges.pop();
  return { spans: edges.map((after, k) => ({ after, until: edges[k + 1] ?? until })), total };
}

const NOBODY = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Judges the decisions of one span by the facts they were judged with, and what was in doubt then. */
export async function impactOnDecided(
  sql: Sql,
  packs: ImpactPacks,
  now: string,
  span: DecidedSpan,
  told: (seen: number) => void,
  signal?: AbortSignal,
): Promise<PartOfImpact> {
  const decided = impactOf(packs.before, packs.after, now);
  const tally = tallyOf();
  let last = { at: span.after, id: NOBODY }; // a decision at this very moment belongs to the span before
  for (let seen = 0; ; ) {
    signal?.throwIfAborted();
    const { rows } = await sql.query<{
      id: string;
      at: string;
      facts: Record<string, unknown> | null;
      doubts: Doubts | null;
    }>(
      `select id, at::text as at, judged_facts as facts, judged_doubts as doubts from decision
       where (at, id) > ($1::timestamptz, $2) and at <= $3::timestamptz order by decision.at, id limit ${PAGE}`,
      [last.at, last.id, span.until],
    );
    for (const { id, facts: given, doubts } of rows) {
      const { facts, problems } = checkFacts(given ?? {});
      if (problems.length > 0) tally.add(problems.map(({ message }) => message));
      decided.add(id, facts, doubts ?? NO_DOUBTS);
    }
    seen += rows.length;
    told(seen);
    if (rows.length < PAGE) return { decided: decided.result(), unusable: tally.result() };
    last = rows.at(-1)!;
  }
}
