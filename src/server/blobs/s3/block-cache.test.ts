import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { BLOCK, blockCache } from "./block-cache.ts";

const made: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "willis-cache-"));
  made.push(path);
  return path;
}
after(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

const key = (n: number) => n.toString(16).padStart(64, "0");
const full = (n: number) => Buffer.alloc(BLOCK, n);

test("the cache holds no more than it may, and gives up what was read longest ago", async () => {
  const at = await folder();
  const cache = await blockCache(at, 3 * BLOCK);
  for (const n of [1, 2, 3]) await cache.put(key(n), 0, full(n));
  const into = Buffer.alloc(4);
  assert.equal(await cache.read(key(1), 0, 100, into), true);
  assert.deepEqual(into, Buffer.alloc(4, 1));
  await cache.put(key(4), 0, full(4));
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => cache.has(key(n), 0)),
    [true, false, true, true],
  );
  assert.equal(cache.bytes, 3 * BLOCK);
  const onDisk = (await readdir(at, { recursive: true })).filter((name) => /-\d+$/.test(name));
  assert.equal(onDisk.length, 3);
  await cache.close();
});

test("what is there is found again by the next process, and thrown away after the machine was down", async () => {
  const at = await folder();
  const first = await blockCache(at, 10 * BLOCK);
  await first.put(key(7), 2, full(7));
  await first.close();
  const second = await blockCache(at, 10 * BLOCK);
  assert.equal(second.has(key(7), 2), true);
  await second.close();
  await writeFile(join(at, "boot"), "another start of the machine");
  const third = await blockCache(at, 10 * BLOCK);
  assert.equal(third.has(key(7), 2), false);
  assert.equal(third.bytes, 0);
  await third.close();
});

test("a file that somebody removed or cut is not there, instead of being read wrong", async () => {
  const at = await folder();
  const cache = await blockCache(at, 10 * BLOCK);
  await cache.put(key(1), 0, full(1));
  await cache.put(key(2), 0, full(2));
  const [one, two] = (await readdir(at, { recursive: true })).filter((name) => /-0$/.test(name)).sort();
  await rm(join(at, one!));
  await writeFile(join(at, two!), "short");
  const into = Buffer.alloc(10);
  assert.equal(await cache.read(key(1), 0, 0, into), false);
  assert.equal(await cache.read(key(2), 0, 100, into), false);
  assert.equal(cache.bytes, 0);
  await cache.close();
});
