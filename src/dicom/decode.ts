import { WillisError } from "../core/errors.ts";
import { decodeRle } from "./codec-rle.ts";
import { expand422, interleave, rgbToYbrFull, ybrFullToRgb, ybrPartialToRgb } from "./colour.ts";
import { type DataSet, number, text } from "./data-set.ts";
import { frameBitOffset, frameBytes } from "./frames.ts";
import type { Part10, PixelLocation } from "./parse.ts";
import { type PixelCoding, transferSyntaxOf } from "./transfer-syntax.ts";
import { plainBytes } from "./value.ts";
import type { Vr } from "./vr.ts";

/** How the samples of an image are laid out (PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly planar: boolean;
  readonly photometric: string;
  /** Float or double float pixel data instead of integers. */
  readonly float: boolean;
  readonly vr: Vr;
  /** Leave YBR_FULL and YBR_FULL_422 colours as they are, at full resolution, instead of turning them into RGB. */
  readonly keepColour?: boolean;
}

/** Samples of one frame, row-major, interleaved by pixel. */
export type PixelSamples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * A decoded frame. Colour is RGB, or YBR_FULL when that was asked for; grey and palette values are the stored values,
 * sign-extended.
 */
export interface Frame {
  readonly samples: PixelSamples;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly photometric: "MONOCHROME1" | "MONOCHROME2" | "PALETTE COLOR" | "RGB" | "YBR_FULL";
}

/** What a codec makes of a code stream: samples interleaved by pixel, not yet sign-extended. */
export interface CodecImage {
  readonly samples: Uint8Array | Int8Array | Uint16Array | Int16Array;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** The codec has turned the colours into RGB already (or the code stream says that they are). */
  readonly rgb: boolean;
}

/** A code stream decoder for one kind of transfer syntax. Throws when the stream is damaged. */
export type Codec = (codestream: Uint8Array, format: PixelFormat) => CodecImage;

/** The codecs that a platform brings along; RLE and native need none. */
export type Codecs = Partial<Record<PixelCoding, Codec>>;

/** Bytes of one decoded frame that are still decoded: 1 GiB. */
const FRAME_LIMIT = 2 ** 30;

/** The pixel format of an image. Errors: `cannot-decode` when rows, columns or bits are missing or impossible. */
export function pixelFormat(ds: DataSet, pixels?: Pick<PixelLocation, "tag" | "vr"> | null): PixelFormat {
  const float = pixels?.tag === 0x7fe00008 || pixels?.tag === 0x7fe00009;
  const rows = number(ds, "Rows") ?? 0;
  const columns = number(ds, "Columns") ?? 0;
  const bitsAllocated = float ? (pixels?.tag === 0x7fe00008 ? 32 : 64) : (number(ds, "BitsAllocated") ?? 0);
  if (rows < 1 || columns < 1 || ![1, 8, 16, 32, 64].includes(bitsAllocated)) {
    const what = `${rows} rows, ${columns} columns, ${bitsAllocated} bits allocated`;
    throw new WillisError("cannot-decode", `These pixels cannot be decoded: ${what}.`);
  }
  const bytes = (rows * columns * (number(ds, "SamplesPerPixel") ?? 1) * bitsAllocated) / 8;
  if (bytes > FRAME_LIMIT) {
    throw new WillisError("cannot-decode", `A frame of ${bytes} bytes is larger than ${FRAME_LIMIT}: not decoded.`);
  }
  const bitsStored = Math.min(number(ds, "BitsStored") ?? bitsAllocated, bitsAllocated);
  return {
    ...{ rows, columns, bitsAllocated, bitsStored, float },
    samplesPerPixel: number(ds, "SamplesPerPixel") ?? 1,
    highBit: Math.min(Math.max(number(ds, "HighBit") ?? bitsStored - 1, bitsStored - 1), bitsAllocated - 1),
    signed: number(ds, "PixelRepresentation") === 1,
    planar: number(ds, "PlanarConfiguration") === 1,
    photometric: text(ds, "PhotometricInterpretation") ?? "MONOCHROME2",
    vr: pixels?.vr ?? "OW",
  };
}

