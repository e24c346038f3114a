import { WillisError } from "../../core/errors.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import { decodeFrame, type Frame, type PixelFormat, pixelFormat } from "../../dicom/decode.ts";
import { encodeFrame, statedBytes } from "../../dicom/encode.ts";
import { frameBitOffset, frameBytes } from "../../dicom/frames.ts";
import { type GreyScale, greyScaleOf } from "../../dicom/grey.ts";
import { hasEmbeddedOverlay, storedWords } from "../../dicom/overlay.ts";
import { type Part10, parseHeader, parsePart10 } from "../../dicom/parse.ts";
import { transcode } from "../../dicom/transcode.ts";
import { transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { nodeCodecs } from "../codecs/node-codecs.ts";
import { nodeEncoders } from "../codecs/node-encoders.ts";
import { serveTasks } from "../ingest/worker-tasks.ts";
import { type RenderOptions, render, voiOf } from "./render.ts";

/** The head of a stored object; `key` names the bytes, which never change. */
export interface Head {
  readonly key: string;
  readonly head: Uint8Array;
  readonly size: number;
}

/** Either the head and the stored bytes of one frame, or the whole object (deflated, or frames not told apart). */
export type PixelSource =
  | (Head & { readonly stored: Uint8Array; readonly bitOffset: number; readonly frame: number })
  | { readonly whole: Uint8Array; readonly frame: number };

export type PixelTask =
  | { readonly kind: "stored"; readonly source: PixelSource }
  /** One frame in a transfer syntax: a code stream, or samples as the data set describes them. */
  | { readonly kind: "frame"; readonly source: PixelSource; readonly transferSyntax: string }
  | { readonly kind: "render"; readonly source: PixelSource; readonly options: RenderOptions }
  | { readonly kind: "object"; readonly whole: Uint8Array; readonly transferSyntax: string }
  | ({ readonly kind: "bulk"; readonly path: string } & Head);

/** A head that was parsed, and the grey scales of its frames. */
interface Known {
  readonly part10: Part10;
  readonly bytes: number;
  readonly scales: Map<string, GreyScale>;
}

/** A cine asks for frames of one object hundreds of times: the last heads stay parsed, up to this many bytes. */
const KNOWN_BYTES = 4 * 2 ** 20;
const KNOWN_SCALES = 4;
const known = new Map<string, Known>();

function knownHead({ key, head, size }: Head): Known {
  let found = known.get(key);
  known.delete(key);
  if (!found) {
    // The memory of the head is shared with other threads; what is parsed keeps views of it.
    const result = parseHeader(head.slice(), size);
    if (result.status !== "complete")
      throw new WillisError("cannot-decode", "The header of this object does not end before its pixels.");
    found = { part10: result.part10, bytes: head.length, scales: new Map() };
  }
  known.set(key, found);
  let kept = 0;
  for (const one of known.values()) kept += one.bytes;
  for (const [oldest, one] of known) {
    if (kept <= KNOWN_BYTES || known.size === 1) break;
    known.delete(oldest);
    kept -= one.bytes;
  }
  return found;
}

/** One frame of a source, ready to be decoded. */
interface Opened extends Known {
  readonly format: PixelFormat;
  readonly stored: Uint8Array;
  readonly bitOffset: number;
}

function opened(source: PixelSource): Opened {
  if (!("whole" in source)) {
    const head = knownHead(source);
    const { dataSet, pixels } = head.part10;
    return { ...head, format: pixelFormat(dataSet, pixels), stored: source.stored, bitOffset: source.bitOffset };
  }
  const part10 = parsePart10(source.whole);
  const { dataSet, pixels } = part10;
  const stored = frameBytes(source.whole, part10, source.frame);
  const bitOffset = pixels?.frames ? frameBitOffset(pixels.frames, source.frame) : 0;
  return { part10, bytes: 0, scales: new Map(), format: pixelFormat(dataSet, pixels), stored, bitOffset };
}

async function decoded({ part10, format, stored, bitOffset }: Opened, keepColour = false): Promise<Frame> {
  return decodeFrame(stored, { ...format, keepColour }, part10.transferSyntax, await nodeCodecs(), bitOffset);
}

async function answer(task: PixelTask): Promise<Uint8Array> {
  if (task.kind === "object")
    return transcode(task.whole, task.transferSyntax, { codecs: await nodeCodecs(), encoders: nodeEncoders });
  if (task.kind === "bulk") return bulk(knownHead(task).part10.dataSet, task.path);
  if (task.kind === "stored" && !("whole" in task.source)) return task.source.stored;
  const open = opened(task.source);
  // A 1-bit frame may begin inside a byte: it is moved to begin at its first bit.
  if (task.kind === "stored")
    return open.bitOffset === 0 ? open.stored : statedBytes(await decoded(open, true), open.format);
  if (task.kind === "render") return picture(open, await decoded(open), task.source.frame, task.options);
  const frame = await decoded(open, true);
  return transferSyntaxOf(task.transferSyntax).encapsulated
    ? encodeFrame(frame, open.format, task.transferSyntax, nodeEncoders)
    : statedBytes(frame, open.format);
}

async function picture(open: Opened, frame: Frame, index: number, options: RenderOptions): Promise<Uint8Array> {
  const { part10, format, stored, scales } = open;
  const { dataSet, transferSyntax } = part10;
  const words = hasEmbeddedOverlay(dataSet) ? storedWords(stored, format, transferSyntax, await nodeCodecs()) : null;
  const help = words ? { words } : {};
  if (frame.photometric !== "MONOCHROME1" && frame.photometric !== "MONOCHROME2")
    return render(frame, dataSet, index, options, help);
  const voi = voiOf(options);
  // Frames of an enhanced object may each have a scale of their own.
  const name = `${voi ? `${voi.centre} ${voi.width} ${voi.shape}` : ""}/${dataSet.has(0x52009230) ? index : ""}`;
  const scale = scales.get(name) ?? greyScaleOf(frame, dataSet, index, voi);
  if (!scale.automatic) {
    scales.delete(name);
    scales.set(name, scale);
    if (scales.size > KNOWN_SCALES) scales.delete(scales.keys().next().value!);
  }
  return render(frame, dataSet, index, options, { ...help, scale });
}

/** The bytes at a path of tags and item numbers, `00480105/1/00282000`. */
function bulk(dataSet: DataSet, path: string): Uint8Array {
  let at: DataSet = dataSet;
  const steps = path.split("/");
  for (let i = 0; i < steps.length; i += 2) {
    const value = at.get(Number.parseInt(steps[i] ?? "", 16))?.value;
    const item = steps[i + 1];
    if (item === undefined && value instanceof Uint8Array) return value;
    const next = Array.isArray(value) ? (value[Number(item) - 1] as unknown) : undefined;
    if (!(next instanceof Map)) break;
    at = next as DataSet;
  }
  throw new WillisError("not-found", `This object has no bytes at ${path.slice(0, 100)}.`);
}

serveTasks<PixelTask, Uint8Array>({
  async work(task) {
    const value = await answer(task);
    // A view of a cached head, or of more than itself, is copied: its memory is handed over.
    return value.buffer.byteLength === value.length && task.kind !== "bulk" ? value : value.slice();
  },
  unknown: (error) => ({
    code: "cannot-decode",
    message: `These pixels cannot be decoded: ${error instanceof Error ? error.message : error}`,
  }),
  handOver: (value) => [value.buffer as ArrayBuffer],
});
