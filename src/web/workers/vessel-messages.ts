import type { Grid, Limitation, Measurement, Samples, Vec3 } from "../../core/index.ts";
import type { CrossSection } from "../../imaging/vessel/cross-section.ts";
import type { DiameterCurve, Point2 } from "../../imaging/vessel/diameter.ts";

/** To the worker: find the way along a vessel on a subtracted picture and its diameters. */
export interface RunQuestion {
  readonly kind: "run";
  readonly density: Float32Array;
  readonly saturated: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly from: Point2;
  readonly to: Point2;
}

/** To the worker: one slice of the volume that it is to hold; the first one says what it is. */
export interface SliceQuestion {
  readonly kind: "slice";
  readonly grid: Grid;
  readonly unit: string;
  readonly k: number;
  readonly samples: Samples;
  readonly slope: number;
  readonly intercept: number;
}

/** A click on a thick section: it may mean any place along the normal, up to half the thickness away; the brightest is taken. */
export interface Depth {
  readonly normal: Vec3;
  readonly halfMm: number;
}

/** To the worker: segment from seeds (LPS mm); `threshold` in the unit of the volume. */
export interface GrowQuestion {
  readonly kind: "grow";
  readonly seeds: readonly Vec3[];
  readonly depth?: Depth;
  readonly threshold?: number;
  readonly widestMm?: number;
}

/** To the worker: paint into the mask, or take what was painted last back. */
export interface BrushQuestion {
  readonly kind: "brush";
  readonly points: readonly Vec3[];
  readonly radiusMm: number;
  readonly add: boolean;
}

/** To the worker: the mask as it is, one bit a voxel, to be kept. */
export interface BitsQuestion {
  readonly kind: "bits";
}

export interface UndoQuestion {
  readonly kind: "undo";
}

/** To the worker: centrelines, cross-sections and surface of the mask as it is now. */
export interface MeasureQuestion {
  readonly kind: "measure";
  readonly to?: Vec3;
  readonly depth?: Depth;
}

/** To the worker: the mask on a plane, `width * height`. */
export interface MaskQuestion {
  readonly kind: "mask";
  readonly corner: Vec3;
  readonly right: Vec3;
  readonly down: Vec3;
  readonly width: number;
  readonly height: number;
  readonly depth?: Depth;
}

/** To the worker: the straightened view of a line, and the plane across it at `at` mm. */
export interface StraightQuestion {
  readonly kind: "straight";
  readonly line: number;
  readonly widthMm: number;
  readonly degrees: number;
}

export interface AcrossQuestion {
  readonly kind: "across";
  readonly line: number;
  readonly index: number;
  readonly sizeMm: number;
  readonly pixels: number;
}

/** To the worker: the surface seen from a direction. */
export interface LookQuestion {
  readonly kind: "look";
  readonly turn: number;
  readonly tilt: number;
  readonly pixels: number;
}

export type Question =
  | RunQuestion
  | SliceQuestion
  | GrowQuestion
  | BrushQuestion
  | BitsQuestion
  | UndoQuestion
  | MeasureQuestion
  | MaskQuestion
  | StraightQuestion
  | AcrossQuestion
  | LookQuestion;

/** A centreline as the page shows it. */
export interface LineView {
  readonly points: readonly Vec3[];
  readonly along: readonly number[];
  readonly sections: readonly CrossSection[];
  readonly lengthMm: number;
  readonly tortuosity: number;
  readonly parent: number;
}

export interface RunAnswer {
  readonly kind: "run";
  readonly curve: DiameterCurve | undefined;
}

/** What is segmented now. */
export interface MaskSizeAnswer {
  readonly kind: "size";
  readonly volumeMl: number;
  readonly threshold: number;
  readonly lumen: number;
  readonly background: number;
  readonly undos: number;
  readonly limitations: readonly Limitation[];
}

export interface MeasuredAnswer {
  readonly kind: "measured";
  readonly lines: readonly LineView[];
  readonly measurements: readonly Measurement[];
  readonly limitations: readonly Limitation[];
  readonly bridges: readonly { readonly at: Vec3; readonly apartMm: number }[];
  readonly watertight: boolean;
}

export interface PictureAnswer {
  readonly kind: "picture";
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly stepMm: number;
}

export interface BitsAnswer {
  readonly kind: "bits";
  readonly bits: Uint8Array<ArrayBuffer>;
  readonly grid: Grid;
}

export interface MaskAnswer {
  readonly kind: "mask";
  readonly inside: Uint8Array;
}

export interface LookAnswer {
  readonly kind: "look";
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

export type Answer =
  | RunAnswer
  | MaskSizeAnswer
  | MeasuredAnswer
  | PictureAnswer
  | MaskAnswer
  | BitsAnswer
  | LookAnswer
  | { readonly kind: "taken" };