/**
 * Decode one frame from its stored bytes (`frameBytes`). Codecs for JPEG, JPEG-LS, JPEG 2000 and HTJ2K are injected;
 * `bitOffset` is where a 1-bit frame begins in its first byte. YBR becomes RGB, planes are interleaved, unused high
 * bits are cut off and signs extended. Errors: `cannot-decode` (damaged, or no codec for the transfer syntax).
 */
export function decodeFrame(
  bytes: Uint8Array,
  format: PixelFormat,
  transferSyntax: string,
  codecs: Codecs = {},
  bitOffset = 0,
): Frame {
  const ts = transferSyntaxOf(transferSyntax);
  if (ts.coding === "native")
    return finished(nativeSamples(plainBytes(bytes), format, ts.bigEndian, bitOffset), format, false);
  if (ts.coding === "rle") {
    const { rows, columns, samplesPerPixel } = format;
    const raw = decodeRle(bytes, rows * columns, samplesPerPixel, Math.ceil(format.bitsAllocated / 8));
    return finished(typed(raw, format), format, false);
  }
  const codec = codecs[ts.coding];
  if (!codec) {
    const why =
      ts.coding === "video" ? "is video, which is passed on as it is and has no single frames" : "has no decoder";
    throw new WillisError("cannot-decode", `${ts.name} ${why}: the object is kept and can be downloaded.`);
  }
  const image = run(codec, bytes, format, ts.name);
  if (image.height !== format.rows || image.width !== format.columns || image.components !== format.samplesPerPixel) {
    const inside = `${image.width} x ${image.height} x ${image.components}`;
    const outside = `${format.columns} x ${format.rows} x ${format.samplesPerPixel}`;
    throw new WillisError("cannot-decode", `The code stream is ${inside}, the data set says ${outside}.`);
  }
  const coded = { ...format, highBit: format.bitsStored - 1 };
  return finished(masked(image.samples, coded), coded, image.rgb);
}

/** Decode frame `index` (0-based) of a parsed file held in memory. Errors as `frameBytes` and `decodeFrame`. */
export function decodePart(
  bytes: Uint8Array,
  part10: Part10,
  index: number,
  codecs: Codecs = {},
  keepColour = false,
): Frame {
  const stored = frameBytes(bytes, part10, index);
  const { dataSet, pixels, transferSyntax } = part10;
  const offset = pixels?.frames ? frameBitOffset(pixels.frames, index) : 0;
  return decodeFrame(stored, { ...pixelFormat(dataSet, pixels), keepColour }, transferSyntax, codecs, offset);
}

