import { logMask, subtract } from "../../../imaging/angiography/subtract.ts";
import type { RawPixels } from "../../workers/subtraction-messages.ts";
import { number, TAG } from "../pane/dicom-json.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import { withScheme } from "../pane/series-images.ts";
import { rawPixels } from "./dsa-loader.ts";
import { relationshipOf, type Subtraction, shiftAt } from "./mask-frames.ts";

/** Raw stored values of all frames of the run of a pane, in order. */
export function rawFrames(content: PaneContent | undefined): Promise<readonly RawPixels[]> {
  const ids = content?.show.imageIds ?? [];
  return Promise.all(ids.map((id) => rawPixels(withScheme("wadors", id))));
}

/** ln(mask) - ln(live) of all frames as the run is subtracted, vessels positive; without landmark and filters. */
export async function subtractedFrames(
  content: PaneContent | undefined,
  subtraction: Subtraction | undefined,
): Promise<readonly Float32Array[]> {
  if (!content || !subtraction) return [];
  const { instance } = content;
  const frames = await rawFrames(content);
  const run = {
    frames,
    rows: number(instance, TAG.Rows) ?? 0,
    columns: number(instance, TAG.Columns) ?? 0,
    bitsStored: number(instance, TAG.BitsStored) ?? 12,
    relationship: relationshipOf(instance),
    times: [],
  };
  const mask = logMask(run, subtraction.mask);
  return frames.map((frame, t) => subtract(mask, frame, { shift: shiftAt(subtraction, t) }));
}
