import { WillisError } from "../../core/errors.ts";
import { frameBitOffset, frameSpans } from "../../dicom/frames.ts";
import { canBeMade, ENCODABLE, TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import type { PixelSource, PixelTask } from "./pixel-worker.ts";
import type { RenderOptions } from "./render.ts";

const workers = workerPool<PixelTask, Uint8Array>({
  file: new URL("./pixel-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 60_000,
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
    return workers.runWhenFree(async () => {
      const source = await sourceOf(blobs, file, frame);
      return { task: { kind: "stored", source }, transfer: transferOf(source) };
    }, signal);
  }
  const bytes = await spansOf(blobs, file, frame);
  const shift = frameBitOffset(pixels.frames, frame);
  return shift === 0 ? bytes : shifted(bytes, shift);
}

/** A frame as little-endian samples, laid out as the data set says. Native little-endian frames are read, not decoded. */
export function frameAsSamples(
  blobs: BlobStore,
  file: InstanceFile,
  frame: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return frameAs(blobs, file, frame, TS.ExplicitLittle, signal);
}

/**
 * A frame in a transfer syntax: the code stream, or for a native one the samples. Colour stays what the data set says:
 * YBR_FULL and YBR_FULL_422 stay YBR, YBR_RCT and YBR_ICT come as RGB (PS3.5 8.2.4). Errors: `not-acceptable` for a
 * transfer syntax that cannot be made of this object, `cannot-decode`.
 */
export async function frameAs(
  blobs: BlobStore,
  file: InstanceFile,
  frame: number,
  transferSyntax: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const stored = transferSyntaxOf(file.transferSyntax);
  const wanted = transferSyntaxOf(transferSyntax);
  if (file.transferSyntax === transferSyntax && wanted.encapsulated) return storedFrame(blobs, file, frame, signal);
  const native = !stored.encapsulated && !wanted.encapsulated;
  if (native && !stored.bigEndian && !wanted.bigEndian) return storedFrame(blobs, file, frame, signal);
  if (!canBeMade(file.transferSyntax, transferSyntax)) throw cannotBeMade(file, transferSyntax);
  return workers.runWhenFree(async () => {
    const source = await sourceOf(blobs, file, frame);
    return { task: { kind: "frame", source, transferSyntax }, transfer: transferOf(source) };
  }, signal);
}

function cannotBeMade(file: InstanceFile, wanted: string): WillisError {
  const stored = transferSyntaxOf(file.transferSyntax);
  if (!ENCODABLE.includes(wanted))
    return new WillisError(
      "not-acceptable",
      `Transfer syntax ${wanted.slice(0, 70)} is not made; stored is ${stored.uid}.`,
    );
  const why = stored.coding === "video" ? "video is passed on as it is" : "it has no decoder";
  return new WillisError(
    "cannot-decode",
    `This object is ${stored.name} (${stored.uid}): ${why}. Ask for it as stored.`,
  );
}

/** A frame as a JPEG or PNG picture. */
export async function frameAsPicture(
  blobs: BlobStore,
  file: InstanceFile,
  frame: number,
  options: RenderOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return workers.runWhenFree(async () => {
    const source = await sourceOf(blobs, file, frame);
    return { task: { kind: "render", source, options }, transfer: transferOf(source) };
  }, signal);
}

/** The whole object in another transfer syntax. Errors: `not-acceptable`, `cannot-decode`, `too-large`. */
export async function objectAs(
  blobs: BlobStore,
  file: InstanceFile,
  transferSyntax: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  // An object without pixels is only written anew, whatever its transfer syntax says of pixels.
  const possible = file.pixels ? canBeMade(file.transferSyntax, transferSyntax) : ENCODABLE.includes(transferSyntax);
  if (!possible) throw cannotBeMade(file, transferSyntax);
  return workers.runWhenFree(async () => {
    const whole = await wholeOf(blobs, file);
    return { task: { kind: "object", whole, transferSyntax }, transfer: owned([whole]) };
  }, signal);
}

/** The bytes of an element that metadata names by a BulkDataURI. */
export async function bulkBytes(
  blobs: BlobStore,
  file: InstanceFile,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const pixels = file.pixels;
  const cut = pixels !== null && pixels.deflatedAt === null;
  const head = cut ? await headOf(blobs, file, pixels.offset) : await wholeOf(blobs, file);
  return workers.run({ kind: "bulk", key: file.blobKey, head, size: file.size, path }, [], signal);
}

/** Heads of the last objects, in memory that all threads see: up to this many bytes. */
const HEADS_BYTES = 16 * 2 ** 20;
const heads = new Map<string, Uint8Array>();
let headsBytes = 0;

async function headOf(blobs: BlobStore, file: InstanceFile, length: number): Promise<Uint8Array> {
  const known = heads.get(file.blobKey);
  if (known) {
    heads.delete(file.blobKey);
    heads.set(file.blobKey, known);
    return known;
  }
  const read = await blobs.read(file.blobKey, 0, length);
  const head = new Uint8Array(new SharedArrayBuffer(read.length));
  head.set(read);
  if (!heads.has(file.blobKey)) headsBytes += head.length;
  heads.set(file.blobKey, head);
  for (const [oldest, one] of heads) {
    if (headsBytes <= HEADS_BYTES) break;
    heads.delete(oldest);
    headsBytes -= one.length;
  }
  return head;
}

/** The memory that a task can take with it: what is not a part of something larger. */
function owned(list: readonly Uint8Array[]): ArrayBuffer[] {
  return list.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}

function transferOf(source: PixelSource): ArrayBuffer[] {
  return owned(["whole" in source ? source.whole : source.stored]);
}

async function sourceOf(blobs: BlobStore, file: InstanceFile, frame: number): Promise<PixelSource> {
  const { deflatedAt, frames, offset } = pixelsOf(file);
  if (deflatedAt !== null || !frames) return { whole: await wholeOf(blobs, file), frame };
  const [head, stored] = await Promise.all([headOf(blobs, file, offset), spansOf(blobs, file, frame)]);
  return { key: file.blobKey, head, size: file.size, stored, bitOffset: frameBitOffset(frames, frame), frame };
}

async function spansOf(blobs: BlobStore, file: InstanceFile, frame: number): Promise<Uint8Array> {
  const pixels = pixelsOf(file);
  const table = pixels.frames;
  if (!table)
    throw new WillisError("cannot-decode", "The fragments of this object do not tell which frame they belong to.");
  const runs = await Promise.all(
    frameSpans(table, frame, pixels.offset + pixels.length).map((span) =>
      blobs.read(file.blobKey, span.offset, span.length),
    ),
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
