import type { PixelIntensityRelationship } from "../../core/index.ts";
import type { GlobalShift } from "../../imaging/angiography/register.ts";

/** Pixel values of one raw frame, row-major. */
export type RawPixels = Uint8Array | Uint16Array | Int16Array;

/** To the worker: the frames of a mask, once per choice of mask. */
export interface MaskMessage {
  readonly kind: "mask";
  readonly key: string;
  readonly frames: readonly RawPixels[];
  readonly rows: number;
  readonly columns: number;
  readonly relationship: PixelIntensityRelationship;
  readonly bitsStored: number;
}

/** To the worker: one live frame to be subtracted from a mask it holds. */
export interface SubtractMessage {
  readonly kind: "subtract";
  readonly id: number;
  readonly key: string;
  readonly live: RawPixels;
  readonly shiftX: number;
  readonly shiftY: number;
  /** 0 no bone, 1 the whole mask under the vessels. */
  readonly landmark: number;
}

/** To the worker: one live frame onto which a mask it holds is to be moved. */
export interface AlignMessage {
  readonly kind: "align";
  readonly id: number;
  readonly key: string;
  readonly live: RawPixels;
}

/** To the worker: mean ln intensity of the blocks of a frame, for the time-density strip and the choice of the mask. */
export interface BlocksMessage {
  readonly kind: "blocks";
  readonly id: number;
  readonly live: RawPixels;
  readonly rows: number;
  readonly columns: number;
  readonly relationship: PixelIntensityRelationship;
  readonly bitsStored: number;
}

export type Question = SubtractMessage | AlignMessage | BlocksMessage;
export type WorkerMessage = MaskMessage | Question;

/** From the worker: vessels are negative (dark); 1000 is one unit of ln attenuation. */
export type WorkerAnswer =
  | { readonly id: number; readonly pixels: Int16Array }
  | { readonly id: number; readonly shift: GlobalShift }
  | { readonly id: number; readonly blocks: Float32Array }
  | { readonly id: number; readonly error: string };
