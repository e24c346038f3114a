/**
 * What readers keep of images: measurements and key images, as they travel between server and page. The server keeps
 * each as DICOM, too. All times are UTC ISO 8601; frames count from 1.
 */
export type KeptKind =
  | "length"
  | "angle"
  | "cobb"
  | "bidirectional"
  | "ellipse"
  | "circle"
  | "rectangle"
  | "freehand"
  | "probe"
  | "arrow"
  | "calliper"
  | "stenosis"
  | "path"
  | "volume";

/** One number of a measurement, whole. `null` with a reason when it cannot be computed. */
export interface KeptValue {
  /** What it is: a key of `VALUE_CODES` (length, angle, mean ...) or a dotted own name. */
  readonly code: string;
  readonly label: string;
  readonly value: number | null;
  /** As shown: mm, mm2, px, deg, HU, cm/s, s, 1 ... */
  readonly unit: string;
  readonly reason?: string;
  readonly uncertainty?: { readonly low: number; readonly high: number; readonly basis: string };
}

/** The image (or the series and frame of reference) that something was measured on. */
export interface KeptPlace {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopClass?: string;
  readonly sopUid?: string;
  readonly frame?: number;
  readonly frameOfReference?: string;
}

/** Where it was drawn: pixels of the image (column, row; the middle of the first pixel is 0.5, 0.5) or LPS mm. */
export interface KeptShape {
  readonly space: "image" | "patient";
  readonly points: readonly (readonly number[])[];
}

/** A measurement as a reader draws it. `id` is a UUID that the page makes. */
export interface KeptDraft {
  readonly id: string;
  readonly kind: KeptKind;
  /** The reader's name for it; empty when it has none. For an arrow: its text. */
  readonly label: string;
  readonly place: KeptPlace;
  readonly shape: KeptShape;
  readonly values: readonly KeptValue[];
  readonly method: { readonly name: string; readonly version: string };
  /** In which sense lengths are to be taken, in words: "mm at the detector". Empty where nothing is a length. */
  readonly calibration: string;
}

/** A measurement as it is kept: its version, and who drew and who changed it last. */
export interface KeptView extends KeptDraft {
  readonly version: number;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: string;
  readonly changedBy: { readonly id: string; readonly name: string };
  readonly changedAt: string;
}

/** What a reader did to a measurement; `base` is the version that was changed, 0 for a new one. */
export type KeptChange =
  | { readonly act: "put"; readonly base: number; readonly measurement: KeptDraft }
  | { readonly act: "delete"; readonly base: number; readonly id: string };

/** Why an image is a key image (PS3.16 CID 7010). */
export type KeyReason = "of-interest" | "referring" | "surgery" | "teaching" | "report" | "conference" | "therapy";

/** The reasons in words, in the order in which they are offered. */
export const KEY_REASONS: Readonly<Record<KeyReason, string>> = {
  report: "For the report",
  "of-interest": "Of interest",
  referring: "For the referring provider",
  surgery: "For surgery",
  therapy: "For therapy",
  conference: "For the conference",
  teaching: "For teaching",
};

/** A key image: which frame, why, what it shows, and the picture as it was on the screen. */
export interface KeyImageView {
  readonly id: string;
  readonly place: KeptPlace;
  readonly reason: KeyReason;
  readonly caption: string;
  /** What is drawn on it and in which sense its lengths are to be taken, in words. */
  readonly words: readonly string[];
  readonly laterality: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: string;
  /** The Secondary Capture that holds the picture. */
  readonly captureSeriesUid: string;
  readonly captureSopUid: string;
}

/** A drawing of a saved view in pixels: 0.5, 0.5 is the middle of the first. */
export type ViewGraphic =
  | {
      readonly kind: "line";
      readonly shape: "POINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE";
      readonly points: readonly (readonly [number, number])[];
    }
  | { readonly kind: "text"; readonly text: string; readonly at: readonly [number, number] };

/** How an image is looked at: its window, the part that is shown (columns and rows from 1) and what is drawn on it. */
export interface SavedView {
  readonly label: string;
  readonly place: KeptPlace;
  readonly window?: { readonly centre: number; readonly width: number };
  readonly inverted: boolean;
  readonly area?: { readonly from: readonly [number, number]; readonly to: readonly [number, number] };
  readonly graphics: readonly ViewGraphic[];
}

