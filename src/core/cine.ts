import type { Millimetres, Seconds } from "./units.ts";

/** How detector values relate to the X-ray beam (0028,1040): LIN is intensity, LOG its logarithm, DISP is for display. */
export type PixelIntensityRelationship = "LIN" | "LOG" | "DISP";

/** A projection run. `frames[t]` is row-major, `rows * columns` values; `times[t]` seconds from the first frame. */
export interface Cine {
  readonly frames: readonly (Uint16Array | Int16Array | Uint8Array | Float32Array)[];
  readonly rows: number;
  readonly columns: number;
  readonly times: readonly Seconds[];
  readonly bitsStored: number;
  readonly relationship: PixelIntensityRelationship;
  /** Intensity of each stored value (index: value & 0xffff), when the run brings a table to linear values along. */
  readonly linear?: Float32Array;
  /** mm per pixel in the detector plane, and at the isocentre when it is known. */
  readonly imagerSpacing?: Millimetres;
  readonly isocentreSpacing?: Millimetres;
}

/**
 * How stored values relate to the intensity of the beam, from Pixel Intensity Relationship (0028,1040): LOG and DISP as
 * stated; anything else is LIN, also a run that does not say, as detectors are linear. Source: PS3.3 C.8.7.1.1.2.
 */
export function intensityRelationship(stated: string | undefined): PixelIntensityRelationship {
  return stated === "LOG" || stated === "DISP" ? stated : "LIN";
}
