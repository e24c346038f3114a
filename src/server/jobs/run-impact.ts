import type { DraftContent } from "../../cases/steward-views.ts";
import { WillisError } from "../../core/errors.ts";
import type { Pack } from "../../knowledge/index.ts";
import type { Services } from "../http/services.ts";
import { impactOnCases } from "../knowledge/impact.ts";
import type { ImpactPacks } from "../knowledge/impact-decided.ts";
import { willPass } from "../outage.ts";
import { packOfDraft } from "../steward/draft-content.ts";
import {
  beginImpact,
  endImpact,
  finishImpact,
  type ImpactQuestion,
  impactRun,
  noteImpact,
  returnImpact,
} from "./impact-rows.ts";

type Counting = Pick<Services, "pool" | "packs" | "packShelf" | "now">;
const TELL_MS = 500;
const CANCELLED = Symbol("cancelled");

/** The packs of before and after: beside the one that changes those in force, as facts follow from their trials, too. */
async function packsOf({ packs, packShelf }: Counting, asked: ImpactQuestion): Promise<ImpactPacks> {
  const others = packs.filter((pack) => pack.id !== asked.pack);
  const kept = async (hash: string): Promise<Pack> => {
    const found = packs.find((pack) => pack.hash === hash) ?? (await packShelf.byHash(hash));
    if (!found) throw new WillisError("cannot-compute", `The pack ${hash} is not kept here.`);
    return found;
  };
  if (asked.before !== null && asked.after !== null)
    return { before: [...others, await kept(asked.before)], after: [...others, await kept(asked.after)] };
  return { before: packs, after: [...others, packOfDraft(asked.content as DraftContent)] };
}

/**
 * Counts one run from its row. What fails by what was asked ends as `failed` with the reason; cancelled runs end within a page
 * of decisions. Throws what passes by itself (a database that is away, a process that is stopping), for the queue.
 */
export async function runImpact(services: Counting, id: string, signal: AbortSignal): Promise<void> {
  const { pool } = services;
  const run = await impactRun(pool, id);
  if (!run || !(await beginImpact(pool, id))) return;
  const cancelled = new AbortController();
  let note: Promise<void> = Promise.resolve();
  let last: { seen: number; total: number | null } = { seen: 0, total: null };
  const tell = () => {
    note = note.then(async () => {
      if (!(await noteImpact(pool, id, last.seen, last.total))) cancelled.abort(CANCELLED);
    });
    note.catch(() => {}); // told at the end
  };
  const ticking = setInterval(tell, TELL_MS); // a long query tells nothing: a cancelled run ends all the same
  try {
    const packs = await packsOf(services, run.asked);
    const found = await impactOnCases(pool, packs, services.now(), {
      days: run.asked.days,
      signal: AbortSignal.any([signal, cancelled.signal]),
      told: (seen, total) => {
        last = { seen, total };
      },
    });
    clearInterval(ticking);
    tell();
    await note;
    await finishImpact(pool, id, found);
  } catch (error) {
    if (error === CANCELLED || cancelled.signal.aborted) return;
    if (signal.aborted || willPass(error)) {
      await returnImpact(pool, id).catch(() => {}); // one that is left "running" is taken up, too
      throw error;
    }
    if (!(error instanceof WillisError)) console.error(error);
    const said = error instanceof WillisError ? error.message : "A fault of ours: the log of the server says more.";
    await endImpact(pool, id, said);
  } finally {
    clearInterval(ticking);
  }
}
