import type { PixelIntensityRelationship } from "../../core/index.ts";
import type { WarpField } from "../../imaging/angiography/warp.ts";

/** Pixel values of one raw frame, row-major. */
export type RawPixels = Uint8Array | Uint16Array | Int16Array;

/** How the stored values of a run become ln(intensity). */
export interface RunValues {
  readonly rows: number;
  readonly columns: number;
  readonly relationship: PixelIntensityRelationship;
  readonly bitsStored: number;
  /** The run's own table to linear values, when it brings one. */
  readonly linear?: Float32Array;
}

/** To the worker: the frames of a mask, once per choice of mask. */
export interface MaskMessage extends RunValues {
  readonly kind: "mask";
  readonly key: string;
  readonly frames: readonly RawPixels[];
}

/** To the worker: one live frame to be subtracted from a mask it holds. */
export interface SubtractMessage {
  readonly kind: "subtract";
  readonly key: string;
  /** Frames whose mean is subtracted; mostly one. */
  readonly live: readonly RawPixels[];
  readonly shiftX: number;
  readonly shiftY: number;
  /** Moves the mask instead of the shift. */
  readonly field: WarpField | null;
  /** 0 no bone, 1 the whole mask under the vessels. */
  readonly landmark: number;
}

/** To the worker: one live frame onto which a mask it holds is to be moved, as a whole or place by place. */
export interface AlignMessage {
  readonly kind: "align";
  readonly key: string;
  readonly live: RawPixels;
  readonly local: boolean;
}

/** To the worker: mean ln intensity of the blocks of a frame, for the time-density strip and the choice of the mask. */
export interface BlocksMessage extends RunValues {
  readonly kind: "blocks";
  readonly live: RawPixels;
}

/** To the worker: a picture to be filtered for the eye. */
export interface FilterMessage {
  readonly kind: "filter";
  readonly pictures: readonly Int16Array[];
  readonly weights: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly edges: number;
}

/** To the worker: subtracted pictures of which a roadmap is made. */
export interface RoadmapMessage {
  readonly kind: "roadmap";
  readonly pictures: readonly Int16Array[];
}

export type WorkerMessage =
  | MaskMessage
  | SubtractMessage
  | AlignMessage
  | BlocksMessage
  | FilterMessage
  | RoadmapMessage;

/** How a mask moves onto a frame; see `globalShift` and `localMotion`. */
export interface FoundMotion {
  readonly x: number;
  readonly y: number;
  readonly residual: number;
  readonly before: number;
  readonly field?: WarpField;
  readonly largest?: number;
}

/** From the worker: vessels are negative (dark); 1000 is one unit of ln attenuation. */
export type WorkerAnswer =
  | { readonly pixels: Int16Array }
  | { readonly motion: FoundMotion }
  | { readonly blocks: Float32Array }
  | { readonly roadmap: Uint8Array };