function run(codec: Codec, bytes: Uint8Array, format: PixelFormat, name: string): CodecImage {
  try {
    return codec(bytes, format);
  } catch (error) {
    if (error instanceof WillisError) throw error;
    throw new WillisError("cannot-decode", `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function nativeSamples(bytes: Uint8Array, format: PixelFormat, bigEndian: boolean, bitOffset: number): PixelSamples {
  const pixels = format.rows * format.columns;
  if (format.bitsAllocated === 1) {
    const plain = bigEndian && format.vr === "OW" ? reversed(bytes, 2) : bytes;
    return bits(plain, pixels * format.samplesPerPixel, bitOffset);
  }
  const subsampled = /^YBR_(FULL|PARTIAL)_422$/.test(format.photometric);
  const samples = pixels * (subsampled ? 2 : format.samplesPerPixel);
  const size = format.bitsAllocated / 8;
  if (bytes.length < samples * size) {
    throw new WillisError("cannot-decode", `The frame has ${bytes.length} bytes, ${samples * size} are needed.`);
  }
  const swap = bigEndian ? (size === 1 && format.vr === "OW" ? 2 : size) : 1;
  const little = swap > 1 ? reversed(bytes, swap) : bytes;
  const start = bitOffset >> 3;
  const raw = little.subarray(start, start + samples * size);
  if (subsampled) return expand422(raw, pixels);
  const stored = typed(raw, format);
  return format.planar && format.samplesPerPixel > 1 ? interleave(stored, format.samplesPerPixel) : stored;
}

function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at + size <= out.length; at += size) {
    for (let i = 0; i < size; i++) out[at + i] = bytes[at + size - 1 - i]!;
  }
  return out;
}

function bits(bytes: Uint8Array, count: number, offset: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => ((bytes[(offset + i) >> 3] ?? 0) >> ((offset + i) & 7)) & 1);
}

/** Little-endian bytes as samples of the format: a view where alignment allows, else a copy. */
function typed(raw: Uint8Array, format: PixelFormat): PixelSamples {
  const size = format.bitsAllocated / 8;
  const even = raw.byteOffset % size === 0 ? raw : new Uint8Array(raw);
  const [buffer, at, n] = [even.buffer, even.byteOffset, Math.floor(even.byteLength / size)];
  if (format.float) return size === 8 ? new Float64Array(buffer, at, n) : new Float32Array(buffer, at, n);
  if (size === 8) throw new WillisError("cannot-decode", "64-bit integer pixels are not supported.");
  if (size === 4) return masked(new Uint32Array(buffer, at, n), format);
  if (size === 2) return masked(new Uint16Array(buffer, at, n), format);
  return masked(even, format);
}

/** Shift to bit 0, cut what is not stored, extend the sign. Without any of these: the same memory, retyped. */
function masked<T extends Exclude<PixelSamples, Float32Array | Float64Array>>(
  samples: T,
  format: PixelFormat,
): PixelSamples {
  const { buffer, byteOffset: at, length: n } = samples;
  const width = samples.BYTES_PER_ELEMENT * 8;
  // A code stream of fewer bits than are stored holds values that have no sign bit where the data set says.
  if (format.bitsStored > width) return samples;
  const full = format.bitsStored === width;
  if (full) {
    if (width === 8) return format.signed ? new Int8Array(buffer, at, n) : new Uint8Array(buffer, at, n);
    if (width === 16) return format.signed ? new Int16Array(buffer, at, n) : new Uint16Array(buffer, at, n);
    return format.signed ? new Int32Array(buffer, at, n) : new Uint32Array(buffer, at, n);
  }
  if (samples instanceof Uint16Array && !format.signed && format.highBit === format.bitsStored - 1) {
    // The angiography case, by far the most frames: one kind of array, one operation.
    const plain = new Uint16Array(n);
    const mask = (1 << format.bitsStored) - 1;
    for (let i = 0; i < n; i++) plain[i] = samples[i]! & mask;
    return plain;
  }
  const out = empty(width, format.signed, n);
  const left = 32 - format.highBit - 1;
  const right = 32 - format.bitsStored;
  if (format.signed) for (let i = 0; i < n; i++) out[i] = (samples[i]! << left) >> right;
  else for (let i = 0; i < n; i++) out[i] = (samples[i]! << left) >>> right;
  return out;
}

function empty(
  width: number,
  signed: boolean,
  n: number,
): Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array {
  if (width === 8) return signed ? new Int8Array(n) : new Uint8Array(n);
  if (width === 16) return signed ? new Int16Array(n) : new Uint16Array(n);
  return signed ? new Int32Array(n) : new Uint32Array(n);
}

function finished(samples: PixelSamples, format: PixelFormat, rgb: boolean): Frame {
  const { rows, columns, bitsStored, signed, photometric } = format;
  const subsampled = /^YBR_(FULL|PARTIAL)_422$/.test(photometric);
  const n = subsampled ? 3 : format.samplesPerPixel;
  const frame = { rows, columns, samplesPerPixel: n, bitsStored, signed };
  if (n === 1) {
    const grey = photometric === "MONOCHROME1" || photometric === "PALETTE COLOR" ? photometric : "MONOCHROME2";
    return { ...frame, samples, photometric: grey };
  }
  if (samples instanceof Float32Array || samples instanceof Float64Array || samples instanceof Int8Array) {
    throw new WillisError("cannot-decode", "Colour pixels are unsigned integers; these are not.");
  }
  if (!rgb && photometric === "YBR_PARTIAL_422" && samples instanceof Uint8Array)
    return { ...frame, samples: ybrPartialToRgb(samples.slice()), photometric: "RGB" };
  const isYbr = photometric === "YBR_FULL" || photometric === "YBR_FULL_422";
  if (isYbr && format.keepColour && samples instanceof Uint8Array) {
    return { ...frame, samples: rgb ? rgbToYbrFull(samples.slice()) : samples, photometric: "YBR_FULL" };
  }
  if (!rgb && isYbr && samples instanceof Uint8Array) {
    return { ...frame, samples: ybrFullToRgb(samples.slice()), photometric: "RGB" };
  }
  return { ...frame, samples, photometric: "RGB" };
}
