import type { Cine } from "../../core/cine.ts";
import { blockMeans } from "./blocks.ts";
import { logTable } from "./subtract.ts";

/** Which frames make the mask, and where contrast comes. Frame indices from 0. */
export interface MaskChoice {
  readonly frames: readonly number[];
  /** First frame with contrast; null when none was seen. */
  readonly arrival: number | null;
  /** False when the run begins with contrast or never shows any: the mask is then a guess. */
  readonly clear: boolean;
}

/**
 * Finds the frames before contrast and chooses up to four of them for the mask, the latest first (least motion since),
 * without the very first when the beam was still settling.
 * Contrast has come when 0.4 % of the blocks (16 pixels) are darker than the calm ones by 6 of their standard
 * deviations and 0.02 in ln, in two frames running. A run of fewer than 4 frames gives its first frame, not clear.
 */
export function chooseMask(run: Cine): MaskChoice {
  const n = run.frames.length;
  if (n < 4) return { frames: [0], arrival: null, clear: false };
  const size = Math.max(2, Math.min(16, Math.floor(Math.min(run.rows, run.columns) / 16)));
  const table = logTable(run.relationship, run.bitsStored);
  const blocks = run.frames.map((_, t) => blockMeans(run, t, size, table));
  const count = blocks[0].length;
  const overall = blocks.map((b) => b.reduce((s, x) => s + x, 0) / count);
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
    // the whole picture may brighten or darken a little: only what darkens against it counts
    const drift = overall[first] - overall[t];
    for (let b = 0; b < count; b++) if (blocks[first][b] - blocks[t][b] - Math.min(0, drift) > limit) found++;
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
