/** Which vessel an angiographic run or a duplex examination shows. */
export type VesselName =
  | ("ICA" | "ECA" | "CCA" | "carotid" | "VA" | "BA" | "MCA" | "ACA" | "PCA" | "ICA-BA" | "MMA" | "OA" | "IMAX" | "STA")
  | ("subclavian" | "brachiocephalic" | "arch" | "femoral" | "radial" | "spinal" | "sinus");

/** What a reader wants to know of a series beside its role. What is not known is left out; it is never guessed. */
export interface SeriesQualifiers {
  readonly region?: "head" | "neck" | "head and neck" | "spine" | "chest" | "whole body";
  readonly phase?: "arterial" | "venous" | "late" | "multiphase";
  readonly vessel?: VesselName;
  /** Patient's side of the vessel. */
  readonly side?: "right" | "left" | "both";
  /** "AP", "lateral", "LAO 35", "AP CRA 25" ... */
  readonly projection?: string;
  /** Positioner angles in degrees: primary (LAO positive), secondary (cranial positive). */
  readonly angles?: readonly [number, number];
  /** Which of two planes filmed at once. */
  readonly biplane?: "A" | "B";
  /** How the slices lie. */
  readonly plane?: "axial" | "coronal" | "sagittal" | "oblique";
  /** Distance between the first and last slice along their normal, mm. */
  readonly coverageMm?: number;
  readonly sliceMm?: number;
  /** Made from other images: a reformat, a projection through a slab, a picture of maps. */
  readonly derived?: "reformat" | "MIP" | "summary";
  readonly kernel?: "bone";
  /** Seconds since midnight at which acquiring began. */
  readonly acquired?: number;
}

/** How much a role rests on: what the object states, what its words suggest, or nothing better. */
export type Certainty = "stated" | "likely" | "uncertain";

/** What a series is to a reader: a label in words, how sure that is and on what it rests. */
export interface SeriesReading {
  /** "CTA head and neck, arterial", "ICA right, AP". */
  readonly label: string;
  readonly qualifiers: SeriesQualifiers;
  readonly sure: Certainty;
  /** "image type, angles 0/-24, the word ACI re". */
  readonly why: string;
}
