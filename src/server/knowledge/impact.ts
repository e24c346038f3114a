import { Worker } from "node:worker_threads";
import { factsOf } from "../../cases/facts.ts";
import { factGroups } from "../../cases/summary.ts";
import { WillisError } from "../../core/errors.ts";
import { type Impact, impactOf, mergeImpacts } from "../../knowledge/impact.ts";
import type { Pack } from "../../knowledge/index.ts";
import { openCases } from "../db/cases/case-record.ts";
import type { Pool } from "../db/pool.ts";
import { trialsOf } from "../decisions/evaluation.ts";
import {
  type DecidedSpan,
  decidedSpans,
  type ImpactPacks,
  impactOnDecided,
  type PartOfImpact,
  tallyOf,
} from "./impact-decided.ts";
import type { ImpactReply, ImpactTask } from "./impact-worker.ts";

const DAY_MS = 86_400_000;
/** Fewer decisions than this are counted here: a thread would take longer to start. */
const WORTH_A_THREAD = 20_000;
const MOST_MESSAGES = 100;

/** What a change of packs does to cases that are not answered yet, and to decisions of the days before. */
export interface ImpactOnCases {
  /** Examples are ids of cases. */
  readonly open: Impact;
  /** Examples are ids of decisions. */
  readonly decided: Impact;
  readonly since: string;
  /** Facts that could not be used in the judgement, by their sentence, with how often; they count as not known. */
  readonly unusable: readonly { readonly message: string; readonly count: number }[];
}

/** How a count is done. `threads`: most threads for decisions (2, one a core). `told`: decisions read, and about how many there are. */
export interface Counting {
  readonly days?: number;
  readonly threads?: number;
  /** Fewest decisions for which a thread is started (20,000). */
  readonly worth?: number;
  readonly signal?: AbortSignal;
  readonly told?: (seen: number, total: number) => void;
}

/**
 * Judges open cases by their facts of now, and the decisions of the last `days` by the facts they were judged with. Many
 * decisions are parted by time and read page by page in threads, so that a million take minutes and no memory. Stops with
 * the reason of the signal.
 */
export async function impactOnCases(
  pool: Pool,
  packs: ImpactPacks,
  at: Date,
  { days = 365, threads = 2, worth = WORTH_A_THREAD, signal, told = () => {} }: Counting = {},
): Promise<ImpactOnCases> {
  const now = at.toISOString();
  const open = impactOf(packs.before, packs.after, now);
  const [old, young] = [packs.before, packs.after].map((side) => trialsOf(side, now));
  const tally = tallyOf();
  for (const record of await openCases(pool, at)) {
    signal?.throwIfAborted();
    const before = factsOf(factGroups(record, now, old), now);
    const after = factsOf(factGroups(record, now, young), now);
    tally.add(after.unusable);
    open.addBoth(record.id, before, after);
  }
  const since = new Date(at.getTime() - days * DAY_MS).toISOString();
  signal?.throwIfAborted();
  const { spans, total } = await decidedSpans(pool, since, threads, worth);
  const seen = spans.map(() => 0);
  const toldBy = (k: number) => (count: number) => {
    seen[k] = count;
    told(
      seen.reduce((sum, one) => sum + one, 0),
      total,
    );
  };
  const parts =
    spans.length === 1
      ? [await impactOnDecided(pool, packs, now, spans[0]!, toldBy(0), signal)]
      : await inThreads(pool.options.connectionString!, packs, now, spans, toldBy, signal);
  for (const part of parts) tally.merge(part.unusable);
  return {
    ...{ open: open.result(), decided: mergeImpacts(parts.map(({ decided }) => decided)), since },
    unusable: tally.result().slice(0, MOST_MESSAGES),
  };
}

/** One thread a span; when one fails or the signal says so, all end. */
async function inThreads(
  connectionString: string,
  packs: ImpactPacks,
  now: string,
  spans: readonly DecidedSpan[],
  toldBy: (span: number) => (count: number) => void,
  signal: AbortSignal | undefined,
): Promise<readonly PartOfImpact[]> {
  const workers: Worker[] = [];
  const plain = ({ before, after }: ImpactPacks) => ({ before: changed(before, after), after: changed(after, before) });
  try {
    return await Promise.all(
      spans.map(
        (span, k) =>
          new Promise<PartOfImpact>((resolve, reject) => {
            const task: ImpactTask = { connectionString, packs: plain(packs), now, span };
            const worker = new Worker(new URL("./impact-worker.ts", import.meta.url), {
              workerData: task,
              resourceLimits: { maxOldGenerationSizeMb: 512 },
            });
            workers.push(worker);
            signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
            worker.on("message", (reply: ImpactReply) => {
              if (reply.kind === "seen") toldBy(k)(reply.count);
              else if (reply.kind === "done") resolve(reply.part);
              else reject(Object.assign(new Error(reply.message), reply.code ? { code: reply.code } : {}));
            });
            worker.on("error", reject);
            worker.on("exit", () =>
              reject(new WillisError("cannot-compute", "A thread of the count ended too early.")),
            );
          }),
      ),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Packs of one side that the other does not hold as they are: what is equal on both sides changes nothing. */
function changed(packs: readonly Pack[], others: readonly Pack[]): readonly Pack[] {
  return packs.filter((pack) => !others.includes(pack));
}
