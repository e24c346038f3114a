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
  /** mm per pixel in the detector plane, and at the isocentre when it is known. */
  readonly imagerSpacing?: Millimetres;
  readonly isocentreSpacing?: Millimetres;
}
