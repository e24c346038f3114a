import { WillisError } from "../core/errors.ts";
import { usesColourTransform } from "./codestream-size.ts";
import { type DataSet, put } from "./data-set.ts";
import { type Codecs, decodePart, type Frame, type PixelFormat, pixelFormat } from "./decode.ts";
import { tagOf } from "./dictionary.ts";
import { type Encoders, encodeFrame, putBits, sampleBytes } from "./encode.ts";
import { encapsulate, frameBytes } from "./frames.ts";
import { hasEmbeddedOverlay, overlaysOf, storedWords } from "./overlay.ts";
import { type Part10, type PixelLocation, parsePart10 } from "./parse.ts";
import { TS, transferSyntaxOf } from "./transfer-syntax.ts";
import { writePart10 } from "./write.ts";

/** Bytes of native pixels that are still made: 1 GiB. */
const PIXELS_LIMIT = 2 ** 30;

/** What decodes and encodes on this platform. */
export interface Coders {
  readonly codecs: Codecs;
  readonly encoders: Encoders;
}

/**
 * A whole object in another transfer syntax: explicit or implicit little endian, deflated, or one of the lossless codings
 * of `encodeFrame`. The pixels stay the same ones; the header says what they now are: Photometric Interpretation and
 * Planar Configuration of colour, overlays out of the pixel words, a Basic Offset Table. What it says of lossy compression
 * in the past stays. YBR of lossy JPEG becomes RGB. Errors: `cannot-decode`, `not-acceptable`, `too-large`.
 * Source: PS3.5 8.1.2, 8.2 and annex A, PS3.3 C.7.6.3.
 */
export function transcode(bytes: Uint8Array, wanted: string, { codecs, encoders }: Coders): Uint8Array {
  const part10 = parsePart10(bytes);
  const out: DataSet = new Map(part10.dataSet);
  const { pixels } = part10;
  const target = transferSyntaxOf(wanted);
  // A value of the data set is never encapsulated without pixels: such objects are written explicit little endian.
  if (!pixels) return writePart10(out, target.encapsulated ? TS.ExplicitLittle : wanted);
  const stored = transferSyntaxOf(part10.transferSyntax);
  out.delete(tagOf("ExtendedOffsetTable"));
  out.delete(tagOf("ExtendedOffsetTableLengths"));
  if (!stored.encapsulated && !stored.bigEndian && !target.encapsulated) {
    put(out, pixels.tag, nativeVr(part10, pixels), even(nativeBytes(bytes, part10, pixels)));
    return writePart10(out, wanted);
  }
  if (!pixels.frames)
    throw new WillisError("cannot-decode", "The fragments of this object do not tell which frame they belong to.");
  const format = pixelFormat(part10.dataSet, pixels);
  const count = pixels.frames.frames;
  const decoded = (index: number): Frame => decodePart(bytes, part10, index, codecs, stored.lossless);
  if (target.encapsulated) {
    const streams: Uint8Array[] = [];
    let first: Frame | null = null;
    for (let i = 0; i < count; i++) {
      const frame = decoded(i);
      first ??= frame;
      if (frame.photometric === "YBR_FULL" && target.coding === "jpeg-2000")
        throw new WillisError(
          "not-acceptable",
          "YBR_FULL pixels cannot be coded as JPEG 2000 without change here: ask for HTJ2K, JPEG-LS or RLE.",
        );
      streams.push(encodeFrame(frame, format, wanted, encoders));
    }
    if (hasEmbeddedOverlay(out)) moveOverlays(out, bytes, part10, format, codecs);
    describe(out, first!, usesColourTransform(streams[0]!));
    put(out, tagOf("PixelData"), "OB", encapsulate(streams));
    return writePart10(out, wanted);
  }
  const frames = nativeFramesOf(count, decoded, format);
  if (hasEmbeddedOverlay(out)) moveOverlays(out, bytes, part10, format, codecs);
  describe(out, frames.first, false);
  put(out, pixels.tag, format.float ? pixels.vr : "OW", frames.bytes);
  return writePart10(out, wanted);
}

function nativeVr(part10: Part10, pixels: PixelLocation): "OB" | "OW" | "OF" | "OD" {
  const eight = pixelFormat(part10.dataSet, pixels).bitsAllocated <= 8;
  return pixels.vr === "OB" && !eight ? "OW" : (pixels.vr as "OB" | "OW" | "OF" | "OD");
}

function nativeBytes(bytes: Uint8Array, part10: Part10, pixels: PixelLocation): Uint8Array {
  return (part10.inflated ?? bytes).subarray(pixels.offset, pixels.offset + pixels.length);
}

/** All frames one after the other, in memory that is taken once. */
function nativeFramesOf(
  count: number,
  decoded: (index: number) => Frame,
  format: PixelFormat,
): { bytes: Uint8Array; first: Frame } {
  const first = decoded(0);
  const size = sampleBytes(first, format).length;
  if (size * count > PIXELS_LIMIT)
    throw new WillisError(
      "too-large",
      `Decoded, this object has ${size * count} bytes: ask for it as it is stored, or by frame.`,
    );
  const bytes = new Uint8Array(size * count + ((size * count) & 1));
  for (let i = 0; i < count; i++) {
    const frame = i === 0 ? first : decoded(i);
    // Frames of single bits follow each other without a gap (PS3.5 8.1.1).
    if (format.bitsAllocated === 1) putBits(frame.samples, bytes, i * frame.samples.length);
    else bytes.set(sampleBytes(frame, format), i * size);
  }
  if (format.bitsAllocated === 1) {
    const used = Math.ceil((first.samples.length * count) / 16) * 2;
    return { bytes: bytes.subarray(0, used), first };
  }
  return { bytes, first };
}

/** What the header says of colour (PS3.5 8.2, PS3.3 C.7.6.3.1.2 and .3). */
function describe(out: DataSet, frame: Frame, transformed: boolean): void {
  if (frame.samplesPerPixel === 1) return;
  const photometric = frame.photometric === "RGB" && transformed ? "YBR_RCT" : frame.photometric;
  put(out, tagOf("PhotometricInterpretation"), "CS", photometric);
  put(out, tagOf("PlanarConfiguration"), "US", 0);
}

/** Overlays that lie in unused bits of the pixels get values of their own: coded pixels have no such bits. */
function moveOverlays(out: DataSet, bytes: Uint8Array, part10: Part10, format: PixelFormat, codecs: Codecs): void {
  const count = part10.pixels!.frames!.frames;
  const planes = Array.from({ length: count }, (_, i) => {
    const words = storedWords(frameBytes(bytes, part10, i), format, part10.transferSyntax, codecs);
    return overlaysOf(part10.dataSet, i, words);
  });
  for (const { group, rows, columns } of planes[0] ?? []) {
    const base = group * 0x10000;
    if (part10.dataSet.has(base + 0x3000)) continue;
    const size = rows * columns;
    const data = new Uint8Array(Math.ceil((size * count) / 16) * 2);
    planes.forEach((frame, i) => {
      const bits = frame.find((one) => one.group === group)?.bits;
      for (let p = 0; bits && p < size; p++) {
        const at = i * size + p;
        if (bits[p] === 1) data[at >> 3]! |= 1 << (at & 7);
      }
    });
    put(out, base + 0x100, "US", 1);
    put(out, base + 0x102, "US", 0);
    if (count > 1) {
      put(out, base + 0x15, "IS", count);
      put(out, base + 0x51, "US", 1);
    }
    put(out, base + 0x3000, "OW", data);
  }
}

function even(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const padded = new Uint8Array(bytes.length + 1);
  padded.set(bytes);
  return padded;
}
