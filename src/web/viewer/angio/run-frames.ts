import { logMask, shiftImage } from "../../../imaging/angiography/subtract.ts";
import { warp } from "../../../imaging/angiography/warp.ts";
import type { RawPixels } from "../../workers/subtraction-messages.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import { withScheme } from "../pane/series-images.ts";
import { rawPixels, runValues } from "./dsa-loader.ts";
import { fieldOf, liveAt, maskAt, type Subtraction, shiftAt } from "./mask-frames.ts";

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
  const frames = await rawFrames(content);
  const run = { ...runValues(content.instance), frames, times: [] };
  const { rows, columns } = run;
  const masks = new Map<string, ReturnType<typeof logMask>>();
  const out: Float32Array[] = [];
  for (let t = 0; t < frames.length; t++) {
    const chosen = maskAt(subtraction, t);
    const mask = masks.get(chosen.join()) ?? logMask(run, chosen);
    masks.set(chosen.join(), mask);
    const field = fieldOf(subtraction, t);
    const [x, y] = shiftAt(subtraction, t);
    const moved = field
      ? warp(mask.values, rows, columns, field, new Float32Array(rows * columns))
      : Float32Array.from(shiftImage(mask.values, rows, columns, x, y));
    const live = liveAt(subtraction, t, frames.length);
    for (const k of live) {
      const frame = frames[k]!;
      for (let p = 0; p < moved.length; p++) moved[p]! -= mask.table[frame[p]! & 0xffff]! / live.length;
    }
    out.push(moved);
    // the page stays alive while a run of many frames is subtracted
    if (t % 4 === 3) await new Promise((resolve) => setTimeout(resolve));
  }
  return out;
}
