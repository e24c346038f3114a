import { Inflate } from "fflate";
import { WillisError } from "../core/errors.ts";
import { type DataSet, text } from "./data-set.ts";
import {
  encapsulatedFrames,
  type Fragments,
  type FrameTable,
  frameCount,
  nativeFrames,
  scanFragments,
} from "./frames.ts";
import { type ElementsEnd, NeedMore, readElements } from "./parse-elements.ts";
import { TS, transferSyntaxOf } from "./transfer-syntax.ts";
import { plainBytes } from "./value.ts";
import { type Vr, vrFromBytes } from "./vr.ts";

/** What a parse may use up before it gives in. */
export interface ParseLimits {
  /** Sequences within sequences. */
  readonly depth: number;
  /** Data elements and items together. */
  readonly elements: number;
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** Bytes that a deflated data set may grow to. */
  readonly inflatedBytes: number;
  /** Accept pixel data that the file cuts off, with a warning; false rejects the file. */
  readonly cutOffPixels: boolean;
}

/** Limits that any clinical object keeps: depth 64, two million elements, 16 GiB, 2 GiB inflated, nothing cut off. */
export const LIMITS: ParseLimits = {
  depth: 64,
  elements: 2_000_000,
  bytes: 16 * 2 ** 30,
  inflatedBytes: 2 ** 31,
  cutOffPixels: false,
};

/** Where the pixels of an object lie. Offsets count from the start of the file, or of `Part10.inflated`. */
export interface PixelLocation {
  /** (7FE0,0010), or (7FE0,0008) float, (7FE0,0009) double. */
  readonly tag: number;
  readonly vr: Vr;
  readonly offset: number;
  /** Bytes of the value; encapsulated: all items with the closing delimiter; -1 when its end was not reached yet. */
  readonly length: number;
  readonly encapsulated: boolean;
  /** Null when the fragments were not scanned yet (`parseHeader`), or do not tell which frame they belong to. */
  readonly frames: FrameTable | null;
}

/** A parsed DICOM file. */
export interface Part10 {
  /** Group 0002; empty when the file has none. */
  readonly meta: DataSet;
  /** The data set without Pixel Data. */
  readonly dataSet: DataSet;
  readonly transferSyntax: string;
  readonly pixels: PixelLocation | null;
  /** Where the data set begins in the file. */
  readonly dataSetOffset: number;
  /** The inflated data set of a deflated file, else null. */
  readonly inflated: Uint8Array | null;
  /** What was odd but could be read. */
  readonly warnings: readonly string[];
}

/** Answer of `parseHeader`: the parsed head, or how many bytes from the start of the file it wants to see. */
export type HeaderResult =
  | { readonly status: "complete"; readonly part10: Part10 }
  | { readonly status: "more"; readonly bytes: number };

/**
 * Parse a whole DICOM file in memory; pixel data and other bytes are views, never copies. Reads implicit and explicit
 * little endian, explicit big endian and deflated, defined and undefined lengths, files without preamble or meta group
 * when they are plainly DICOM. Iterative: nesting costs no stack. Errors: `not-dicom` (with tag and byte),
 * `too-deep`, `too-large`. Source: PS3.5 chapter 7 and annex A, PS3.10 chapter 7.
 */
export function parsePart10(bytes: Uint8Array, limits: Partial<ParseLimits> = {}): Part10 {
  const result = parse(plainBytes(bytes), bytes.length, { ...LIMITS, ...limits }, true);
  if (result.status === "complete") return result.part10;
  throw cutOff(result.bytes, bytes.length);
}

/**
 * Parse a data set without preamble and meta group, as DIMSE carries identifiers and attribute lists. For what has no
 * pixels: at most 100 000 elements, 16 MiB inflated. Errors as `parsePart10`.
 */
export function parseDataSet(bytes: Uint8Array, transferSyntax: string): DataSet {
  const { explicit, bigEndian, deflated } = transferSyntaxOf(transferSyntax);
  const plain = plainBytes(bytes);
  const source = deflated ? inflate(plain, 1 << 24) : plain;
  const limits = { ...LIMITS, elements: 100_000 };
  try {
    return readElements(source, source.length, 0, { explicit, bigEndian, meta: false }, limits, true).dataSet;
  } catch (error) {
    if (error instanceof NeedMore) throw cutOff(error.bytes, source.length, error.where);
    throw error;
  }
}

