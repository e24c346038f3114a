import { WillisError } from "../../core/errors.ts";
import { fragmentScan } from "../../dicom/frames.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import type { BlobRange } from "../http/send-pieces.ts";

/** Where the one stream of a video lies in its blob: its fragments, which have nothing to do with its frames. */
export async function streamPieces(blobs: BlobStore, file: InstanceFile): Promise<BlobRange[]> {
  const { pixels, blobKey: key, size } = file;
  if (!pixels?.encapsulated || pixels.deflatedAt !== null)
    throw new WillisError("cannot-decode", "This object holds no stream.");
  const table = pixels.frames;
  if (table?.kind === "encapsulated")
    return table.offsets.map((offset, i) => ({ key, offset, length: table.lengths[i] ?? 0 }));
  const walk = fragmentScan(pixels.offset, size);
  let step = walk.next();
  while (!step.done) step = walk.next(await blobs.read(key, step.value.offset, step.value.length));
  const { offsets, lengths } = step.value;
  return offsets.map((offset, i) => ({ key, offset, length: lengths[i] ?? 0 }));
}
