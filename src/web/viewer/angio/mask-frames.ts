import { intensityRelationship } from "../../../core/cine.ts";
import type { GlobalShift } from "../../../imaging/angiography/register.ts";
import { items, type JsonInstance, numbers, TAG, text } from "../pane/dicom-json.ts";

/** How far the mask is moved onto each frame by itself, by frame number from 0, besides the shift of the reader. */
export type Alignment = ReadonlyMap<number, GlobalShift>;

/** How a run is subtracted. Frame numbers count from 0; the shift moves the mask to the right and down, in pixels. */
export interface Subtraction {
  readonly mask: readonly number[];
  readonly maskFrom: "stated by the run" | "first frames" | "found before contrast" | "chosen";
  readonly shiftX: number;
  readonly shiftY: number;
  readonly aligned?: Alignment;
  /** How far the bone is faded in, 0 to 1; see `boneShare`. */
  readonly landmark: number;
  readonly raw: boolean;
}

/**
 * The subtraction a run opens with: the masks its Mask Subtraction Sequence names (PS3.3 C.7.6.10; the shift is stated
 * as rows, then columns), else the mean of frames 2 to 4, before which the beam settles and after which contrast may
 * arrive; a run of fewer than 6 frames takes its first frame. When all frames of such a run are here, the frames before
 * contrast are found from the run itself (`chooseMaskFrom`).
 */
export function openingSubtraction(instance: JsonInstance, frames: number): Subtraction {
  const stated = items(instance, TAG.MaskSubtractionSequence)[0];
  const named = numbers(stated, TAG.MaskFrameNumbers)
    .map((frame) => frame - 1)
    .filter((frame) => frame >= 0 && frame < frames);
  const [shiftY = 0, shiftX = 0] = numbers(stated, TAG.MaskSubPixelShift);
  if (named.length > 0) {
    return { mask: named, maskFrom: "stated by the run", shiftX, shiftY, landmark: 0, raw: false };
  }
  const mask = frames < 6 ? [0] : [1, 2, 3];
  return { mask, maskFrom: "first frames", shiftX: 0, shiftY: 0, landmark: 0, raw: false };
}

/** Another mask: what was aligned to the old one no longer holds. */
export function withMask(
  subtraction: Subtraction,
  mask: readonly number[],
  maskFrom: Subtraction["maskFrom"],
): Subtraction {
  const { aligned: _, ...rest } = subtraction;
  return { ...rest, mask, maskFrom };
}

/** The same without alignment. */
export function unaligned(subtraction: Subtraction): Subtraction {
  return withMask(subtraction, subtraction.mask, subtraction.maskFrom);
}

/** The whole shift of the mask on one frame: by alignment and by the reader, hundredths of a pixel. */
export function shiftAt({ aligned, shiftX, shiftY }: Subtraction, frame: number): readonly [number, number] {
  const own = aligned?.get(frame);
  const sum = (a: number, b: number) => Math.round(100 * (a + b)) / 100 + 0;
  return [sum(shiftX, own?.x ?? 0), sum(shiftY, own?.y ?? 0)];
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
  const shift = x === 0 && y === 0 ? "mask not shifted" : `mask shifted ${signed(x)}, ${signed(y)} px`;
  const own = subtraction.aligned?.get(frame);
  if (!own) return [shift];
  if (subtraction.mask.includes(frame)) return [shift, "this frame is in the mask"];
  if (subtraction.shiftX !== 0 || subtraction.shiftY !== 0) return [shift, "motion corrected, then shifted by hand"];
  return [shift, `motion corrected, residual ${own.residual.toFixed(2)} × noise (was ${own.before.toFixed(2)})`];
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

/** Whether detector values are linear in intensity (0028,1040), by the one rule for it. */
export function relationshipOf(instance: JsonInstance): "LIN" | "LOG" | "DISP" {
  return intensityRelationship(text(instance, TAG.PixelIntensityRelationship) || undefined);
}

/** What a reader must know of the stored values before reading densities off them; empty when they are LIN or LOG. */
export function relationshipWarning(instance: JsonInstance): string {
  if (relationshipOf(instance) === "DISP")
    return "These are display values: densities are not proportional to contrast.";
  if (text(instance, TAG.PixelIntensityRelationship)) return "";
  return "The run does not say how its values relate to the beam: taken as linear, so read times, not densities.";
}
