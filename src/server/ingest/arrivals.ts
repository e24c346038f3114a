import { casesOfStudy } from "../db/archive/case-studies.ts";
import type { Indexed } from "../db/archive/index-instance.ts";
import { studySize } from "../db/archive/study-size.ts";
import { attachStudy } from "../db/cases/studies.ts";
import { transaction } from "../db/pool.ts";
import type { Services } from "../http/services.ts";
import { flushArrivals } from "./arrival-log.ts";
import { refineRole } from "./refine-role.ts";
import { prepareSeriesMetadata } from "./series-metadata.ts";

const QUIET_MS = 400;
const REMEMBER_MS = 2000;

interface Waiting {
  timer: NodeJS.Timeout | null;
  again: boolean;
  readonly series: Set<number>;
}

type Telling = Pick<Services, "pool" | "live">;

const channels = new WeakMap<object, Map<number, Waiting>>();

/**
 * Tells the live channel that images arrive: at once for the first, then at most every 0.4 s a study, and once after the
 * last. When nothing more comes, the metadata of the series is prepared. With a case given, the study is attached to it
 * first. Trouble in telling is not trouble in storing.
 */
export async function arrived(
  services: Telling,
  indexed: Pick<Indexed, "state" | "studyId" | "seriesId">,
  origin: { readonly caseId?: string; readonly who?: string },
): Promise<string[]> {
  const { studyId } = indexed;
  const attached = origin.caseId ? await attach(services, origin.caseId, studyId, origin.who) : NOTHING_NEW;
  // also of one that is there already: the server that took it may have died before it could tell
  announce(services, indexed);
  return attached.warnings;
}

const NOTHING_NEW = { added: false, warnings: [] as string[] };
const attachedBefore = new WeakMap<object, Set<string>>();

/** Attaches once for each study of an upload, not once for each object. */
async function attach(services: Pick<Services, "pool">, caseId: string, studyId: number, who: string | undefined) {
  const known = attachedBefore.get(services.pool) ?? new Set<string>();
  attachedBefore.set(services.pool, known);
  const key = `${caseId} ${studyId}`;
  if (known.has(key)) return NOTHING_NEW;
  const personId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(who ?? "") ? who! : null;
  const result = await transaction(services.pool, (sql) => attachStudy(sql, caseId, studyId, personId));
  known.add(key);
  setTimeout(() => known.delete(key), REMEMBER_MS).unref(); // it may be detached by a person, and attached again
  return result;
}

function announce(services: Telling, indexed: Pick<Indexed, "studyId" | "seriesId">): void {
  const { studyId, seriesId } = indexed;
  const perStudy = channels.get(services.live) ?? new Map<number, Waiting>();
  channels.set(services.live, perStudy);
  const waiting = perStudy.get(studyId);
  if (waiting) {
    waiting.again = true;
    waiting.series.add(seriesId);
    return;
  }
  const entry: Waiting = { timer: null, again: false, series: new Set([seriesId]) };
  perStudy.set(studyId, entry);
  const rest = (): void => {
    if (perStudy.get(studyId) !== entry) return; // settled meanwhile
    entry.timer = setTimeout(() => {
      if (!entry.again) {
        perStudy.delete(studyId);
        return void prepare(services, studyId, entry.series);
      }
      entry.again = false;
      void tell(services, studyId).finally(rest);
    }, QUIET_MS);
    entry.timer.unref();
  };
  void tell(services, studyId).finally(rest);
}

/** Does at once what waits for quiet: before a process ends, or before somebody looks. */
export async function settleArrivals(services: Telling): Promise<void> {
  const waiting = [...(channels.get(services.live) ?? [])];
  channels.get(services.live)?.clear();
  for (const [studyId, { timer, series }] of waiting) {
    if (timer) clearTimeout(timer);
    await prepare(services, studyId, series);
  }
  await flushArrivals(services.pool);
}

async function tell(services: Telling, studyId: number): Promise<void> {
  try {
    const instances = await studySize(services.pool, studyId);
    await services.live.publish({ type: "study", studyId, instances });
    for (const caseId of await casesOfStudy(services.pool, studyId)) {
      await services.live.publish({ type: "case", caseId, what: "images" });
    }
  } catch (error) {
    console.error(`live channel: ${error instanceof Error ? error.message : error}`);
  }
}

/** What is better done once than at each object. Nothing is lost when it fails: it is made when somebody asks. */
async function prepare(services: Telling, studyId: number, series: ReadonlySet<number>): Promise<void> {
  try {
    for (const id of series) {
      await refineRole(services.pool, id);
      await prepareSeriesMetadata(services.pool, id);
    }
    await tell(services, studyId); // roles may have changed
  } catch (error) {
    console.error(`series not prepared: ${error instanceof Error ? error.message : error}`);
  }
}
