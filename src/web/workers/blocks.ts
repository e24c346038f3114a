import { BLOCKS, type RawPixels } from "./subtraction-messages.ts";

/**
 * Mean ln intensity of `BLOCKS * BLOCKS` equal blocks of a frame (row-major, the rest at the right and bottom edge left
 * out), from every second pixel of every second row. Values below 1 count as 1; LOG frames are averaged as they are,
 * over 1000.
 */
export function blockMeans(live: RawPixels, rows: number, columns: number, isLog: boolean): Float32Array {
  const height = Math.floor(rows / BLOCKS);
  const width = Math.floor(columns / BLOCKS);
  const out = new Float32Array(BLOCKS * BLOCKS);
  if (height === 0 || width === 0) return out;
  for (let block = 0; block < out.length; block++) {
    const top = Math.floor(block / BLOCKS) * height;
    const left = (block % BLOCKS) * width;
    let sum = 0;
    let count = 0;
    for (let y = top; y < top + height; y += 2) {
      for (let x = left; x < left + width; x += 2) {
        const value = live[y * columns + x]!;
        sum += isLog ? value / 1000 : Math.log(Math.max(1, value));
        count++;
      }
    }
    out[block] = sum / count;
  }
  return out;
}
