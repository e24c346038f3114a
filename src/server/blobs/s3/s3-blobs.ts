import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../../core/errors.ts";
import { type BlobState, type BlobStore, type BlobWriter, inOnePiece } from "../blob-store.ts";
import type { BlockCache } from "./block-cache.ts";
import { blockReader } from "./block-reader.ts";
import type { Bucket, BucketRange } from "./bucket.ts";
import type { Places } from "./places.ts";
import type { S3Settings } from "./settings.ts";
import type { Spool } from "./spool.ts";
import { objectName } from "./upload.ts";
import type { Uploader } from "./uploader.ts";

const WAIT_FOR_SPOOL_MS = 15_000;
const SIZES_KEPT = 20_000;
const STATE_KEPT_MS = 2000;
const LAST_UPLOADS_MS = 20_000;
const LONGEST_COPY = 5 * 2 ** 30; // of one CopyObject

export interface S3Parts {
  readonly bucket: Bucket;
  readonly spool: Spool;
  readonly cache: BlockCache;
  readonly places: Places;
  readonly uploader: Uploader;
  readonly acknowledge: S3Settings["acknowledge"];
}

/**
 * Blobs in a bucket. Written to a spool on this disk first, flushed, then brought to the bucket by the uploader; read from
 * the spool, a cache on this disk, or the bucket by ranges. What waits in another server's spool is asked for and waited for.
 */
export function s3Blobs({ bucket, spool, cache, places, uploader, acknowledge }: S3Parts): BlobStore {
  const sizes = new Map<string, number>();
  let state = { at: Number.NEGATIVE_INFINITY, value: null as Promise<BlobState> | null };
  const noteSize = (key: string, size: number): number => {
    sizes.set(key, size);
    if (sizes.size > SIZES_KEPT) sizes.delete(sizes.keys().next().value!);
    return size;
  };

  /** What `ask` finds in the bucket, wherever the object was a moment ago. */
  async function found<T>(key: string, ask: () => Promise<T | null>): Promise<T | "in-spool"> {
    const until = performance.now() + WAIT_FOR_SPOOL_MS;
    for (let wait = 25; ; wait = Math.min(500, wait * 2)) {
      const there = await ask().catch((error: unknown) => error);
      if (there !== null && !(there instanceof Error)) return there as T;
      const onThisDisk = await spool.files.size(key).catch(() => null);
      if (onThisDisk !== null) return "in-spool"; // of another process on this folder, or not looked through yet
      if (there instanceof Error) throw there;
      const waitingIn = await places.of(key);
      if (waitingIn.length === 0) {
        const again = (await ask()) ?? ((await takeBack(key)) ? await ask() : null); // it came between the two looks
        if (again !== null) return again;
        throw new WillisError(
          "internal",
          `Blob ${key} is neither in ${bucket.place} nor waiting in a spool: restore it from a backup.`,
        );
      }
      if (performance.now() > until) throw stuck(waitingIn[0]!.spool, waitingIn[0]!.seenAt);
      await places.want(key);
      await sleep(wait);
    }
  }
  /** A blob that was set aside in the very moment in which it arrived anew. */
  async function takeBack(key: string): Promise<boolean> {
    if (!(await bucket.head(`orphans/${key}`))) return false;
    await bucket.copy(`orphans/${key}`, objectName(key));
    return true;
  }
  const reader = blockReader(spool, cache, async (key, first, last): Promise<BucketRange | "in-spool"> => {
    const range = await found(key, () => bucket.range(objectName(key), first, last));
    if (range !== "in-spool") noteSize(key, range.total);
    return range;
  });

  async function size(key: string): Promise<number> {
    const inSpool = spool.has(key) ? await spool.files.size(key).catch(() => null) : null;
    const known = inSpool ?? sizes.get(key);
    if (known !== undefined) return known;
    const entry = await found(key, () => bucket.head(objectName(key)));
    return noteSize(key, entry === "in-spool" ? await spool.files.size(key) : entry.size);
  }
  async function readInto(key: string, offset: number, into: Uint8Array): Promise<void> {
    let at = 0;
    for await (const piece of reader.pieces(key, offset, offset + into.length)) {
      into.set(piece, at);
      at += piece.length;
    }
  }
  async function writer(): Promise<BlobWriter> {
    const inner = await spool.writer();
    return {
      write: (chunk) => inner.write(chunk),
      abort: () => inner.abort(),
      async commit() {
        const blob = await inner.commit();
        if (acknowledge === "uploaded") await uploader.now(blob.key);
        else {
          await places.note(blob.key); // before its row can be seen by another server
          uploader.later(blob.key);
        }
        return blob;
      },
    };
  }
  async function look(): Promise<BlobState> {
    const freeBytes = await spool.freeBytes().catch(() => 0);
    const waiting = { objects: spool.objects, bytes: spool.bytes };
    const room = await spool.writer().then(
      (one) => one.abort().then(() => null),
      (error: Error) => error.message,
    );
    const away = await bucket.check().then(
      () => null,
      (error: Error) => error.message,
    );
    const writable = room === null && (away === null || acknowledge === "spool");
    const text = [
      ...(room === null ? [] : [room]),
      away ?? `${bucket.place} serves.`,
      ...(waiting.objects > 0 ? [`${waiting.objects} objects wait in the spool.`] : []),
      ...(uploader.trouble === null || uploader.trouble === away ? [] : [uploader.trouble]),
    ].join(" ");
    return { writable, readable: away === null, text, freeBytes, waiting };
  }

  return {
    writer,
    readInto,
    ...inOnePiece({ writer, readInto }),
    stream(key, range) {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        const [offset, end] = range ? [range.offset, range.offset + range.length] : [0, await size(key)];
        yield* reader.pieces(key, offset, end);
      }
      return Readable.from(pieces(), { objectMode: false, highWaterMark: 1 << 20 });
    },
    size,
    async remove(key) {
      await spool.remove(key);
      places.gone(key);
      await bucket.remove(objectName(key));
      await cache.forget(key);
      sizes.delete(key);
    },
    async *list() {
      for await (const { name, modifiedMs } of bucket.list("objects/")) {
        const key = name.slice(name.lastIndexOf("/") + 1);
        if (/^[0-9a-f]{64}$/.test(key)) yield { key, modifiedMs };
      }
    },
    async setAside(key, beforeMs) {
      const entry = await bucket.head(objectName(key));
      if (!entry || entry.modifiedMs >= beforeMs || entry.size > LONGEST_COPY) return false;
      await bucket.copy(objectName(key), `orphans/${key}`);
      await bucket.remove(objectName(key));
      await cache.forget(key);
      return true;
    },
    state() {
      const now = performance.now();
      if (!state.value || now - state.at > STATE_KEPT_MS) state = { at: now, value: look() };
      return state.value!;
    },
    async close() {
      await uploader.stop(LAST_UPLOADS_MS);
      await spool.files.close();
      await cache.close();
      bucket.close();
    },
  };
}

function stuck(server: string, seenAt: Date): WillisError {
  return new WillisError(
    "unavailable",
    `It waits in the spool of ${server}, last heard of at ${seenAt.toISOString()}, and comes when that server brings it to the object store.`,
    { retryAfter: 10 },
  );
}
