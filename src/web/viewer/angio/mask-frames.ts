import { intensityRelationship } from "../../../core/cine.ts";
import type { DataSet } from "../../../dicom/data-set.ts";
import { type FrameMask, statedMasks } from "../../../dicom/mask-subtraction.ts";
import { densityLimitation } from "../../../dicom/run-limits.ts";
import type { WarpField } from "../../../imaging/angiography/warp.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { type JsonInstance, TAG, text } from "../pane/dicom-json.ts";

/** How the mask moves onto one frame: as a whole, and with `field` place by place (the shift is then part of it). */
export interface FrameMotion {
  readonly x: number;
  readonly y: number;
  /** What is left at the edges of the anatomy over its noise, corrected and not; 1 is best. */
  readonly residual: number;
  readonly before: number;
  readonly field?: WarpField;
  /** Largest way in the field, pixels. */
  readonly largest?: number;
}

/** How far the mask is moved onto each frame by itself, by frame number from 0, besides the shift of the reader. */
export type Alignment = ReadonlyMap<number, FrameMotion>;

/** By which movement the mask is aligned: of the whole, or place by place. */
export type AlignKind = "shift" | "local";

/** How a run is subtracted. Frame numbers count from 0; the shift moves the mask to the right and down, in pixels. */
export interface Subtraction {
  /** The frames before contrast whose mean is the mask; of the first frame when the run states one mask a frame. */
  readonly mask: readonly number[];
  readonly maskFrom: "stated by the run" | "first frames" | "found before contrast" | "chosen";
  /** The mask of each frame as the run states it; left out once another mask is chosen. */
  readonly stated?: readonly FrameMask[];
  readonly shiftX: number;
  readonly shiftY: number;
  readonly aligned?: Alignment;
  /** How far the bone is faded in, 0 to 1; see `boneShare`. */
  readonly landmark: number;
  readonly raw: boolean;
  /** Edge enhancement, 0 (none) to 2; share of the picture before that a recursive noise filter keeps, 0 to 0.9. */
  readonly edges?: number;
  readonly smoothing?: number;
}

/**
 * The subtraction a run opens with: the masks its Mask Subtraction Sequence states, frame by frame (`statedMasks`), else
 * the mean of frames 2 to 4, before which the beam settles and after which contrast may arrive; a run of fewer than 6
 * frames takes its first frame. When all frames of such a run are here, the frames before contrast are found from the
 * run itself (`chooseMaskFrom`).
 */
export function openingSubtraction(instance: JsonInstance, frames: number): Subtraction {
  const { frames: stated } = statedMasks(headerOf(instance, frames));
  const first = stated?.find((one) => one.stated) ?? stated?.[0];
  if (stated && first) {
    const [shiftX, shiftY] = first.shift;
    return { mask: first.mask, maskFrom: "stated by the run", stated, shiftX, shiftY, landmark: 0, raw: false };
  }
  const mask = frames < 6 ? [0] : [1, 2, 3];
  return { mask, maskFrom: "first frames", shiftX: 0, shiftY: 0, landmark: 0, raw: false };
}

/** The header as it counts for the frames that are shown: a stated number of frames that is not there does not mislead. */
export function headerOf(instance: JsonInstance, frames: number): DataSet {
  return dataSetOf({ ...instance, "00280008": { vr: "IS", Value: [frames] } });
}

/** Another mask: what was aligned to the old one no longer holds. */
export function withMask(
  subtraction: Subtraction,
  mask: readonly number[],
  maskFrom: Subtraction["maskFrom"],
): Subtraction {
  const { stated: _, ...rest } = unaligned(subtraction);
  return { ...rest, mask, maskFrom };
}

/** The same without alignment. */
export function unaligned(subtraction: Subtraction): Subtraction {
  const { aligned: _, ...rest } = subtraction;
  return rest;
}

/** The frames whose mean is the mask of one frame. */
export function maskAt({ stated, mask }: Subtraction, frame: number): readonly number[] {
  return stated?.[frame]?.mask ?? mask;
}

/** The contrast frames that are averaged for one frame, itself first. */
export function liveAt({ stated }: Subtraction, frame: number, count: number): readonly number[] {
  const n = Math.max(1, Math.min(stated?.[frame]?.average ?? 1, count - frame));
  return Array.from({ length: n }, (_, k) => frame + k);
}

