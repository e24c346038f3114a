import type { Grid, Limitation, Measurement, Vec3 } from "../../core/index.ts";
import type { Morphometry } from "../../imaging/aneurysm/morphometry.ts";
import type { NeckVessel } from "../../imaging/aneurysm/neck-vessels.ts";
import type { Plane } from "../../imaging/aneurysm/plane-cut.ts";
import type { ReachableAngles, ViewAngles } from "../../imaging/aneurysm/view-angles.ts";
import type { WorkingView } from "../../imaging/aneurysm/working-projection.ts";
import type { Depth, SliceQuestion } from "./vessel-messages.ts";

/** To the worker: segment around a point in the dome and propose the neck. */
export interface DomeQuestion {
  readonly kind: "dome";
  readonly dome: Vec3;
  readonly depth?: Depth;
  readonly threshold?: number;
}

/** To the worker: measure above this plane; `whole` with errors, vessels at the neck and limitations. */
export interface NeckQuestion {
  readonly kind: "neck";
  readonly plane: Plane;
  readonly whole: boolean;
  readonly parentAt?: Vec3;
}

/** To the worker: the surface around the dome from a direction, the dome in its own colour. */
export interface SurfaceQuestion {
  readonly kind: "surface";
  readonly turn: number;
  readonly tilt: number;
  readonly pixels: number;
}

/** To the worker: C-arm angles that open the neck, within reach. */
export interface ViewsQuestion {
  readonly kind: "views";
  readonly reach: ReachableAngles;
}

/** To the worker: what one C-arm position would show. */
export interface ViewQuestion {
  readonly kind: "view";
  readonly view: ViewAngles;
  readonly side: number;
  readonly fieldMm: number;
}

/** To the worker: the voxels of the dome, one bit each, on the grid around it. */
export interface BitsQuestion {
  readonly kind: "bits";
}

export type AneurysmQuestion =
  | SliceQuestion
  | DomeQuestion
  | NeckQuestion
  | SurfaceQuestion
  | ViewsQuestion
  | ViewQuestion
  | BitsQuestion;

/** The scene is there. */
export interface DomeAnswer {
  readonly kind: "dome";
  readonly dome: Vec3;
  readonly proposal: Plane | null;
  readonly radiusMm: number;
  readonly lumen: number;
  readonly background: number;
  readonly threshold: number;
  readonly limitations: readonly Limitation[];
}

/** What lies above a plane. */
export interface NeckAnswer {
  readonly kind: "neck";
  readonly plane: Plane;
  readonly whole: boolean;
  /** Why this plane gives no aneurysm; null when it does, then everything else is there. */
  readonly reason: string | null;
  readonly values: Morphometry | null;
  readonly centre: Vec3 | null;
  readonly neckLine: readonly Vec3[];
  /** Surface of the dome. */
  readonly positions: Float32Array;
  readonly triangles: Uint32Array;
  readonly measurements: readonly Measurement[];
  readonly vessels: readonly NeckVessel[];
  /** Index of the parent among the vessels; -1: none. */
  readonly parent: number;
  readonly limitations: readonly Limitation[];
}

/** A picture of the surface and how to lay things over it. */
export interface SurfaceAnswer {
  readonly kind: "surface";
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly right: Vec3;
  readonly up: Vec3;
  readonly toward: Vec3;
  readonly centre: Vec3;
  readonly scale: number;
}

export interface ViewsAnswer {
  readonly kind: "views";
  readonly views: readonly WorkingView[];
}

/** A simulated run: mm of vessel along each ray; the neck line in its pixels. */
export interface ViewAnswer {
  readonly kind: "view";
  readonly judged: WorkingView;
  readonly depth: Float32Array;
  readonly side: number;
  readonly neck: readonly (readonly [number, number])[];
}

export interface BitsAnswer {
  readonly kind: "bits";
  readonly grid: Grid;
  readonly bits: Uint8Array<ArrayBuffer>;
}

export type AneurysmAnswer =
  | DomeAnswer
  | NeckAnswer
  | SurfaceAnswer
  | ViewsAnswer
  | ViewAnswer
  | BitsAnswer
  | { readonly kind: "taken" };
