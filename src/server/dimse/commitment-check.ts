import { createHash } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import { type CommittedObject, FAILURE_REASON, type ReferencedObject } from "../../dicom/commitment.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { DimseServices } from "./service.ts";
import { isStorageClass } from "./storage-classes.ts";

interface Kept {
  readonly sopClass: string;
  readonly copies: readonly { readonly key: string; readonly digest: Buffer }[];
}

/**
 * Whether each object is kept: all its bytes are read from the blob store and must have the digest with which they were
 * received; of an object of which other bytes came under the same UID, every version. Errors: `unavailable` when the store
 * cannot be read just now, which says nothing about the objects.
 */
export async function* checkObjects(
  { pool, blobs }: DimseServices,
  organisationId: string,
  objects: readonly ReferencedObject[],
  signal: AbortSignal,
): AsyncGenerator<CommittedObject> {
  const { rows } = await pool.query(
    `select instance.sop_uid, instance.sop_class, array[instance.blob_key] || coalesce(other.keys, '{}') as keys,
       array[instance.digest] || coalesce(other.digests, '{}') as digests
     from instance left join lateral (select array_agg(blob_key) as keys, array_agg(digest) as digests
       from instance_version where instance_id = instance.id) other on true
     where instance.organisation_id = $1 and instance.sop_uid = any($2::text[])`,
    [organisationId, objects.map(({ sopUid }) => sopUid)],
  );
  const kept = new Map<string, Kept>();
  for (const { sop_uid, sop_class, keys, digests } of rows)
    kept.set(sop_uid, {
      sopClass: sop_class,
      copies: (keys as string[]).map((key, i) => ({ key, digest: digests[i] })),
    });
  for (const object of objects) {
    signal.throwIfAborted();
    yield { ...object, reason: await reasonOf(blobs, object, kept.get(object.sopUid)) };
  }
}

async function reasonOf(blobs: BlobStore, object: ReferencedObject, kept: Kept | undefined): Promise<number> {
  if (!kept)
    return isStorageClass(object.sopClass) ? FAILURE_REASON.noSuchInstance : FAILURE_REASON.sopClassNotSupported;
  if (kept.sopClass !== object.sopClass) return FAILURE_REASON.classInstanceConflict;
  for (const { key, digest } of kept.copies) {
    const wrong = await whatIsWrong(blobs, key, digest);
    if (wrong === null) continue;
    console.error(`commitment: ${object.sopUid} is refused, its bytes (${key}) ${wrong}`);
    return FAILURE_REASON.processingFailure;
  }
  return 0;
}

async function whatIsWrong(blobs: BlobStore, key: string, digest: Buffer): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of blobs.stream(key)) hash.update(chunk as Uint8Array);
  } catch (error) {
    await blobs.size(key).catch((why: unknown) => {
      if (why instanceof WillisError && why.code === "unavailable") throw why; // the store is away, not this object
    });
    const { readable, text } = await blobs.state();
    if (!readable) throw new WillisError("unavailable", `The objects cannot be read just now: ${text}`);
    return `cannot be read: ${error instanceof Error ? error.message : error}`;
  }
  return hash.digest().equals(digest) ? null : "are not those that were received";
}
