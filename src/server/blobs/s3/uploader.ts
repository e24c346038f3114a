import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../../core/errors.ts";
import { BLOCK, type BlockCache } from "./block-cache.ts";
import type { Bucket } from "./bucket.ts";
import type { Places } from "./places.ts";
import type { Spool } from "./spool.ts";
import { Damaged, objectName, upload } from "./upload.ts";

const LOOK_MS = 10_000;
const RECONCILE_EVERY = 6;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

export interface Uploader {
  /** Brings it to the object store some time; returns at once. */
  later(key: string): void;
  /** Brings it there now; rejects when that fails. */
  now(key: string): Promise<void>;
  /** Somebody waits for this one: it goes next, if it lies here. */
  first(key: string): void;
  /** Why the last upload failed; null when it did not. */
  readonly trouble: string | null;
  /** Goes on with what waits for at most `ms`, then leaves the rest for the next start. */
  stop(ms: number): Promise<void>;
}

/**
 * Takes what lies in the spool to the object store, a few at a time, the longest waiting first. An object leaves the spool
 * when the store has confirmed length and checksum. While the store is away it is asked again at growing intervals.
 */
export function startUploader(
  bucket: Bucket,
  spool: Spool,
  cache: BlockCache,
  places: Places,
  lanes: number,
): Uploader {
  const waiting = new Set<string>();
  const underway = new Map<string, Promise<void>>();
  const idle = Promise.withResolvers<void>();
  const now = new Set<string>();
  let looks = 0;
  let trouble: string | null = null;
  let waitMs = 0;
  let stopping = false;
  let pausing: Promise<unknown> | null = null;

  async function one(key: string): Promise<void> {
    try {
      await upload(bucket, spool.files, key, (at, bytes) => keep(cache, key, at, bytes)); // what came is looked at next
    } catch (error) {
      if (error instanceof Damaged) {
        await cache.forget(key); // its first pieces may be there
        await spool.setAside(key);
        places.gone(key);
        throw error;
      }
      const vanished = (error as NodeJS.ErrnoException).code === "ENOENT"; // brought there by another process
      if (!vanished) throw error;
      if (!(await bucket.head(objectName(key))))
        console.error(
          `Blob ${key} is neither in the spool any more nor in the object store: restore it from a backup.`,
        );
    }
    await spool.remove(key);
    places.gone(key);
  }
  function begin(key: string): Promise<void> {
    const known = underway.get(key);
    if (known) return known;
    waiting.delete(key);
    const running = one(key).finally(() => {
      underway.delete(key);
      wake();
    });
    underway.set(key, running);
    return running;
  }
  /** The longest waiting; one that came again while it is on its way has its turn after that. */
  function next(): string | undefined {
    for (const key of waiting) if (!underway.has(key)) return key;
    return undefined;
  }
  function settled(): void {
    if (trouble !== null) console.error("Uploading to the object store works again.");
    trouble = null;
    waitMs = 0;
  }
  function wake(): void {
    if (stopping && waiting.size + underway.size === 0) idle.resolve();
    while (!pausing && underway.size < lanes) {
      const key = next();
      if (key === undefined) return;
      begin(key).then(settled, (error: unknown) => failed(key, error));
    }
  }
  function failed(key: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof Damaged) {
      console.error(text);
      wake();
      return;
    }
    if (trouble === null) console.error(`Uploading waits: ${text}`);
    trouble = text;
    waiting.add(key); // at the end: one that cannot be brought away must not hold up the others
    waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitMs * 2));
    pausing ??= sleep(waitMs, undefined, { ref: false }).then(() => {
      pausing = null;
      wake();
    });
  }
  async function look(): Promise<void> {
    try {
      const keys = await spool.look();
      for (const key of keys) if (!underway.has(key) && !now.has(key)) waiting.add(key);
      wake();
      await places.beat(keys.length, spool.bytes);
      if (looks++ % RECONCILE_EVERY !== 0) return;
      await places.reconcile(keys);
      for (const key of keys) if (!spool.has(key)) places.gone(key); // brought away while it was told to be here
    } catch (error) {
      console.error(`spool: ${error instanceof Error ? error.message : error}`);
    }
  }

  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_MS).unref();
  return {
    later(key) {
      waiting.add(key);
      wake();
    },
    async now(key) {
      now.add(key);
      try {
        await begin(key);
      } catch (error) {
        if (!(error instanceof Damaged)) waiting.add(key); // it may have been acknowledged before: what is in the spool is never dropped
        throw error instanceof WillisError
          ? error
          : new WillisError("unavailable", `The object could not be brought to ${bucket.place}: send it again.`);
      } finally {
        now.delete(key);
      }
    },
    first(key) {
      if (waiting.has(key) && !underway.has(key)) begin(key).then(settled, (error: unknown) => failed(key, error)); // somebody looks: no pause
    },
    get trouble() {
      return trouble;
    },
    async stop(ms) {
      clearInterval(timer);
      await looking;
      stopping = true;
      wake();
      await Promise.race([idle.promise, sleep(trouble === null ? ms : 0, undefined, { ref: false })]);
      waiting.clear();
      await Promise.allSettled(underway.values());
      await places.settle();
    },
  };
}

/** Puts a piece of a blob that is on its way into the cache, in blocks. */
async function keep(cache: BlockCache, key: string, at: number, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; from += BLOCK)
    await cache.put(key, (at + from) / BLOCK, bytes.subarray(from, from + BLOCK));
}
