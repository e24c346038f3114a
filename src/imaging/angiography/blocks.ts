import type { Cine } from "../../core/cine.ts";
import { logTable } from "./subtract.ts";

/**
 * Mean ln(intensity) of each block of `size` pixels of a frame, row-major over whole blocks; the outer rest is left
 * out. Cheap enough to look at every frame of a run.
 */
export function blockMeans(run: Cine, frame: number, size: number, table?: Float32Array): Float32Array {
  const log = table ?? logTable(run.relationship, run.bitsStored);
  const across = Math.floor(run.columns / size);
  const down = Math.floor(run.rows / size);
  const out = new Float32Array(across * down);
  const data = run.frames[frame];
  for (let r = 0; r < down * size; r++) {
    const row = Math.floor(r / size) * across;
    for (let c = 0; c < across * size; c++) out[row + Math.floor(c / size)] += log[data[r * run.columns + c] & 0xffff];
  }
  for (let b = 0; b < out.length; b++) out[b] /= size * size;
  return out;
}
