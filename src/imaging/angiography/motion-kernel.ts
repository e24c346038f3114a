import { logFrame } from "./subtract.ts";
import { type WarpField, warp } from "./warp.ts";

type Stored = Uint8Array | Uint16Array | Int16Array | Float32Array;

/** Numbers summed for each block of `blockSums`. */
export const SUMS = 12;

/**
 * The parts of motion correction that touch every pixel, so that a SIMD kernel can take their place. Pictures are
 * row-major float32 arrays made by `array` (a SIMD kernel works on its own memory).
 */
export interface MotionKernel {
  array(length: number): Float32Array;
  /** ln(intensity) of a frame through a table of `logTable`. */
  log(frame: Stored, table: Float32Array, out: Float32Array): void;
  /** Means of 2 x 2 pixels; `out` has floor(rows / 2) x floor(columns / 2). */
  halve(image: Float32Array, rows: number, columns: number, out: Float32Array): void;
  warp(image: Float32Array, rows: number, columns: number, field: WarpField, out: Float32Array): Float32Array;
  blockSums(
    moved: Float32Array,
    live: Float32Array,
    rows: number,
    columns: number,
    block: number,
    cut: number,
    range: readonly [number, number],
    out: Float32Array,
  ): void;
}

/** The kernel in TypeScript: the reference. */
export const referenceKernel: MotionKernel = {
  array: (length) => new Float32Array(length),
  log: (frame, table, out) => out.set(logFrame(frame, table)),
  halve(image, rows, columns, out) {
    const [r2, c2] = [rows >> 1, columns >> 1];
    for (let r = 0; r < r2; r++)
      for (let c = 0; c < c2; c++) {
        const p = 2 * r * columns + 2 * c;
        out[r * c2 + c] = 0.25 * (image[p] + image[p + 1] + image[p + columns] + image[p + columns + 1]);
      }
  },
  warp,
  blockSums,
};

/**
 * Sums over blocks of `block` x `block` pixels (a multiple of 4; the rest at the right and below is left out) for the
 * step that moves `moved` onto `live`: w, w gx, w gy, w r, w gx gx, w gx gy, w gy gy, w gx r, w gy r, then how much
 * weight fell away where live is darker, where it is brighter, and the pixels that counted. r = moved - live, g the
 * central difference of `moved`, w Tukey's biweight of r with `cut` (ln units). The outermost pixels of the picture and
 * values of live outside `range` (saturated, empty) do not count.
 */
export function blockSums(
  moved: Float32Array,
  live: Float32Array,
  rows: number,
  columns: number,
  block: number,
  cut: number,
  range: readonly [number, number],
  out: Float32Array,
): void {
  const across = Math.floor(columns / block);
  const down = Math.floor(rows / block);
  const inverse = 1 / (cut * cut);
  const s = new Float64Array(SUMS);
  for (let j = 0; j < down; j++)
    for (let i = 0; i < across; i++) {
      s.fill(0);
      for (let r = Math.max(1, j * block); r < Math.min(rows - 1, (j + 1) * block); r++)
        for (let c = Math.max(1, i * block); c < Math.min(columns - 1, (i + 1) * block); c++) {
          const p = r * columns + c;
          if (!(live[p] > range[0] && live[p] < range[1])) continue;
          const d = moved[p] - live[p];
          const rest = Math.max(0, 1 - d * d * inverse);
          const w = rest * rest;
          const gx = 0.5 * (moved[p + 1] - moved[p - 1]);
          const gy = 0.5 * (moved[p + columns] - moved[p - columns]);
          const [wx, wy] = [w * gx, w * gy];
          s[0] += w;
          s[1] += wx;
          s[2] += wy;
          s[3] += w * d;
          s[4] += wx * gx;
          s[5] += wx * gy;
          s[6] += wy * gy;
          s[7] += wx * d;
          s[8] += wy * d;
          if (d > 0) s[9] += 1 - w;
          else s[10] += 1 - w;
          s[11] += 1;
        }
      out.set(s, (j * across + i) * SUMS);
    }
}
