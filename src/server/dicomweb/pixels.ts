import { WillisError } from "../../core/errors.ts";
import { frameBitOffset, frameSpans } from "../../dicom/frames.ts";
import { transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import type { PixelSource, PixelTask } from "./pixel-worker.ts";
import type { RenderOptions } from "./render.ts";

const workers = workerPool<PixelTask, Uint8Array>({
  file: new URL("./pixel-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 120_000,
  memoryMb: 1024,
  complaint: { code: "cannot-decode", message: "Decoding these pixels took more time or memory than it may." },
});

const MOST_IN_MEMORY = 1 << 30;

/** The stored bytes of a frame (0-based), read by offset: native samples or the code stream. */
export async function storedFrame(
  blobs: BlobStore,
  file: InstanceFile,
  frame: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const pixels = pixelsOf(file);
  if (pixels.deflatedAt !== null || !pixels.frames) {
    return workers.run({ kind: "stored", source: await sourceOf(blobs, file, frame) }, [], signal);
  }
  const bytes = await spansOf(blobs, file, frame);
  const shift = frameBitOffset(pixels.frames, frame);
  return shift === 0 ? bytes : shifted(bytes, shift);
}

/** A frame as little-endian samples. Native little-endian frames are read, not decoded. */
export async function frameAsSamples(
  blobs: BlobStore,
  file: InstanceFile,
  frame: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { encapsulated, bigEndian } = transferSyntaxOf(file.transferSyntax);
  if (!encapsulated && !bigEndian) return storedFrame(blobs, file, frame, signal);
  return workers.run({ kind: "samples", source: await sourceOf(blobs, file, frame) }, [], signal);
}

/** A frame as a JPEG or PNG picture. */
export async function frameAsPicture(
  blobs: BlobStore,
  file: InstanceFile,
  frame: number,
  options: RenderOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return workers.run({ kind: "render", source: await sourceOf(blobs, file, frame), options }, [], signal);
}

/** The whole object in Explicit VR Little Endian. */
export async function asExplicitLittle(blobs: BlobStore, file: InstanceFile, signal: AbortSignal): Promise<Uint8Array> {
  return workers.run({ kind: "explicit", whole: await wholeOf(blobs, file) }, [], signal);
}

/** The bytes of an element that metadata names by a BulkDataURI. */
export async function bulkBytes(
  blobs: BlobStore,
  file: InstanceFile,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const pixels = file.pixels;
  const head =
    pixels && pixels.deflatedAt === null
      ? await blobs.read(file.blobKey, 0, pixels.offset)
      : await wholeOf(blobs, file);
  return workers.run({ kind: "bulk", head, size: file.size, path }, [], signal);
}

async function sourceOf(blobs: BlobStore, file: InstanceFile, frame: number): Promise<PixelSource> {
  const { deflatedAt, frames, offset } = pixelsOf(file);
  if (deflatedAt !== null || !frames) return { whole: await wholeOf(blobs, file), frame };
  const [head, stored] = await Promise.all([blobs.read(file.blobKey, 0, offset), spansOf(blobs, file, frame)]);
  return { head, size: file.size, stored, bitOffset: frameBitOffset(frames, frame), frame };
}

async function spansOf(blobs: BlobStore, file: InstanceFile, frame: number): Promise<Uint8Array> {
  const table = pixelsOf(file).frames;
  if (!table)
    throw new WillisError("cannot-decode", "The fragments of this object do not tell which frame they belong to.");
  const runs = await Promise.all(
    frameSpans(table, frame).map((span) => blobs.read(file.blobKey, span.offset, span.length)),
  );
  return runs.length === 1 ? runs[0]! : Buffer.concat(runs);
}

async function wholeOf(blobs: BlobStore, file: InstanceFile): Promise<Uint8Array> {
  if (file.size > MOST_IN_MEMORY) {
    throw new WillisError(
      "too-large",
      `This object has ${file.size} bytes: ask for it as it is stored (transfer-syntax=*), or by frame.`,
    );
  }
  return blobs.read(file.blobKey, 0, file.size);
}

function pixelsOf(file: InstanceFile) {
  if (file.pixels) return file.pixels;
  throw new WillisError("not-found", "This object has no pixels.");
}

/** A 1-bit frame that begins inside a byte, moved to begin at its first bit. */
function shifted(bytes: Uint8Array, shift: number): Uint8Array {
  return bytes.map((byte, i) => (byte >> shift) | ((bytes[i + 1] ?? 0) << (8 - shift)));
}
