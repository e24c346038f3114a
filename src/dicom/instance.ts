import type { DataSet } from "./data-set.ts";
import { type Codecs, decodeFrame, type Frame, pixelFormat } from "./decode.ts";
import { frameBitOffset, frameBytes } from "./frames.ts";
import { type Part10, type PixelLocation, parsePart10 } from "./parse.ts";

/** A parsed object and a way to its stored frames: from memory here, from a blob store by offset on a server. */
export interface Instance {
  readonly dataSet: DataSet;
  readonly transferSyntax: string;
  readonly pixels: PixelLocation | null;
  /** The stored bytes of a frame (0-based), see `frameBytes` and `frameSpans`. */
  readonly frame: (index: number) => Uint8Array;
}

/** An instance of a file in memory. Errors as `parsePart10`. */
export function instanceOf(bytes: Uint8Array, part10: Part10 = parsePart10(bytes)): Instance {
  const { dataSet, transferSyntax, pixels } = part10;
  return { dataSet, transferSyntax, pixels, frame: (index) => frameBytes(bytes, part10, index) };
}

/** Decode a frame (0-based) of an instance. Errors as `frameBytes` and `decodeFrame`. */
export function decodeInstance(instance: Instance, index: number, codecs: Codecs = {}): Frame {
  const { dataSet, pixels, transferSyntax } = instance;
  const offset = pixels?.frames ? frameBitOffset(pixels.frames, index) : 0;
  return decodeFrame(instance.frame(index), pixelFormat(dataSet, pixels), transferSyntax, codecs, offset);
}
