import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, put } from "../../dicom/data-set.ts";
import { type Codecs, decodePart, type Frame, type PixelFormat, pixelFormat } from "../../dicom/decode.ts";
import { tagOf } from "../../dicom/dictionary.ts";
import { type Part10, parsePart10 } from "../../dicom/parse.ts";
import { TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { writePart10 } from "../../dicom/write.ts";

/** The samples of a frame as little-endian bytes, each as wide as Bits Allocated says. */
export function frameSamples(frame: Frame, format: PixelFormat): Uint8Array {
  const { samples } = frame;
  const wide = format.bitsAllocated === 16 && samples.BYTES_PER_ELEMENT === 1 ? Int16Array.from(samples) : samples;
  return new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength);
}

/**
 * A whole object in Explicit VR Little Endian: the header as it is, the pixels decoded. Colour becomes RGB by pixel, and
 * the header says so. Errors: `cannot-decode` for what has no decoder.
 */
export function explicitLittle(bytes: Uint8Array, codecs: Codecs): Uint8Array {
  const part10 = parsePart10(bytes);
  const out: DataSet = new Map(part10.dataSet);
  const { pixels, transferSyntax } = part10;
  if (!pixels) return writePart10(out, TS.ExplicitLittle);
  const { encapsulated, bigEndian } = transferSyntaxOf(transferSyntax);
  if (!encapsulated && !bigEndian) {
    const source = part10.inflated ?? bytes;
    put(
      out,
      pixels.tag,
      pixels.vr === "OB" && !is8Bit(part10) ? "OW" : pixels.vr,
      even(source.subarray(pixels.offset, pixels.offset + pixels.length)),
    );
    return writePart10(out, TS.ExplicitLittle);
  }
  if (!pixels.frames)
    throw new WillisError("cannot-decode", "The fragments of this object do not tell which frame they belong to.");
  const format = pixelFormat(part10.dataSet, pixels);
  const frames: Uint8Array[] = [];
  let colour = false;
  for (let i = 0; i < pixels.frames.frames; i++) {
    const frame = decodePart(bytes, part10, i, codecs);
    colour = frame.photometric === "RGB";
    frames.push(frameSamples(frame, format));
  }
  if (colour) {
    for (const [tag, element] of dataSet({ PhotometricInterpretation: "RGB", PlanarConfiguration: 0 }))
      out.set(tag, element);
  }
  put(out, pixels.tag, format.float ? pixels.vr : "OW", even(Buffer.concat(frames)));
  out.delete(tagOf("ExtendedOffsetTable"));
  out.delete(tagOf("ExtendedOffsetTableLengths"));
  return writePart10(out, TS.ExplicitLittle);
}

function is8Bit(part10: Part10): boolean {
  return pixelFormat(part10.dataSet, part10.pixels).bitsAllocated <= 8;
}

function even(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}
