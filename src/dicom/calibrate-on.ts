import type { Millimetres } from "../core/units.ts";

/** Something of known size that was measured on a projection. */
export interface KnownObject {
  readonly kind: "catheter" | "object";
  /** Its true size and how exactly that is known, mm. */
  readonly size: Millimetres;
  readonly sizeError: Millimetres;
  /** How many pixels it measures, and how exactly each of its two edges was found (one standard deviation, pixels). */
  readonly pixels: number;
  readonly edgeError: number;
}

/** A scale found on a known object. */
export interface ObjectScale {
  readonly mmPerPixel: Millimetres;
  /** The share of a length by which the scale may be off. */
  readonly error: number;
  readonly errorBasis: string;
}

/** Outer diameter of a catheter in mm: one French is a third of a millimetre. */
export function frenchToMm(french: number): Millimetres {
  return french / 3;
}

/**
 * The scale of an image on which something of known size measures so many pixels. Its error adds, in squares, the two
 * edges and the size itself: it holds in the depth of the object, and 2 cm nearer to or further from a source 75 cm away it is another 2.7 % off. Cannot be computed, with the reason, for sizes or lengths
 * that are not above 0, and for fewer than 2 pixels.
 */
export function calibrateOn({
  size,
  sizeError,
  pixels,
  edgeError,
}: KnownObject): ObjectScale | { readonly reason: string } {
  if (!(size > 0) || !Number.isFinite(size))
    return { reason: `A size of ${size} mm is not above 0: give its true size.` };
  if (!(pixels >= 2) || !Number.isFinite(pixels)) {
    return {
      reason: `It measures ${Number.isFinite(pixels) ? pixels.toFixed(1) : "no"} pixels: at least 2 are needed.`,
    };
  }
  const edges = (Math.SQRT2 * Math.max(0, edgeError)) / pixels;
  const known = Math.max(0, sizeError) / size;
  return {
    mmPerPixel: size / pixels,
    error: Math.hypot(edges, known),
    errorBasis: `edges ± ${(100 * edges).toFixed(1)} %, size ± ${(100 * known).toFixed(1)} %; in the depth of the object`,
  };
}

/**
 * By how much a length may be off, mm: the scale and both ends (each `endError` pixels), in squares.
 */
export function lengthError(
  length: Millimetres,
  scaleError: number,
  spacing: Millimetres,
  endError = 0.7,
): Millimetres {
  return Math.hypot(length * scaleError, Math.SQRT2 * endError * spacing);
}
