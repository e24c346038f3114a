import { unlessLocked } from "../db/advisory-lock.ts";
import { noteSweep } from "../db/archive/storage-use.ts";
import { unusedKeys } from "../db/archive/unused-keys.ts";
import type { ArchiveServices } from "./store-object.ts";

const SETTLED_MS = 3_600_000;
const EVERY_MS = 6 * 3_600_000;
const BATCH = 500;
const SWEEPING = 77_105_110; // advisory lock

/**
 * Sets aside every blob that no row refers to and that is older than an hour: left by a crash between file and row
 * (nobody was told that it is kept), or a second copy of a known object under another file header. Returns how many.
 */
export async function sweepOrphans(
  services: Pick<ArchiveServices, "pool" | "blobs">,
  nowMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const { pool, blobs } = services;
  const beforeMs = nowMs - SETTLED_MS;
  let aside = 0;
  let batch: string[] = [];
  const settle = async (): Promise<void> => {
    for (const key of await unusedKeys(pool, batch)) if (await blobs.setAside(key, beforeMs)) aside++;
    batch = [];
  };
  for await (const { key, modifiedMs } of blobs.list()) {
    if (signal?.aborted) return aside;
    if (modifiedMs >= beforeMs) continue;
    batch.push(key);
    if (batch.length >= BATCH) await settle();
  }
  if (batch.length > 0) await settle();
  return aside;
}

/** A sweep that leaves a row, for the page of the administrator. */
async function noted(services: Pick<ArchiveServices, "pool" | "blobs">, signal: AbortSignal): Promise<number> {
  const began = Date.now();
  const aside = await sweepOrphans(services, began, signal);
  if (!signal.aborted) await noteSweep(services.pool, aside, Date.now() - began);
  return aside;
}

/** Sweeps now and every six hours, one server of all at a time; returns how to stop. */
export function startSweeping(services: Pick<ArchiveServices, "pool" | "blobs">): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const ending = new AbortController();
  const sweep = (): void => {
    running = running
      .then(() => unlessLocked(services.pool, SWEEPING, () => noted(services, ending.signal)))
      .then((n) => n && console.error(`${n} blobs that nothing refers to were set aside (orphans)`))
      .catch((error: unknown) => console.error(`sweep: ${error instanceof Error ? error.message : error}`));
  };
  sweep();
  const timer = setInterval(sweep, EVERY_MS).unref();
  return {
    async stop() {
      ending.abort();
      clearInterval(timer);
      await running;
    },
  };
}
