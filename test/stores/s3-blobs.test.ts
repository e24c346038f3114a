import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../src/core/errors.ts";
import type { BlobStore } from "../../src/server/blobs/blob-store.ts";
import { openBlobs } from "../../src/server/blobs/open-blobs.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/server/db/embedded-postgres.ts";
import { migrate } from "../../src/server/db/migrate.ts";
import { openPool, type Pool } from "../../src/server/db/pool.ts";
import { type ObjectStore, startObjectStore, storeSettings } from "./object-store.ts";

let folder: string;
let postgres: EmbeddedPostgres;
let pool: Pool;
let store: ObjectStore | null;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-s3-test-"));
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres(join(folder, "postgres"));
  pool = openPool(postgres.connectionString);
  await migrate(pool);
  store = await startObjectStore();
});
after(async () => {
  await store?.stop();
  await pool?.end();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A server's blob store; `name` is its disk. */
function open(name: string, more: Record<string, string> = {}): Promise<BlobStore> {
  Object.assign(process.env, storeSettings(store!, "images")); // the keys are read there by the client of the store
  const env = { ...storeSettings(store!, "images"), ...more };
  return openBlobs(env, join(folder, name), pool, postgres.connectionString);
}

function bytesOf(seed: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0, x = seed + 1; i < length; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

async function whole(blobs: BlobStore, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.stream(key)) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await ask()); tries++) {
    assert.ok(tries < 200, `${what}: not within 20 s`);
    await sleep(100);
  }
}

async function spoolsAreEmpty(): Promise<boolean> {
  return (await pool.query("select count(*)::int as n from blob_place")).rows[0].n === 0;
}

test("objects short and long come to the bucket, and another server reads all of them, by range and whole", async (t) => {
  if (!store) return t.skip("no object store of this kind is installed");
  const a = await open("a");
  const b = await open("b");
  const made = [bytesOf(1, 10), bytesOf(2, 2 ** 20), bytesOf(3, 2 ** 20 + 1), bytesOf(4, 9 * 2 ** 20 + 17)];
  for (const bytes of made) {
    const { key, size } = await a.put(bytes);
    assert.equal(key, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(size, bytes.length);
    assert.ok(Buffer.from(await a.read(key, 0, size)).equals(bytes), "readable at once where it arrived");
  }
  await until("uploading", spoolsAreEmpty);
  for (const bytes of made) {
    const key = createHash("sha256").update(bytes).digest("hex");
    assert.equal(await b.size(key), bytes.length);
    const middle = Math.floor(bytes.length / 2);
    const part = await b.read(key, middle, Math.min(700_000, bytes.length - middle));
    assert.ok(Buffer.from(part).equals(bytes.subarray(middle, middle + part.length)));
    assert.ok((await whole(b, key)).equals(bytes));
    assert.ok((await whole(a, key)).equals(bytes), "from its cache");
  }
  await assert.rejects(b.read("0".repeat(64), 0, 1), /neither in .* nor waiting in a spool/);
  await Promise.all([a.close(), b.close()]);
});

test("with the object store away objects are taken and wait; they come when it returns, also after a restart", async (t) => {
  if (!store) return t.skip("no object store of this kind is installed");
  let a = await open("a");
  const b = await open("b");
  await store.kill();
  const bytes = bytesOf(11, 300_000);
  const { key } = await a.put(bytes);
  assert.ok((await whole(a, key)).equals(bytes));
  await assert.rejects(b.read(key, 0, 10), (e) => e instanceof WillisError && e.code === "unavailable");
  const again = await open("a"); // a server starts without the bucket, too
  assert.ok((await whole(again, key)).equals(bytes));
  await again.close();
  const state = await a.state();
  assert.equal(state.writable, true);
  assert.equal(state.readable, false);
  assert.match(state.text, /does not serve now.*1 objects wait/);
  await a.close();
  await store.start();
  const waitsForA = b.read(key, 100, 1000); // it lies on the disk of a server that is down
  await sleep(300);
  a = await open("a");
  assert.ok(Buffer.from(await waitsForA).equals(bytes.subarray(100, 1100)));
  await until("uploading", spoolsAreEmpty);
  await Promise.all([a.close(), b.close()]);
});

test("with WILLIS_S3_ACK=uploaded nothing is acknowledged that the bucket has not", async (t) => {
  if (!store) return t.skip("no object store of this kind is installed");
  const a = await open("c", { WILLIS_S3_ACK: "uploaded" });
  const b = await open("b");
  const first = await a.put(bytesOf(21, 50_000));
  assert.equal(await b.size(first.key), 50_000);
  await store.kill();
  await assert.rejects(a.put(bytesOf(22, 50_000)), (e) => e instanceof WillisError && e.code === "unavailable");
  assert.equal((await a.state()).writable, false);
  await store.start();
  const second = await a.put(bytesOf(22, 50_000));
  assert.ok((await whole(b, second.key)).equals(bytesOf(22, 50_000)));
  await Promise.all([a.close(), b.close()]);
});

test("a full spool refuses, also in the middle of an object, and takes again when it has been emptied", async (t) => {
  if (!store) return t.skip("no object store of this kind is installed");
  const a = await open("d", { WILLIS_SPOOL_GB: "0.001" });
  await store.kill();
  const full = (e: unknown) => e instanceof WillisError && e.code === "no-space" && /spool is full/.test(e.message);
  await a.put(bytesOf(31, 900_000));
  await assert.rejects(a.put(bytesOf(32, 400_000)), full);
  await store.start();
  await until("uploading", spoolsAreEmpty);
  await a.put(bytesOf(32, 400_000));
  await a.close();
});

test("what nothing refers to is set aside in the bucket, and taken back when somebody reads it after all", async (t) => {
  if (!store) return t.skip("no object store of this kind is installed");
  const a = await open("a", { WILLIS_S3_ACK: "uploaded" });
  const bytes = bytesOf(41, 5000);
  const { key } = await a.put(bytes);
  const listed: string[] = [];
  for await (const one of a.list()) listed.push(one.key);
  assert.ok(listed.includes(key));
  assert.equal(await a.setAside(key, Date.now() - 60_000), false, "it is too young");
  assert.equal(await a.setAside(key, Date.now() + 60_000), true);
  assert.ok((await whole(a, key)).equals(bytes));
  await a.remove(key);
  await a.close();
});

test("a server whose images lie elsewhere than those of the database is refused", async (t) => {
  if (!store) return t.skip("no object store of this kind is installed");
  await pool.query("insert into organisation (name, kind) values ('Hospital', 'hub')");
  await pool.query(
    `with o as (select id from organisation limit 1),
       p as (insert into patient (organisation_id, identity, patient_id) select id, 'x', 'x' from o returning id, organisation_id),
       s as (insert into study (organisation_id, patient_ref, study_uid) select organisation_id, id, '1.2' from p returning id, organisation_id),
       e as (insert into series (study_id, series_uid) select id, '1.2.3' from s returning id)
     insert into instance (series_id, organisation_id, sop_uid, sop_class, transfer_syntax, digest, size, blob_key, metadata)
     select e.id, o.id, '1.2.3.4', '1', '1', '', 0, 'k', '' from e, o`,
  );
  await assert.rejects(
    openBlobs({}, join(folder, "elsewhere"), pool, postgres.connectionString),
    (e) => e instanceof WillisError && e.code === "conflict" && /first seen as .*bucket willis/.test(e.message),
  );
  await (await open("e")).close();
});