/**
 * Parse from only the first bytes of a file of `totalSize` bytes, up to Pixel Data. Asks for more when the prefix ends
 * before Pixel Data (or before the end of a file that has none). Encapsulated pixels have `frames: null` unless the
 * prefix is the whole file: run `fragmentScan(pixels.offset, totalSize)` and give its result to `withFragments`.
 * Errors as `parsePart10`.
 */
export function parseHeader(prefix: Uint8Array, totalSize: number, limits: Partial<ParseLimits> = {}): HeaderResult {
  return parse(plainBytes(prefix), totalSize, { ...LIMITS, ...limits }, prefix.length >= totalSize);
}

/** A parsed head completed with the fragments of its encapsulated pixels. */
export function withFragments(part10: Part10, fragments: Fragments): Part10 {
  const { pixels, dataSet } = part10;
  if (!pixels) return part10;
  const warnings = [...part10.warnings];
  if (!fragments.closed) warnings.push("Pixel Data (7FE0,0010) has no closing delimiter.");
  let frames: FrameTable | null = null;
  try {
    frames = encapsulatedFrames(fragments, frameCount(dataSet), extendedOffsets(dataSet));
  } catch (error) {
    // The fragments of a video have nothing to do with its frames: that is as it should be (PS3.5 8.2.5).
    const isVideo = transferSyntaxOf(part10.transferSyntax).coding === "video";
    if (!isVideo) warnings.push(error instanceof Error ? error.message : String(error));
  }
  return { ...part10, warnings, pixels: { ...pixels, length: fragments.end - pixels.offset, frames } };
}

function parse(bytes: Uint8Array, total: number, limits: ParseLimits, whole: boolean): HeaderResult {
  if (total > limits.bytes) {
    throw new WillisError("too-large", `The file has ${total} bytes, at most ${limits.bytes} are taken.`);
  }
  try {
    return { status: "complete", part10: parseOrAsk(bytes, total, limits, whole) };
  } catch (error) {
    if (!(error instanceof NeedMore)) throw error;
    // all of it was there: asking again would bring the same (what is deflated counts in other bytes)
    if (error.bytes > total || bytes.length >= total) throw cutOff(error.bytes, total, error.where);
    return { status: "more", bytes: Math.max(error.bytes, Math.min(total, 2 * bytes.length)) };
  }
}

function cutOff(wanted: number, total: number, where = ""): WillisError {
  const what = where ? `${where} needs bytes up to ${wanted}` : `byte ${wanted} is needed`;
  return new WillisError("not-dicom", `The file is cut off: ${what}, but it has ${total}. Send it again.`);
}

function parseOrAsk(bytes: Uint8Array, total: number, limits: ParseLimits, whole: boolean): Part10 {
  if (bytes.length < Math.min(total, 148)) throw new NeedMore(Math.min(total, 148), "The head");
  const warnings: string[] = [];
  const start = dataStart(bytes);
  const head = readElements(bytes, total, start, { explicit: true, bigEndian: false, meta: true }, limits);
  const meta = head.dataSet;
  const at = head.end;
  if (at + 8 > bytes.length && at + 8 <= total) throw new NeedMore(at + 8, "The data set");
  const declared = text(meta, "TransferSyntaxUID");
  const { uid, explicit } = agreed(declared, bytes, at, warnings);
  const ts = transferSyntaxOf(uid);
  let source = bytes;
  let size = total;
  let from = at;
  if (ts.deflated) {
    if (bytes.length < total) throw new NeedMore(total, "A deflated data set");
    source = inflate(bytes.subarray(at), limits.inflatedBytes);
    size = source.length;
    from = 0;
  }
  const syntax = { explicit, bigEndian: ts.bigEndian, meta: false };
  let body: ReturnType<typeof readElements>;
  try {
    body = readElements(source, size, from, syntax, limits, whole || ts.deflated);
  } catch (error) {
    if (!ts.deflated || !(error instanceof NeedMore)) throw error;
    throw cutOff(error.bytes, size, `Inflated, ${error.where || "the data set"}`);
  }
  warnings.push(...body.warnings);
  const part10: Part10 = {
    meta,
    dataSet: body.dataSet,
    transferSyntax: uid,
    pixels: null,
    dataSetOffset: at,
    inflated: ts.deflated ? source : null,
    warnings,
  };
  return body.pixels ? located(part10, body.pixels, source, whole || ts.deflated) : part10;
}