/** The whole shift of the mask on one frame: stated, by alignment and by the reader, hundredths of a pixel. */
export function shiftAt(subtraction: Subtraction, frame: number): readonly [number, number] {
  const { aligned, shiftX, shiftY, stated } = subtraction;
  const own = aligned?.get(frame);
  const first = stated?.find((one) => one.stated) ?? stated?.[0];
  const sum = (...parts: number[]) => Math.round(100 * parts.reduce((a, b) => a + b, 0)) / 100 + 0;
  const differs = (k: 0 | 1): number => (first ? (stated?.[frame]?.shift[k] ?? 0) - first.shift[k] : 0);
  return [sum(shiftX, differs(0), own?.x ?? 0), sum(shiftY, differs(1), own?.y ?? 0)];
}

/** The movement of the mask on one frame as a field when it is local, the shift of the reader on top; else null. */
export function fieldOf(subtraction: Subtraction, frame: number): WarpField | null {
  const own = subtraction.aligned?.get(frame);
  if (!own?.field) return null;
  const [x, y] = shiftAt(subtraction, frame);
  const [dx, dy] = [x - own.x, y - own.y];
  const { field } = own;
  return { ...field, x: field.x.map((value) => value + dx), y: field.y.map((value) => value + dy) };
}

/**
 * Share of the mask that is mixed in. Bone spans about ten times the densities of small vessels, so that vessels stay
 * readable only at small shares: the fade-in is quadratic and ends at one fifth.
 */
export function boneShare(landmark: number): number {
  return 0.2 * landmark ** 2;
}

/** What is written on a frame about the shift of its mask, a line each. */
export function shiftWords(subtraction: Subtraction, frame: number): readonly string[] {
  const [x, y] = shiftAt(subtraction, frame);
  const signed = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}`;
  const own = subtraction.aligned?.get(frame);
  const shift = x === 0 && y === 0 && !own?.field ? "mask not shifted" : `mask shifted ${signed(x)}, ${signed(y)} px`;
  if (!own) return [shift];
  if (maskAt(subtraction, frame).includes(frame)) return [shift, "this frame is in the mask"];
  const [dx, dy] = [x - own.x, y - own.y];
  if (Math.hypot(dx, dy) > 0.005 && (subtraction.shiftX !== 0 || subtraction.shiftY !== 0))
    return [shift, "motion corrected, then shifted by hand"];
  const left = `residual ${own.residual.toFixed(2)} × noise (was ${own.before.toFixed(2)})`;
  if (!own.field) return [shift, `motion corrected, ${left}`];
  return [`motion corrected place by place, up to ${(own.largest ?? 0).toFixed(1)} px`, left];
}

/** "frame 3", "mean of frames 2–5", "mean of frames 2, 4": as a reader counts, from 1. */
export function maskWords(mask: readonly number[]): string {
  const sorted = [...mask].sort((a, b) => a - b).map((frame) => frame + 1);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (first === undefined || last === undefined) return "no frame";
  if (sorted.length === 1) return `frame ${first}`;
  const gapless = last - first + 1 === sorted.length;
  return `mean of frames ${gapless ? `${first}–${last}` : sorted.join(", ")}`;
}

/** The mask of one frame in words, with how the run states it. */
export function maskWordsAt(subtraction: Subtraction, frame: number): string {
  const own = subtraction.stated?.[frame];
  const words = maskWords(maskAt(subtraction, frame));
  if (!own) return words;
  const kind = own.operation === "AVG_SUB" ? "" : own.operation === "TID" ? " (time interval)" : " (reversed interval)";
  const averaged = own.average > 1 ? `, ${own.average} frames averaged` : "";
  return `${words}${kind}${averaged}${own.stated ? "" : ", outside the range stated for it"}`;
}

/** What the filters do to the picture, in words; empty without filters. */
export function filterWords({ edges = 0, smoothing = 0, landmark }: Subtraction): readonly string[] {
  return [
    ...(edges > 0 ? [`edges +${Math.round(100 * edges)} %`] : []),
    ...(smoothing > 0 ? [`recursive filter ${Math.round(100 * smoothing)} %`] : []),
    ...(landmark > 0 ? [`landmark ${Math.round(100 * landmark)} %`] : []),
  ];
}

/** Whether detector values are linear in intensity (0028,1040), by the one rule for it. */
export function relationshipOf(instance: JsonInstance): "LIN" | "LOG" | "DISP" {
  return intensityRelationship(text(instance, TAG.PixelIntensityRelationship) || undefined);
}

/** What a reader must know of the stored values before reading densities off them; empty when nothing. */
export function relationshipWarning(instance: JsonInstance): string {
  return densityLimitation(dataSetOf(instance))?.message ?? "";
}