/** What a kept mask is of. */
export type MaskKind = "vessel" | "aneurysm" | "nidus" | "lesion" | "haematoma" | "region";

/** The kinds in words, in the order in which they are offered. */
export const MASK_KINDS: Readonly<Record<MaskKind, string>> = {
  vessel: "Vessel",
  aneurysm: "Aneurysm",
  nidus: "Nidus",
  lesion: "Lesion",
  haematoma: "Haematoma",
  region: "Region",
};

/** Where a mask lies: on a grid in the patient (LPS mm), or on one frame of an image that has no place in it. */
export type MaskSpace =
  | {
      readonly kind: "grid";
      /** Columns, rows, slices. */
      readonly shape: readonly [number, number, number];
      readonly spacing: readonly [number, number, number];
      /** The middle of the first voxel. */
      readonly origin: readonly [number, number, number];
      /** Unit vectors in which i, j and k grow, one after the other: nine numbers. */
      readonly direction: readonly number[];
    }
  | {
      readonly kind: "frame";
      readonly sopUid: string;
      /** From 1. */
      readonly frame: number;
      readonly rows: number;
      readonly columns: number;
    };

/** What is said of a mask that was painted, outlined or grown; its bits travel beside it. `id` is a UUID of the page. */
export interface MaskDraft {
  readonly id: string;
  readonly kind: MaskKind;
  readonly label: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly space: MaskSpace;
  readonly made: "MANUAL" | "SEMIAUTOMATIC" | "AUTOMATIC";
  readonly method: { readonly name: string; readonly version: string };
}

/** A mask as it is kept: its version, how much it holds, who drew and who changed it last, and the Segmentation. */
export interface MaskView extends MaskDraft {
  readonly version: number;
  /** Voxels or pixels inside. */
  readonly inside: number;
  /** mL; null on a frame that has no place in the patient. */
  readonly volumeMl: number | null;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: string;
  readonly changedBy: { readonly id: string; readonly name: string };
  readonly changedAt: string;
  readonly segmentationSeriesUid: string;
  readonly segmentationSopUid: string;
}

/** What is kept of one study. */
export interface KeptOfStudy {
  readonly measurements: readonly KeptView[];
  readonly keys: readonly KeyImageView[];
  readonly masks: readonly MaskView[];
}

/** A value with unit and error as it is read: "12.3 mm ± 0.8"; "not computed: ..." for none. */
export function keptValueWords(value: KeptValue): string {
  if (value.value === null) return `not computed${value.reason ? `: ${value.reason}` : ""}`;
  const text = withDigits(value.value, value.unit);
  const range = value.uncertainty;
  if (!range) return text;
  const half = (range.high - range.low) / 2;
  const even = Math.abs(range.high + range.low - 2 * value.value) <= 0.1 * Math.max(half, 1e-9);
  const digits = digitsOf(value.value, value.unit);
  if (even) return `${text} ± ${Math.max(half, 10 ** -digits).toFixed(digits)}`;
  return `${text} (${range.low.toFixed(digits)} to ${range.high.toFixed(digits)})`;
}

/** On what the errors of a measurement rest, each once: "one pixel at each end". Empty where none is stated. */
export function errorWords(values: readonly KeptValue[]): string {
  return [...new Set(values.flatMap(({ uncertainty }) => uncertainty?.basis || []))].join("; ");
}

function digitsOf(value: number, unit: string): number {
  if (unit === "px" || unit === "px2") return 0;
  if (unit === "1") return Number.isInteger(value) ? 0 : 2;
  if (unit === "mm/px") return 3;
  return Math.abs(value) >= 1000 ? 0 : 1;
}

/** A number with the digits that its unit deserves, and the unit: "12.3 mm", "87 px", "0.82". */
function withDigits(value: number, unit: string): string {
  const text = value.toFixed(digitsOf(value, unit));
  const shown = { deg: "°", mm2: " mm²", px2: " px²", mm3: " mm³", "1": "" }[unit] ?? (unit === "" ? "" : ` ${unit}`);
  return `${text}${shown}`;
}
