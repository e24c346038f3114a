import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { WillisError } from "../../../core/errors.ts";
import { BLOCK, type BlockCache, blockCache } from "./block-cache.ts";
import { blockReader } from "./block-reader.ts";
import { openSpool, type Spool } from "./spool.ts";

let folder: string;
let spool: Spool;
let cache: BlockCache;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-blocks-"));
  spool = await openSpool(join(folder, "spool"), { spoolBytes: 1e9, freeBytes: 0 });
  cache = await blockCache(join(folder, "cache"), 100 * BLOCK);
});
after(async () => {
  await spool.files.close();
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

const SIZE = 20 * BLOCK + 12_345;
const content = Buffer.allocUnsafe(SIZE);
for (let i = 0; i < SIZE; i += 4) content.writeUInt32LE((i * 2654435761) >>> 0, Math.min(i, SIZE - 4));

/** A store of one object that counts what is asked of it, and may break off. */
function storeOf(bytes: Buffer, breakOff = 0) {
  const asked: [number, number][] = [];
  let broken = 0;
  const fetch = async (_key: string, first: number, last: number) => {
    asked.push([first, last]);
    const part = bytes.subarray(first, last + 1);
    const cut = broken++ < breakOff ? part.subarray(0, Math.floor(part.length / 3)) : part;
    const pieces = Array.from({ length: Math.ceil(cut.length / 70_001) }, (_, i) =>
      cut.subarray(i * 70_001, (i + 1) * 70_001),
    );
    return { body: Readable.from(pieces), total: bytes.length };
  };
  return { asked, fetch };
}

async function read(reader: ReturnType<typeof blockReader>, key: string, offset: number, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.pieces(key, offset, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("a range is read right wherever it begins and ends, and fetched in blocks of a megabyte", async () => {
  const key = "a".repeat(64);
  const { asked, fetch } = storeOf(content);
  const reader = blockReader(spool, cache, fetch);
  const [from, to] = [3 * BLOCK - 5, 4 * BLOCK + 9];
  assert.ok((await read(reader, key, from, to)).equals(content.subarray(from, to)));
  assert.deepEqual(asked, [[2 * BLOCK, 5 * BLOCK - 1]]);
  await read(reader, key, from, to);
  assert.equal(asked.length, 1, "the second time from the cache");
});

test("many who miss the same blocks at once cause one request", async () => {
  const key = "b".repeat(64);
  const { asked, fetch } = storeOf(content);
  const reader = blockReader(spool, cache, fetch);
  const all = await Promise.all(Array.from({ length: 12 }, () => read(reader, key, 100, BLOCK + 100)));
  for (const one of all) assert.ok(one.equals(content.subarray(100, BLOCK + 100)));
  assert.equal(asked.length, 1);
});

test("a whole object comes in few requests, each block once", async () => {
  const key = "c".repeat(64);
  const { asked, fetch } = storeOf(content);
  assert.ok((await read(blockReader(spool, cache, fetch), key, 0, SIZE)).equals(content));
  const blocks = asked.reduce((sum, [first, last]) => sum + (last + 1 - first) / BLOCK, 0);
  assert.equal(blocks, 21);
  assert.ok(asked.length <= 5, `${asked.length} requests`);
});

test("a connection that breaks off is asked again; one that always does is said to", async () => {
  const twice = storeOf(content, 2);
  assert.ok(
    (await read(blockReader(spool, cache, twice.fetch), "d".repeat(64), 0, 500)).equals(content.subarray(0, 500)),
  );
  const always = storeOf(content, 99);
  await assert.rejects(
    read(blockReader(spool, cache, always.fetch), "e".repeat(64), 0, 500),
    (e) => e instanceof WillisError && e.code === "unavailable" && /broke off/.test(e.message),
  );
});

test("a blob that is shorter than it should be is a fault that is said, not silence", async () => {
  const { fetch } = storeOf(content.subarray(0, 1000));
  await assert.rejects(read(blockReader(spool, cache, fetch), "f".repeat(64), 500, 1500), /ends before byte 1500/);
});

test("what lies in the spool is read from there, and nothing is asked of the store", async () => {
  const writer = await spool.writer();
  await writer.write(content.subarray(0, 3 * BLOCK));
  const { key } = await writer.commit();
  const { asked, fetch } = storeOf(Buffer.alloc(0));
  const reader = blockReader(spool, cache, fetch);
  assert.ok((await read(reader, key, 10, 2 * BLOCK)).equals(content.subarray(10, 2 * BLOCK)));
  assert.deepEqual(asked, []);
});
