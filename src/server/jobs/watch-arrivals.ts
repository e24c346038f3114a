import { unreadSeries } from "../db/archive/correct-role.ts";
import { seriesOfStudy } from "../db/archive/instances.ts";
import type { Services } from "../http/services.ts";
import { refineRole } from "../ingest/refine-role.ts";
import { untouchedPerfusionSeries } from "./analysis-rows.ts";
import type { Jobs } from "./jobs.ts";
import { shareWithCase } from "./share-results.ts";

const QUIET_MS = 5000;
const SHARE_MS = 1000;
const EVERY_MS = 60_000;

/**
 * Listens to what arrives: five seconds after the last object of a study its perfusion series are queued; a case that
 * got images gets the numbers that are there already. Each worker listens; a series is queued once (`askAnalysis`). What
 * came while no worker ran, or the database was away, is found at the start and once a minute.
 */
export function watchArrivals(services: Pick<Services, "pool" | "live">, jobs: Jobs): { stop(): void } {
  const timers = new Map<string, NodeJS.Timeout>();
  const later = (key: string, ms: number, work: () => Promise<void>): void => {
    clearTimeout(timers.get(key));
    const timer = setTimeout(() => {
      timers.delete(key);
      work().catch((error) => console.error(`after arrival: ${error instanceof Error ? error.message : error}`));
    }, ms);
    timer.unref();
    timers.set(key, timer);
  };
  const look = async (studyId: number | null): Promise<void> => {
    // the server that received it may be gone before it could look again at what the series are
    if (studyId !== null)
      for (const seriesId of await seriesOfStudy(services.pool, studyId)) await refineRole(services.pool, seriesId);
    // those of an archive that was there before they were read, a few a minute
    for (const seriesId of studyId === null ? await unreadSeries(services.pool, null) : [])
      await refineRole(services.pool, seriesId);
    for (const seriesId of await untouchedPerfusionSeries(services.pool, studyId, QUIET_MS / 1000 - 0.5))
      await jobs.ask({ kind: "perfusion", seriesId, params: {}, by: null });
  };
  later("start", 500, () => look(null));
  const regularly = setInterval(() => later("regularly", 0, () => look(null)), EVERY_MS).unref();
  const end = services.live.subscribe((event) => {
    if (event.type === "study") later(`study ${event.studyId}`, QUIET_MS, () => look(event.studyId));
    if (event.type === "case" && event.what === "images")
      later(`case ${event.caseId}`, SHARE_MS, () => shareWithCase(services, event.caseId));
  });
  return {
    stop() {
      end();
      clearInterval(regularly);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
