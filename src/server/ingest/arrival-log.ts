import { type Arrived, addArrivals } from "../db/archive/arrivals.ts";
import type { Pool } from "../db/pool.ts";
import type { Origin, StoreResult } from "./store-object.ts";

const FLUSH_MS = 2000;
const MOST_KEPT = 5000; // sittings that wait while the database is away

interface Log {
  waiting: Map<string, Arrived>;
  timer: NodeJS.Timeout | null;
  running: Promise<void>;
}

const logs = new WeakMap<Pool, Log>();
const COUNT = {
  stored: "stored",
  duplicate: "duplicates",
  version: "versions",
  quarantined: "quarantined",
  ignored: "ignored",
} as const;

/** Counts what came, for people who look at what arrives from whom; added up and written every two seconds. */
export function logArrival(pool: Pool, origin: Origin, result: StoreResult, bytes: number): void {
  const log = logs.get(pool) ?? { waiting: new Map(), timer: null, running: Promise.resolve() };
  logs.set(pool, log);
  const studyId = "studyId" in result ? result.studyId : null;
  const { organisationId, via, who = "" } = origin;
  const at = new Date();
  const none = { stored: 0, duplicates: 0, versions: 0, quarantined: 0, ignored: 0 };
  const counts = { ...none, [COUNT[result.state]]: 1, bytes };
  const key = `${organisationId} ${via} ${studyId} ${who}`;
  add(log.waiting, key, { organisationId, via, who, studyId, firstAt: at, lastAt: at, ...counts });
  log.timer ??= setTimeout(() => void flushArrivals(pool), FLUSH_MS).unref();
}

/** Writes what is counted and not yet written: before the process ends, or before somebody looks. */
export function flushArrivals(pool: Pool): Promise<void> {
  const log = logs.get(pool);
  if (!log) return Promise.resolve();
  if (log.timer) clearTimeout(log.timer);
  log.timer = null;
  log.running = log.running.then(async () => {
    const batch = log.waiting;
    if (batch.size === 0) return;
    log.waiting = new Map();
    try {
      await addArrivals(pool, [...batch.values()]);
    } catch (error) {
      console.error(`what arrived is not written down yet: ${error instanceof Error ? error.message : error}`);
      for (const [key, one] of batch) add(log.waiting, key, one);
      log.timer ??= setTimeout(() => void flushArrivals(pool), 5 * FLUSH_MS).unref();
    }
  });
  return log.running;
}

function add(waiting: Map<string, Arrived>, key: string, one: Arrived): void {
  const open = waiting.get(key);
  if (!open) {
    if (waiting.size < MOST_KEPT) waiting.set(key, one);
    else console.error(`giving up the count of what ${one.via} ${one.who} brought`);
    return;
  }
  waiting.set(key, {
    ...one,
    firstAt: one.firstAt < open.firstAt ? one.firstAt : open.firstAt,
    lastAt: one.lastAt > open.lastAt ? one.lastAt : open.lastAt,
    stored: open.stored + one.stored,
    duplicates: open.duplicates + one.duplicates,
    versions: open.versions + one.versions,
    quarantined: open.quarantined + one.quarantined,
    ignored: open.ignored + one.ignored,
    bytes: open.bytes + one.bytes,
  });
}
