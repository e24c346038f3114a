import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileSystemBlobs } from "./file-system.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-blobs-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const bytes = Buffer.from("as received, byte for byte");

test("the key of a blob is the sha256 of its bytes, and the bytes come back by offset", async () => {
  const blobs = await fileSystemBlobs(folder);
  const writer = await blobs.writer();
  await writer.write(bytes.subarray(0, 5));
  await writer.write(bytes.subarray(5));
  const stored = await writer.commit();
  assert.equal(stored.key, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(stored.size, bytes.length);
  assert.equal(await blobs.size(stored.key), bytes.length);
  assert.equal(Buffer.from(await blobs.read(stored.key, 3, 8)).toString(), bytes.toString().slice(3, 11));
  let streamed = "";
  for await (const chunk of blobs.stream(stored.key, { offset: 3, length: 8 })) streamed += chunk;
  assert.equal(streamed, bytes.toString().slice(3, 11));
  await blobs.close();
});

test("the same bytes twice are one file", async () => {
  const blobs = await fileSystemBlobs(folder);
  const [one, two] = await Promise.all([blobs.put(bytes), blobs.put(bytes)]);
  assert.equal(one.key, two.key);
  const keys: string[] = [];
  for await (const { key } of blobs.list()) keys.push(key);
  assert.deepEqual(keys, [one.key]);
  await blobs.close();
});

test("what is aborted leaves nothing, and nothing is seen before commit", async () => {
  const blobs = await fileSystemBlobs(folder);
  const writer = await blobs.writer();
  const big = Buffer.alloc(3 << 20, "half"); // more than is kept in memory
  await writer.write(big);
  assert.equal((await readdir(join(folder, "writing"))).length, 1);
  await assert.rejects(blobs.read(createHash("sha256").update(big).digest("hex"), 0, 4));
  await writer.abort();
  const small = await blobs.writer();
  await small.write(Buffer.from("half"));
  await assert.rejects(blobs.read(createHash("sha256").update("half").digest("hex"), 0, 4));
  await small.abort();
  assert.deepEqual(await readdir(join(folder, "writing")), []);
  await blobs.close();
});

test("a part that a crash left under the name of a blob is replaced by the whole", async () => {
  for (const strict of [false, true]) {
    const blobs = await fileSystemBlobs(folder, { strict });
    const whole = Buffer.from(`whole ${strict}`);
    const key = createHash("sha256").update(whole).digest("hex");
    await writeFile(join(folder, "objects", key.slice(0, 2), key), "who");
    await blobs.put(whole);
    assert.equal(Buffer.from(await blobs.read(key, 0, whole.length)).toString(), whole.toString());
    assert.deepEqual(await readdir(join(folder, "writing")), []);
    await blobs.close();
  }
});

test("what a dead process was writing is removed at the next start", async () => {
  await writeFile(join(folder, "writing", "999999999-abc"), "unfinished");
  await (await fileSystemBlobs(folder)).close();
  assert.deepEqual(await readdir(join(folder, "writing")), []);
});

test("a read beyond the end says so instead of returning less", async () => {
  const blobs = await fileSystemBlobs(folder);
  const { key } = await blobs.put(bytes);
  await assert.rejects(blobs.read(key, 0, bytes.length + 1), /ends before byte/);
  await blobs.close();
});

test("a key that is no digest is refused, whatever path it spells", async () => {
  const blobs = await fileSystemBlobs(folder);
  await assert.rejects(blobs.read("../../etc/passwd", 0, 1), /not the key/);
  await blobs.close();
});

test("a blob is set aside only when it was not written again", async () => {
  const blobs = await fileSystemBlobs(folder);
  const { key } = await blobs.put(Buffer.from("nobody refers to this"));
  const old = new Date(Date.now() - 7_200_000);
  await utimes(join(folder, "objects", key.slice(0, 2), key), old, old);
  await blobs.put(Buffer.from("nobody refers to this"));
  assert.equal(await blobs.setAside(key, Date.now() - 3_600_000), false);
  await utimes(join(folder, "objects", key.slice(0, 2), key), old, old);
  assert.equal(await blobs.setAside(key, Date.now() - 3_600_000), true);
  assert.deepEqual(await readdir(join(folder, "orphans")), [key]);
  await blobs.close();
});
