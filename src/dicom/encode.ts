import { WillisError } from "../core/errors.ts";
import { encodeRle } from "./codec-rle.ts";
import { pack422, separate } from "./colour.ts";
import type { Frame, PixelFormat } from "./decode.ts";
import { encodeJpegLossless } from "./encode-jpeg-lossless.ts";
import { type PixelCoding, transferSyntaxOf } from "./transfer-syntax.ts";

/** What an encoder gets: little-endian samples interleaved by pixel, 8 or 16 bits wide. */
export interface EncoderInput {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Significant bits of a sample; more than 8 exactly when samples are 16 bits wide. */
  readonly bits: number;
  readonly signed: boolean;
  /** Three components are RGB: a reversible colour transform may be used. */
  readonly rgb: boolean;
  readonly transferSyntax: string;
}

/** A lossless encoder for one kind of transfer syntax. */
export type Encoder = (input: EncoderInput) => Uint8Array;

/** The encoders that a platform brings along; RLE, lossless JPEG and native need none. */
export type Encoders = Partial<Record<PixelCoding, Encoder>>;

/** Samples 0 and 1 as bits, the first in the lowest bit, into `out` from bit `from` (PS3.5 8.1.1). */
export function putBits(samples: ArrayLike<number>, out: Uint8Array, from: number): void {
  for (let i = 0, at = from; i < samples.length; i++, at++) if (samples[i] !== 0) out[at >> 3]! |= 1 << (at & 7);
}

/** The samples of a frame as little-endian bytes, interleaved by pixel, each as wide as Bits Allocated says. */
export function sampleBytes(frame: Frame, format: PixelFormat): Uint8Array {
  const { samples } = frame;
  if (format.bitsAllocated === 1) {
    const packed = new Uint8Array(Math.ceil(samples.length / 8));
    putBits(samples, packed, 0);
    return packed;
  }
  const wide = format.bitsAllocated === 16 && samples.BYTES_PER_ELEMENT === 1 ? Int16Array.from(samples) : samples;
  return new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength);
}

/**
 * The samples of a frame as a native object of the same description has them: chroma of YBR_FULL_422 shared by two
 * pixels, planes apart when Planar Configuration is 1. The frame is decoded with `keepColour`.
 */
export function statedBytes(frame: Frame, format: PixelFormat): Uint8Array {
  const bytes = sampleBytes(frame, format);
  if (frame.photometric === "YBR_FULL" && format.photometric === "YBR_FULL_422") return pack422(bytes);
  if (!format.planar || frame.samplesPerPixel === 1) return bytes;
  const planes = separate(frame.samples, frame.samplesPerPixel);
  return sampleBytes({ ...frame, samples: planes }, format);
}

/**
 * A decoded frame as the code stream of a lossless transfer syntax: RLE and lossless JPEG here, the others by the
 * encoders given. Decoding it gives the same samples. `format` is that of the object the frame is of. Errors:
 * `not-acceptable` for pixels that the transfer syntax cannot hold (float, 1 or 32 bits) or that nobody here encodes.
 */
export function encodeFrame(
  frame: Frame,
  format: PixelFormat,
  transferSyntax: string,
  encoders: Encoders = {},
): Uint8Array {
  const ts = transferSyntaxOf(transferSyntax);
  if (ts.coding === "native") return sampleBytes(frame, format);
  const { bitsAllocated, bitsStored, signed, float } = format;
  const { rows: height, columns: width, samplesPerPixel: components } = frame;
  const most = ts.coding === "rle" ? 32 : 16;
  if (float || bitsAllocated < 8 || bitsAllocated > most) {
    const kind = float ? "Float pixels" : `Pixels of ${bitsAllocated} bit(s)`;
    throw new WillisError(
      "not-acceptable",
      `${kind} cannot be coded as ${ts.name}: ask for Explicit VR Little Endian.`,
    );
  }
  const bytes = sampleBytes(frame, format);
  if (ts.coding === "rle") return encodeRle(bytes, components, bitsAllocated / 8);
  // Samples of 16 bits are coded with at least 9, so that every decoder gives back 16.
  const bits = bitsAllocated === 16 ? Math.max(9, bitsStored) : bitsStored;
  if (ts.coding === "jpeg-lossless") {
    // The code stream knows no sign: signed samples go in with all their bits, sign extended.
    const precision = signed ? bitsAllocated : Math.max(2, bits);
    return encodeJpegLossless({ samples: frame.samples, width, height, components, precision });
  }
  const encoder = encoders[ts.coding];
  if (!encoder || !ts.lossless)
    throw new WillisError("not-acceptable", `${ts.name} is not made here: ask for a lossless one.`);
  const rgb = components === 3 && frame.photometric === "RGB";
  return encoder({ bytes, width, height, components, bits, signed, rgb, transferSyntax });
}
