import { items, type JsonInstance, numbers, TAG, text } from "./dicom-json.ts";

/** How a run is subtracted. Frame numbers count from 0; the shift moves the mask to the right and down, in pixels. */
export interface Subtraction {
  readonly mask: readonly number[];
  readonly maskFrom: "stated by the run" | "first frames" | "chosen";
  readonly shiftX: number;
  readonly shiftY: number;
  /** Share of the mask that shows under the vessels, 0 to 1. */
  readonly landmark: number;
  readonly raw: boolean;
}

/**
 * The subtraction a run opens with: the masks its Mask Subtraction Sequence names (PS3.3 C.7.6.10; the shift is stated
 * as rows, then columns), else the mean of frames 2 to 4, before which the beam settles and after which contrast may
 * arrive; a run of fewer than 6 frames takes its first frame.
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

/** "frame 3", "mean of frames 2–5", "mean of frames 2, 4": as a reader counts, from 1. */
export function maskWords(mask: readonly number[]): string {
  const sorted = [...mask].sort((a, b) => a - b).map((frame) => frame + 1);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (first === undefined || last === undefined) return "no frame";
  if (sorted.length === 1) return `frame ${first}`;
  const gapless = last - first + 1 === sorted.length;
  return `mean of frames ${gapless ? `${first}–${last}` : sorted.join(", ")}`;
}

/** Whether detector values are linear in intensity (0028,1040); a run that does not say is taken as LIN, as most are. */
export function relationshipOf(instance: JsonInstance): "LIN" | "LOG" | "DISP" {
  const stated = text(instance, TAG.PixelIntensityRelationship);
  return stated === "LOG" || stated === "DISP" ? stated : "LIN";
}
