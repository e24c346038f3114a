import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../../core/errors.ts";
import { blockCache } from "./block-cache.ts";
import type { Bucket, BucketEntry } from "./bucket.ts";
import type { Places } from "./places.ts";
import { openSpool } from "./spool.ts";
import { md5 } from "./upload.ts";
import { startUploader } from "./uploader.ts";

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** An uploader on a real spool; the bucket is memory that may keep something else than it was given, or take its time. */
async function uploading(spoil: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes, tag = true, ms = 0) {
  const folder = await mkdtemp(join(tmpdir(), "willis-upload-"));
  folders.push(folder);
  const spool = await openSpool(join(folder, "spool"), { spoolBytes: 1e9, freeBytes: 0 });
  const cache = await blockCache(join(folder, "cache"), 1e8);
  const kept = new Map<string, Uint8Array>();
  let puts = 0;
  const parts = { ended: 0, dropped: 0 };
  const bucket = {
    place: "memory",
    beginParts: async () => "upload",
    putPart: async (_name: string, _upload: string, number: number) => ({ number, etag: "" }),
    endParts: async () => void parts.ended++,
    dropParts: async () => void parts.dropped++,
    async put(name: string, bytes: Uint8Array) {
      puts++;
      await sleep(ms);
      kept.set(name, spoil(bytes));
    },
    async head(name: string): Promise<BucketEntry | null> {
      const bytes = kept.get(name);
      const etag = tag ? md5(bytes ?? new Uint8Array(0)).toString("hex") : "a tag that is no checksum";
      return bytes ? { size: bytes.length, modifiedMs: 0, etag, sha256: null } : null;
    },
    async range(name: string, first: number, last: number) {
      const { Readable } = await import("node:stream");
      const bytes = kept.get(name)!;
      return { body: Readable.from([bytes.subarray(first, last + 1)]), total: bytes.length };
    },
  } as unknown as Bucket;
  const gone: string[] = [];
  const nothing = async () => {};
  const places: Places = {
    note: nothing,
    gone: (key) => void gone.push(key),
    of: async () => [],
    want: nothing,
    beat: nothing,
    reconcile: nothing,
    settle: nothing,
  };
  const uploader = startUploader(bucket, spool, cache, places, 2);
  const write = async (bytes: Uint8Array): Promise<string> => {
    const writer = await spool.writer();
    await writer.write(bytes);
    return (await writer.commit()).key;
  };
  return { folder, spool, cache, uploader, gone, write, parts, puts: () => puts };
}

test("what the store has wrong, by a byte or by its length, stays in the spool", async () => {
  for (const spoil of [(b: Uint8Array) => b.map((v) => v ^ 1), (b: Uint8Array) => b.subarray(1)]) {
    const { spool, uploader, gone, write } = await uploading(spoil);
    const key = await write(Buffer.from("an image"));
    await assert.rejects(uploader.now(key), (e) => e instanceof WillisError && /as something else/.test(e.message));
    assert.equal(spool.has(key), true);
    assert.equal((await spool.files.read(key, 0, 8)).length, 8);
    assert.deepEqual(gone, []);
    await uploader.stop(0);
  }
});

test("a store whose tags are no checksums is read back: right is right, and wrong is found", async () => {
  const right = await uploading((bytes) => bytes, false);
  const key = await right.write(Buffer.from("an image"));
  await right.uploader.now(key);
  assert.equal(right.spool.has(key), false);
  assert.equal(right.cache.has(key, 0), true, "what was just taken is what is looked at next");
  const wrong = await uploading((bytes) => bytes.map((v) => v ^ 1), false);
  await assert.rejects(wrong.uploader.now(await wrong.write(Buffer.from("an image"))), /as something else/);
  await Promise.all([right.uploader.stop(0), wrong.uploader.stop(0)]);
});

test("the same object sent again while it is on its way goes once, and the spool ends empty", async () => {
  const { spool, uploader, write, puts } = await uploading((bytes) => bytes, true, 200);
  const key = await write(Buffer.from("an image"));
  uploader.later(key);
  await sleep(50);
  await write(Buffer.from("an image"));
  uploader.later(key);
  uploader.first(key);
  await uploader.stop(5000);
  assert.equal(spool.objects, 0);
  assert.ok(puts() <= 2, `${puts()} uploads`);
});

test("a file of the spool that is damaged never reaches the bucket, short or in parts, and is kept aside", async () => {
  const { folder, spool, uploader, cache, write, puts, parts } = await uploading();
  for (const length of [1000, 9 * 2 ** 20]) {
    const key = await write(Buffer.alloc(length, 7));
    const path = join(folder, "spool/objects", key.slice(0, 2), key);
    await writeFile(path, Buffer.alloc(length - 1, 7));
    await assert.rejects(uploader.now(key), /not what its name says/);
    assert.deepEqual([spool.has(key), cache.has(key, 0)], [false, false]);
    assert.equal((await readFile(join(folder, "spool/orphans", key))).length, length - 1);
  }
  assert.deepEqual([puts(), parts.ended, parts.dropped], [0, 0, 1]);
  await uploader.stop(0);
});
