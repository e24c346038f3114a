import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../../core/errors.ts";
import type { BlobStore } from "../blob-store.ts";
import { BLOCK, type BlockCache } from "./block-cache.ts";
import type { BucketRange } from "./bucket.ts";
import type { Spool } from "./spool.ts";

const RUN = 8; // blocks that one request fetches at most
const TRIES = 3;

/** Reads blobs block by block from wherever each lies: spool, cache, object store. */
export interface BlockReader {
  /** The bytes from `offset` to `end`, in pieces of at most a block. */
  pieces(key: string, offset: number, end: number): AsyncGenerator<Uint8Array>;
}

/**
 * A block that many ask for at once is fetched once, and neighbours in one request of up to 8 MB; the next such run is on its
 * way while the first is given out. `fetch` opens a range of a blob in the object store.
 */
export function blockReader(
  spool: Spool,
  cache: BlockCache,
  fetch: (key: string, first: number, last: number) => Promise<BucketRange | "in-spool">,
): BlockReader {
  const coming = new Map<string, Promise<Uint8Array>>();
  const here = (key: string, block: number): boolean => coming.has(`${key}-${block}`) || cache.has(key, block);

  /** Fetches the blocks from `first` on that are not here, up to `last`; each is promised from now on. */
  function begin(key: string, first: number, last: number): void {
    let end = first;
    while (end < last && end - first + 1 < RUN && !here(key, end + 1)) end++;
    const promised = Array.from({ length: end - first + 1 }, () => Promise.withResolvers<Uint8Array>());
    promised.forEach(({ promise }, i) => {
      const name = `${key}-${first + i}`;
      coming.set(name, promise);
      promise.then(
        (bytes) => cache.put(key, first + i, bytes).finally(() => coming.delete(name)),
        () => coming.delete(name),
      );
    });
    run(key, first, end, promised).catch((error: unknown) => {
      const said = error instanceof WillisError ? error : brokenOff((error as Error).message);
      for (const { reject } of promised) reject(said);
    });
  }

  async function run(
    key: string,
    first: number,
    last: number,
    promised: readonly PromiseWithResolvers<Uint8Array>[],
  ): Promise<void> {
    const range = await fetch(key, first * BLOCK, (last + 1) * BLOCK - 1);
    if (range === "in-spool") {
      const size = await spool.files.size(key);
      for (const [i, { resolve }] of promised.entries()) {
        const at = (first + i) * BLOCK;
        resolve(await spool.files.read(key, at, Math.max(0, Math.min(BLOCK, size - at))));
      }
      return;
    }
    const total = Math.min(range.total, (last + 1) * BLOCK) - first * BLOCK;
    let block = 0;
    let into = Buffer.allocUnsafeSlow(Math.min(BLOCK, total));
    let filled = 0;
    let got = 0;
    for await (const chunk of range.body as AsyncIterable<Uint8Array>) {
      got += chunk.length;
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + into.length - filled);
        into.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < into.length || filled === 0) break;
        promised[block++]?.resolve(into);
        into = Buffer.allocUnsafeSlow(Math.max(0, Math.min(BLOCK, total - block * BLOCK)));
        filled = 0;
      }
    }
    if (got < total) throw brokenOff(`after ${got} of ${total} bytes`);
    for (const { reject } of promised.slice(block))
      reject(new WillisError("internal", `blob ${key} ends before block ${last}: restore it from a backup`));
  }

  /** A block from the object store; what broke off on the way is asked for again. */
  async function whole(key: string, block: number, last: number): Promise<Uint8Array> {
    for (let tries = 1; ; tries++) {
      if (!coming.has(`${key}-${block}`)) begin(key, block, last);
      try {
        return await coming.get(`${key}-${block}`)!;
      } catch (error) {
        if (tries === TRIES || !(error instanceof WillisError && error.detail.brokeOff)) throw error;
        await sleep(200 * tries);
      }
    }
  }

  /** `length` bytes from `offset` of a block. */
  async function part(key: string, block: number, offset: number, length: number, last: number): Promise<Uint8Array> {
    const fromSpool = await readSpool(spool, key, block * BLOCK + offset, length);
    if (fromSpool) return fromSpool;
    const into = Buffer.allocUnsafeSlow(length);
    if (!coming.has(`${key}-${block}`) && (await cache.read(key, block, offset, into))) return into;
    const bytes = await whole(key, block, last);
    const piece = bytes.subarray(offset, offset + length);
    if (piece.length < length)
      throw new WillisError(
        "internal",
        `blob ${key} ends before byte ${block * BLOCK + offset + length}: restore it from a backup`,
      );
    return piece;
  }

  return {
    async *pieces(key, offset, end) {
      const last = Math.floor((end - 1) / BLOCK);
      for (let at = offset; at < end; ) {
        const block = Math.floor(at / BLOCK);
        const from = at - block * BLOCK;
        const length = Math.min(BLOCK - from, end - at);
        const ahead = block + RUN / 2;
        if (!spool.has(key) && ahead <= last && here(key, block) && !here(key, ahead)) begin(key, ahead, last);
        yield await part(key, block, from, length, last);
        at += length;
      }
    },
  };
}

function brokenOff(why: string): WillisError {
  return new WillisError("unavailable", `The object store broke off (${why}): try again.`, { brokeOff: true });
}

/** Null when it is not in the spool, or was taken to the object store this moment. */
async function readSpool(
  spool: { has(key: string): boolean; readonly files: BlobStore },
  key: string,
  offset: number,
  length: number,
): Promise<Uint8Array | null> {
  if (!spool.has(key)) return null;
  return spool.files.read(key, offset, length).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}