function located(
  part10: Part10,
  found: NonNullable<ElementsEnd["pixels"]>,
  source: Uint8Array,
  whole: boolean,
): Part10 {
  const { tag, vr, offset, length } = found;
  const encapsulated = length < 0;
  const { bigEndian } = transferSyntaxOf(part10.transferSyntax);
  const frames = encapsulated ? null : nativeFrames(part10.dataSet, offset, vr === "OW" && bigEndian);
  const warnings = [...part10.warnings];
  if (frames?.kind === "native" && frames.bits > 0) {
    const needed = Math.ceil((frames.frames * frames.bits) / 8);
    if (length < needed) warnings.push(`Pixel Data has ${length} bytes, ${frames.frames} frame(s) need ${needed}.`);
  }
  const pixels: PixelLocation = { tag, vr, offset, length, encapsulated, frames };
  const done = { ...part10, warnings, pixels };
  return encapsulated && whole ? withFragments(done, scanFragments(source, offset)) : done;
}

function extendedOffsets(ds: DataSet): number[] {
  const value = ds.get(0x7fe00001)?.value;
  if (!(value instanceof Uint8Array)) return [];
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.length >> 3 }, (_, i) => Number(view.getBigUint64(8 * i, true)));
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
}

function dataStart(bytes: Uint8Array): number {
  if (isMagic(bytes, 128)) return 132;
  if (isMagic(bytes, 0)) return 4;
  const [a, b, c, d] = [bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0, bytes[3] ?? 0];
  const little = b === 0 && (a === 2 || a === 8) && d === 0;
  const big = a === 0 && b === 8 && c === 0;
  const vr = vrFromBytes(bytes[4] ?? 0, bytes[5] ?? 0);
  const shortImplicit = little && bytes[6] === 0 && bytes[7] === 0 && (bytes[5] ?? 0) < 4;
  if (bytes.length >= 8 && ((little && (vr || shortImplicit)) || (big && vr))) return 0;
  throw new WillisError(
    "not-dicom",
    'No "DICM" at byte 128, and the file does not begin with a data element of group 0002 or 0008.',
  );
}

/** The transfer syntax and VR coding as the bytes have it: declared when they agree, else what the first element shows. */
function agreed(
  declared: string | undefined,
  bytes: Uint8Array,
  at: number,
  warnings: string[],
): { uid: string; explicit: boolean } {
  const ts = transferSyntaxOf(declared ?? TS.ExplicitLittle);
  if (bytes.length < at + 8) return ts;
  const explicit = vrFromBytes(bytes[at + 4]!, bytes[at + 5]!) !== undefined;
  const big = bytes[at] === 0 && bytes[at + 1] !== 0;
  const seen = !explicit ? TS.ImplicitLittle : big ? TS.ExplicitBig : TS.ExplicitLittle;
  if (declared === undefined) {
    warnings.push(`No Transfer Syntax UID (0002,0010): read as ${transferSyntaxOf(seen).name}.`);
    return { uid: seen, explicit };
  }
  if (ts.deflated || ts.explicit === explicit) return ts;
  // A length of "AE" .. "UV" in an implicit header would be 16 kB and more: the high half of the length tells.
  if (!ts.explicit && bytes[at + 6] === 0 && bytes[at + 7] === 0) return ts;
  warnings.push(`The file says ${ts.name}, its elements are ${transferSyntaxOf(seen).name}.`);
  return { uid: ts.encapsulated ? ts.uid : seen, explicit };
}

function inflate(bytes: Uint8Array, cap: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    if (size > cap) throw new WillisError("too-large", `The deflated data set grows beyond ${cap} bytes.`);
    parts.push(part);
  });
  try {
    const step = 16384;
    for (let at = 0; at < bytes.length; at += step)
      stream.push(bytes.subarray(at, at + step), at + step >= bytes.length);
  } catch (error) {
    if (error instanceof WillisError) throw error;
    throw new WillisError("not-dicom", `The deflated data set cannot be inflated: ${String(error)}.`);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
