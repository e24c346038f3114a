import { WillisError } from "../core/errors.ts";
import { type DataSet, number, text } from "./data-set.ts";
import type { Part10, PixelLocation } from "./parse.ts";
import { plainBytes } from "./value.ts";

/**
 * Where each frame lies in the file. Plain JSON: store it, and one `pread` (native, or one fragment) gets a frame.
 * Native: frame i has `bits` bits from bit `i * bits` after `offset`. Encapsulated: frame i is the fragments
 * `first[i] .. first[i+1]-1` (or fragment i when `first` is absent), bytes `offsets[f]`, `lengths[f]`.
 */
export type FrameTable =
  | {
      readonly kind: "native";
      readonly frames: number;
      readonly offset: number;
      readonly bits: number;
      /** Samples of 1 or 8 bits in big-endian words: spans are widened to whole words. */
      readonly words?: true;
    }
  | {
      readonly kind: "encapsulated";
      readonly frames: number;
      readonly offsets: readonly number[];
      readonly lengths: readonly number[];
      readonly first?: readonly number[];
    };

/** A run of bytes in the file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Number of frames that an image says it has; 1 when it does not say or says nonsense (PS3.3 C.7.6.6). */
export function frameCount(ds: DataSet): number {
  const n = number(ds, "NumberOfFrames");
  return n !== undefined && n >= 1 ? Math.floor(n) : 1;
}

/** Bits of one native frame by the arithmetic of PS3.5 8.1 and, for subsampled colour, PS3.3 C.7.6.3.1.2. */
export function nativeFrameBits(ds: DataSet): number {
  const pixels = (number(ds, "Rows") ?? 0) * (number(ds, "Columns") ?? 0);
  const samples = number(ds, "SamplesPerPixel") ?? 1;
  const allocated = number(ds, "BitsAllocated") ?? 8;
  const photometric = text(ds, "PhotometricInterpretation");
  if (photometric === "YBR_FULL_422" || photometric === "YBR_PARTIAL_422") return pixels * 2 * allocated;
  if (photometric === "YBR_PARTIAL_420") return pixels * 1.5 * allocated;
  return pixels * samples * allocated;
}

/** The frame table of native pixels that start at `offset`; `bigEndianWords` for OW of a big-endian file. */
export function nativeFrames(ds: DataSet, offset: number, bigEndianWords = false): FrameTable {
  const table = { kind: "native", frames: frameCount(ds), offset, bits: nativeFrameBits(ds) } as const;
  return bigEndianWords && (number(ds, "BitsAllocated") ?? 16) <= 8 ? { ...table, words: true } : table;
}

/** What the scan of an encapsulated pixel value found: its fragments, and whether the closing delimiter was there. */
export interface Fragments {
  readonly offsets: number[];
  readonly lengths: number[];
  readonly basicOffsets: number[];
  /** Fragment begins with a JPEG SOI or a JPEG 2000 SOC marker. */
  readonly starts: boolean[];
  /** Offset just after the sequence delimiter. */
  readonly end: number;
  readonly closed: boolean;
}

/**
 * Walk the items of an encapsulated pixel value without holding the file: yields the span it wants to read, takes the
 * bytes (fewer at the end of the file), returns the fragments. `start` is the offset of the first item (the Basic
 * Offset Table). Errors: `not-dicom` with the offset when something else than an item is found. Source: PS3.5 A.4.
 */
export function* fragmentScan(start: number, fileSize: number): Generator<Span, Fragments, Uint8Array> {
  const offsets: number[] = [];
  const lengths: number[] = [];
  const starts: boolean[] = [];
  let basicOffsets: number[] = [];
  let at = start;
  for (let item = 0; ; item++) {
    if (at + 8 > fileSize) return { offsets, lengths, basicOffsets, starts, end: fileSize, closed: false };
    const head = yield { offset: at, length: Math.min(12, fileSize - at) };
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const tag = view.getUint32(0, true);
    const length = view.getUint32(4, true);
    if (tag === 0xe0ddfffe) return { offsets, lengths, basicOffsets, starts, end: at + 8, closed: true };
    if (tag !== 0xe000fffe || length === 0xffffffff || at + 8 + length > fileSize) {
      const what = tag === 0xe000fffe ? `an item of ${length} bytes that the file does not have` : "no item";
      throw new WillisError(
        "not-dicom",
        `Pixel Data (7FE0,0010): ${what} at byte ${at}. The file is damaged or cut off.`,
      );
    }
    if (item === 0) basicOffsets = length === 0 ? [] : offsetTable(yield { offset: at + 8, length });
    else {
      offsets.push(at + 8);
      lengths.push(length);
      const b0 = head[8];
      starts.push(length >= 4 && b0 === 0xff && (head[9] === 0xd8 || (head[9] === 0x4f && head[10] === 0xff)));
    }
    at += 8 + length;
  }
}

function offsetTable(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
}

/** Run `fragmentScan` over bytes in memory. */
export function scanFragments(bytes: Uint8Array, start: number): Fragments {
  const scan = fragmentScan(start, bytes.length);
  let step = scan.next();
  while (!step.done) step = scan.next(bytes.subarray(step.value.offset, step.value.offset + step.value.length));
  return step.value;
}

/**
 * Which fragments make which frame: by the Extended Offset Table (7FE0,0001), else the Basic Offset Table, else one
 * fragment a frame when the counts agree, else all in the one frame, else by start markers of the code streams.
 * Errors: `cannot-decode` when none of these fits `frames`. Source: PS3.5 A.4, PS3.3 C.7.6.3.1.8.
 */
