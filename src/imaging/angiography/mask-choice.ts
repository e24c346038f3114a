import type { Cine } from "../../core/cine.ts";
import { blockMeans } from "./blocks.ts";

/** Which frames make the mask, and where contrast comes. Frame indices from 0. */
export interface MaskChoice {
  readonly frames: readonly number[];
  /** First frame with contrast; null when none was seen. */
  readonly arrival: number | null;
  /** False when the run begins with contrast or never shows any: the mask is then a guess. */
  readonly clear: boolean;
}

/** Side of the blocks in which `chooseMask` looks for contrast, in pixels: about the width of a large artery, doubled. */
export function maskBlockSize(rows: number, columns: number): number {
  return Math.max(2, Math.min(16, Math.floor(Math.min(rows, columns) / 16)));
}

/** `chooseMaskFrom` over the blocks of a run. */
export function chooseMask(run: Cine): MaskChoice {
  const size = maskBlockSize(run.rows, run.columns);
  return chooseMaskFrom(run.frames.map((_, t) => blockMeans(run, t, size)));
}

/**
 * Finds the frames before contrast and chooses up to four of them for the mask, the latest ones (least motion since),
 * without the very first when the beam was still settling. `blocks[t]`: mean ln(intensity) of the blocks of frame t.
 * Contrast has come when 0.4 % of the blocks are darker than at the start by 6 of their standard deviations and 0.02,
 * in two frames running, than are brighter by as much: contrast only darkens, while motion does both; what darkens or
 * brightens everywhere does not count. A run of fewer than 4 frames gives its
 * first frame, not clear.
 */
export function chooseMaskFrom(blocks: readonly Float32Array[]): MaskChoice {
  const n = blocks.length;
  if (n < 4) return { frames: [0], arrival: null, clear: false };
  const count = blocks[0].length;
  const overall = blocks.map((b) => Float32Array.from(b).sort()[count >> 1]);
  const settling = Math.abs(overall[0] - overall[1]) > 4 * Math.abs(overall[1] - overall[2]) + 0.01;
  const first = settling ? 1 : 0;
  // noise of a block from frame to frame, over the frames at the start
  const steps: number[] = [];
  for (let b = 0; b < count; b++) steps.push(Math.abs(blocks[first + 1][b] - blocks[first][b]));
  steps.sort((a, b) => a - b);
  const noise = (1.4826 * steps[count >> 1]) / Math.SQRT2;
  const limit = Math.max(0.02, 6 * noise);
  const needed = Math.max(2, Math.ceil(0.004 * count));
  const dark = (t: number): number => {
    let found = 0;
    const drift = overall[first] - overall[t];
    for (let b = 0; b < count; b++) {
      const change = blocks[first][b] - blocks[t][b] - drift;
      if (change > limit) found++;
      else if (change < -limit) found--;
    }
    return found;
  };
  let arrival: number | null = null;
  for (let t = first + 1; t < n && arrival === null; t++)
    if (dark(t) >= needed && (t === n - 1 || dark(t + 1) >= needed)) arrival = t;
  if (arrival === null) return { frames: [first], arrival, clear: false };
  const calm = Array.from({ length: arrival - first }, (_, i) => first + i);
  // the frame just before may hold the first trace
  const safe = calm.length > 2 ? calm.slice(0, -1) : calm;
  return { frames: safe.slice(-4), arrival, clear: arrival > first + 1 };
}
