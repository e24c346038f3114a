import { createHash } from "node:crypto";
import { WillisError } from "../../../core/errors.ts";
import type { BlobStore } from "../blob-store.ts";
import { BLOCK } from "./block-cache.ts";
import type { Bucket, BucketPart } from "./bucket.ts";

const PART = 8 * 2 ** 20;
const MOST_PARTS = 9000; // the limit of S3 is 10,000

/** A file of the spool is not what its name says: its disk is bad, or somebody wrote into it. */
export class Damaged extends WillisError {
  constructor(key: string) {
    super("internal", `The file ${key} of the spool is not what its name says: set aside, not uploaded.`);
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly sum: Buffer;
}

/** The md5 that the store compares with what reached it, and gives back as the tag of the object. */
export function md5(bytes: Uint8Array): Buffer {
  return createHash("md5").update(bytes).digest();
}

/** The name of a blob in the bucket, the same as in a folder: a folder copied into the bucket is a store. */
export function objectName(key: string): string {
  return `objects/${key.slice(0, 2)}/${key}`;
}

/**
 * Brings one blob from the spool to the bucket, in parts when it is longer than 8 MB, and returns only when the store has
 * said that it has all of it: length, and md5 of what arrived or sha256. A store whose tags are neither (encrypted ones)
 * is read back and hashed. Errors: `unavailable`; `internal` when what the store has is not what was sent.
 */
export async function upload(
  bucket: Bucket,
  spool: BlobStore,
  key: string,
  passed: (at: number, bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  const size = await spool.size(key);
  const name = objectName(key);
  const sha256 = Buffer.from(key, "hex").toString("base64");
  const sums: Buffer[] = [];
  const hash = createHash("sha256");
  const take = async (at: number, length: number): Promise<Piece> => {
    const bytes = await spool.read(key, at, length);
    hash.update(bytes);
    // before the last piece leaves: a damaged file must never replace a whole object that the bucket has already
    if (at + length === size && hash.digest("hex") !== key) throw new Damaged(key);
    const sum = md5(bytes);
    sums.push(sum);
    await passed(at, bytes);
    return { bytes, sum };
  };
  if (size <= PART) {
    const { bytes, sum } = await take(0, size);
    await bucket.put(name, bytes, sum, sha256);
  } else await inParts(bucket, name, size, take);
  const entry = await bucket.head(name);
  const hex =
    sums.length === 1 ? sums[0]!.toString("hex") : `${md5(Buffer.concat(sums)).toString("hex")}-${sums.length}`;
  const same = entry?.size === size && (entry.etag === hex || entry.sha256 === sha256);
  if (!same && !(entry?.size === size && (await digestOf(bucket, name, size)) === key))
    throw new WillisError("internal", `blob ${key} came to ${bucket.place} as something else: it stays in the spool.`);
  return size;
}

async function inParts(
  bucket: Bucket,
  name: string,
  size: number,
  take: (at: number, length: number) => Promise<Piece>,
): Promise<void> {
  const step = Math.max(PART, Math.ceil(size / MOST_PARTS / BLOCK) * BLOCK);
  const upload = await bucket.beginParts(name);
  try {
    const parts: BucketPart[] = [];
    for (let at = 0; at < size; at += step) {
      const { bytes, sum } = await take(at, Math.min(step, size - at));
      parts.push(await bucket.putPart(name, upload, parts.length + 1, bytes, sum));
    }
    await bucket.endParts(name, upload, parts);
  } catch (error) {
    await bucket.dropParts(name, upload).catch(() => {}); // else they lie there, paid for and seen by nobody
    throw error;
  }
}

async function digestOf(bucket: Bucket, name: string, size: number): Promise<string | null> {
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += PART) {
    const range = await bucket.range(name, at, Math.min(at + PART, size) - 1);
    if (!range) return null;
    for await (const chunk of range.body) hash.update(chunk as Uint8Array);
  }
  return hash.digest("hex");
}
