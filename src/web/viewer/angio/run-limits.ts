import type { Limitation } from "../../../core/limitation.ts";
import { statedMasks } from "../../../dicom/mask-subtraction.ts";
import { runLimitations } from "../../../dicom/run-limits.ts";
import { type JsonInstance, number, TAG } from "../pane/dicom-json.ts";
import { headerOf } from "./mask-frames.ts";

/** What the header of a run lets nobody read off it, and what is wrong with the masks it states; said on its images. */
export function runLimits(instance: JsonInstance, frames: number): readonly Limitation[] {
  const header = headerOf(instance, frames);
  const stated = number(instance, TAG.NumberOfFrames) ?? 1;
  const missing: readonly Limitation[] =
    stated === frames || stated === 1
      ? []
      : [{ code: "frames-missing", message: `The run states ${stated} frames; ${frames} are here.` }];
  return [...runLimitations(header), ...statedMasks(header).limitations, ...missing];
}
