import type { Cine } from "../../core/cine.ts";
import { logTableOf } from "./subtract.ts";

/**
 * Mean ln(intensity) of each block of `size` pixels of a frame, row-major over whole blocks; the outer rest is left
 * out. Cheap enough to look at every frame of a run.
 */
export function blockMeans(run: Cine, frame: number, size: number, table?: Float32Array): Float32Array {
  const data = run.frames[frame];
  const log = table ?? logTableOf(run, data instanceof Int16Array);
  const across = Math.floor(run.columns / size);
  const down = Math.floor(run.rows / size);
  const out = new Float32Array(across * down);
  for (let r = 0; r < down * size; r++) {
    const row = Math.floor(r / size) * across;
    let p = r * run.columns;
    for (let b = row; b < row + across; b++) {
      let sum = 0;
      for (const end = p + size; p < end; p++) sum += log[data[p] & 0xffff];
      out[b] += sum;
    }
  }
  for (let b = 0; b < out.length; b++) out[b] /= size * size;
  return out;
}
