import { randomUUID } from "node:crypto";
import { open, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../core/errors.ts";
import { blobStoreOf } from "../db/archive/blob-places.ts";
import type { Pool } from "../db/pool.ts";
import { postgresListen } from "../realtime/postgres-listen.ts";
import type { BlobStore } from "./blob-store.ts";
import { fileSystemBlobs } from "./file-system.ts";
import { blockCache } from "./s3/block-cache.ts";
import { type Bucket, openBucket } from "./s3/bucket.ts";
import { placesIn, WANTED } from "./s3/places.ts";
import { s3Blobs } from "./s3/s3-blobs.ts";
import { type S3Settings, s3Settings } from "./s3/settings.ts";
import { openSpool } from "./s3/spool.ts";
import { md5 } from "./s3/upload.ts";
import { startUploader } from "./s3/uploader.ts";

const PATIENCE = 30; // tries, a second apart
const ID = "store-id"; // lies in the store and in the database: the two belong together

/**
 * The blob store that the environment names: WILLIS_BLOBS is a bucket, else files below `home`. Errors: `conflict` when the
 * images of this database lie in another store; `unavailable` when a bucket does not answer.
 */
export async function openBlobs(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  pool: Pool,
  connectionString: string,
): Promise<BlobStore> {
  const settings = s3Settings(env);
  if (settings) return inBucket(settings, home, pool, connectionString);
  const folder = join(home, "blobs");
  const blobs = await fileSystemBlobs(folder);
  const file = join(folder, ID);
  await belongsTo(pool, `the folder ${folder}`, {
    read: () => readFile(file, "utf8").catch(() => null),
    write: (id) => writeDurably(folder, ID, `${id}\n`),
  });
  return blobs;
}

async function inBucket(settings: S3Settings, home: string, pool: Pool, connectionString: string): Promise<BlobStore> {
  const bucket = await openBucket(settings);
  const folder = join(home, "spool");
  const spool = await openSpool(folder, settings);
  const remembered = (await readFile(join(folder, ID), "utf8").catch(() => "")).trim() || null;
  const canWait = remembered !== null && settings.acknowledge === "spool";
  const id = await belongsTo(pool, bucket.place, {
    // a server must be able to start, and to take images, while the bucket is away: it was in this one before
    read: () =>
      patiently(() => readText(bucket, ID), canWait ? 1 : PATIENCE).catch((error: unknown) => {
        if (canWait) return remembered;
        throw error;
      }),
    write: (made) => {
      const bytes = Buffer.from(`${made}\n`);
      return bucket.put(ID, bytes, md5(bytes));
    },
  });
  if (remembered !== id) await writeDurably(folder, ID, `${id}\n`);
  const cache = await blockCache(join(home, "cache"), settings.cacheBytes);
  const places = placesIn(pool, spool.id, hostname());
  await places.beat(0, 0);
  const uploader = startUploader(bucket, spool, cache, places, settings.uploads);
  const listening = await postgresListen(connectionString, WANTED, (key) => uploader.first(key));
  const blobs = s3Blobs({ bucket, spool, cache, places, uploader, acknowledge: settings.acknowledge });
  return {
    ...blobs,
    async close() {
      await blobs.close();
      await listening.stop();
    },
  };
}

/** Refuses a store that is not the one in which the images of this database lie; returns its id. */
async function belongsTo(
  pool: Pool,
  place: string,
  store: { read(): Promise<string | null>; write(id: string): Promise<void> },
): Promise<string> {
  const inStore = (await store.read())?.trim() || null;
  const known = await blobStoreOf(pool, inStore ?? randomUUID(), place);
  if (known.id === inStore) return known.id;
  const { rows } = await pool.query("select exists (select from instance) as images");
  if (inStore === null && (known.isNew || !rows[0].images)) {
    await store.write(known.id);
    return known.id;
  }
  throw new WillisError(
    "conflict",
    `The images of this database are not in ${place}, but in a store first seen as ${known.place}. Is its disk mounted? Set ` +
      `WILLIS_BLOBS and WILLIS_HOME as on the other servers; who moved the store must bring its file ${ID} too.`,
  );
}

/** Asks again while the bucket is away: server and bucket may be started at the same time. */
async function patiently<T>(ask: () => Promise<T>, tries: number): Promise<T> {
  for (let left = tries; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (--left === 0 || !(error instanceof WillisError && error.code === "unavailable")) throw error;
      await sleep(1000);
    }
  }
}

async function readText(bucket: Bucket, name: string): Promise<string | null> {
  const range = await bucket.range(name, 0, 999);
  if (!range) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of range.body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text, { flush: true });
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}