export function encapsulatedFrames(found: Fragments, frames: number, extendedOffsets: readonly number[]): FrameTable {
  const { offsets, lengths } = found;
  const table = { kind: "encapsulated", frames, offsets, lengths } as const;
  if (frames === 1 && offsets.length !== 1) return { ...table, first: [0, offsets.length] };
  if (offsets.length === frames) return table;
  const base = (offsets[0] ?? 8) - 8;
  for (const listed of [extendedOffsets, found.basicOffsets]) {
    if (listed.length !== frames) continue;
    const index = new Map(offsets.map((offset, i) => [offset - 8 - base, i]));
    const first = listed.map((offset) => index.get(offset) ?? -1);
    if (first[0] === 0 && first.every((f, i) => i === 0 || f > first[i - 1]!)) {
      return { ...table, first: [...first, offsets.length] };
    }
  }
  const first = found.starts.flatMap((start, i) => (start ? [i] : []));
  if (first.length === frames && first[0] === 0) return { ...table, first: [...first, offsets.length] };
  throw new WillisError(
    "cannot-decode",
    `${offsets.length} fragments cannot be assigned to ${frames} frames: offset table and start markers do not say how.`,
  );
}

/**
 * Byte runs of a frame (0-based); a 1-bit native frame may begin inside its first byte. Errors: `not-found`;
 * `cannot-decode` when a native frame, by what the header says of it, would reach beyond `pixelsEnd`.
 */
export function frameSpans(table: FrameTable, frame: number, pixelsEnd = Number.POSITIVE_INFINITY): Span[] {
  if (!Number.isInteger(frame) || frame < 0 || frame >= table.frames) {
    throw new WillisError("not-found", `Frame ${frame + 1} does not exist: this object has ${table.frames}.`);
  }
  if (table.kind === "native") {
    let from = Math.floor((frame * table.bits) / 8);
    let to = Math.ceil(((frame + 1) * table.bits) / 8);
    if (table.words) {
      from -= from % 2;
      to += to % 2;
    }
    const missing = table.offset + to - pixelsEnd;
    if (missing > 0 && missing >= (table.words ? 2 : 1))
      throw new WillisError(
        "cannot-decode",
        `Rows, Columns and bits tell of ${to - from} bytes a frame: for frame ${frame + 1} of ${table.frames}, ${missing} are not there.`,
      );
    return [{ offset: table.offset + from, length: Math.min(to, pixelsEnd - table.offset) - from }];
  }
  const begin = table.first ? table.first[frame]! : frame;
  const end = table.first ? table.first[frame + 1]! : frame + 1;
  const spans: Span[] = [];
  for (let f = begin; f < end; f++) spans.push({ offset: table.offsets[f]!, length: table.lengths[f]! });
  return spans;
}

/** First bit of a native frame within its span (not 0 only for 1-bit pixels and odd big-endian words), 0..15. */
export function frameBitOffset(table: FrameTable, frame: number): number {
  return table.kind === "native" ? (frame * table.bits) % (table.words ? 16 : 8) : 0;
}

/**
 * The stored bytes of a frame (0-based): native samples as in the file, or the code stream. A view into `bytes` when
 * the frame is one run, else a joined copy. `bytes` is the whole file. Errors: `not-found` for a frame or pixels that
 * are not there, `not-dicom` when the file ends before the frame does.
 */
export function frameBytes(bytes: Uint8Array, part10: Part10, frame: number): Uint8Array {
  const { frames, offset, length } = pixelsOf(part10);
  if (!frames)
    throw new WillisError("cannot-decode", "The frames of this object were not indexed: parse the whole file.");
  const source = part10.inflated ?? plainBytes(bytes);
  const runs = frameSpans(frames, frame, length < 0 ? source.length : offset + length).map((span) => {
    if (span.offset + span.length > source.length) {
      const end = span.offset + span.length;
      throw new WillisError("not-dicom", `Frame ${frame + 1} ends at byte ${end}, the file has ${source.length}.`);
    }
    return source.subarray(span.offset, span.offset + span.length);
  });
  return runs.length === 1 ? runs[0]! : joined(runs);
}

function pixelsOf(part10: Part10): PixelLocation {
  if (part10.pixels) return part10.pixels;
  throw new WillisError("not-found", "This object has no pixel data.");
}

function joined(runs: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(runs.reduce((n, r) => n + r.length, 0));
  let at = 0;
  for (const run of runs) {
    out.set(run, at);
    at += run.length;
  }
  return out;
}

/** An encapsulated pixel value, one fragment a frame, with a Basic Offset Table: PixelData for `writePart10`. */
export function encapsulate(frames: readonly Uint8Array[]): Uint8Array {
  const even = frames.map((f) => f.length + (f.length & 1));
  const total = even.reduce((n, length) => n + 8 + length, 0);
  const table = total < 0xffffffff ? 4 * frames.length : 0;
  const out = new Uint8Array(8 + table + total + 8);
  const view = new DataView(out.buffer);
  const item = (at: number, tag: number, length: number): void => {
    view.setUint32(at, tag, true);
    view.setUint32(at + 4, length, true);
  };
  item(0, 0xe000fffe, table);
  let at = 8 + table;
  frames.forEach((frame, i) => {
    if (table > 0) view.setUint32(8 + 4 * i, at - 8 - table, true);
    item(at, 0xe000fffe, even[i]!);
    out.set(frame, at + 8);
    at += 8 + even[i]!;
  });
  item(at, 0xe0ddfffe, 0);
  return out;
}
