import type { Grid, Vec3 } from "../../../../core/geometry.ts";
import { toPatient } from "../../../../core/geometry.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";
import { halfOf, halfTable } from "./half-float.ts";

/** How many samples of a volume are kept for drawing: 64 million take 128 MB of graphics memory. */
export const MOST_SAMPLES = 64e6;
/** Voxels along each side of a block whose largest value is kept, so that empty space is leapt over. */
export const BLOCK = 8;

/** By how much a volume is thinned along all axes so that it fits: 1 is not at all. */
export function thinning(
  shape: readonly [number, number, number],
  longest: number,
  most: number = MOST_SAMPLES,
): number {
  let by = 1;
  const size = () => shape.map((n) => Math.ceil(n / by));
  while (size().reduce((a, b) => a * b) > most || Math.max(...size()) > longest) by++;
  return by;
}

/** The grid of a volume of which every `by`-th sample is kept. */
export function thinned(grid: Grid, by: number): Grid {
  const shape = grid.shape.map((n) => Math.ceil(n / by)) as unknown as [number, number, number];
  const spacing = grid.spacing.map((s) => s * by) as unknown as Vec3;
  return { ...grid, shape, spacing };
}

/** One slice of the thinned volume as half precision values, and the largest value of each block of its columns and rows. */
export function thinnedSlice(
  volume: SliceVolume,
  grid: Grid,
  by: number,
  k: number,
  table: Uint16Array | null,
): Uint16Array {
  const [columns, rows] = grid.shape;
  const source = volume.slices[k * by]!;
  const width = volume.grid.shape[0];
  const out = new Uint16Array(columns * rows);
  const offset = source instanceof Int16Array ? 32768 : 0;
  for (let y = 0; y < rows; y++) {
    const row = y * by * width;
    for (let x = 0; x < columns; x++) {
      const value = source[row + x * by]!;
      out[y * columns + x] = table ? table[value + offset]! : halfOf(volume.slope * value + volume.intercept);
    }
  }
  return out;
}

/** The table that turns samples into half precision; null for samples that are no 16 bit integers. */
export function tableFor({ slices, slope, intercept }: SliceVolume): Uint16Array | null {
  const first = slices[0];
  if (first instanceof Int16Array) return halfTable(slope, intercept, 32768);
  return first instanceof Float32Array ? null : halfTable(slope, intercept, 0);
}

/** Largest values of blocks of 8 x 8 x 8 samples of the thinned volume, each with its neighbours; half precision, i fastest. */
export function blockMaxima(
  volume: SliceVolume,
  grid: Grid,
  by: number,
): { readonly shape: readonly [number, number, number]; readonly values: Uint16Array } {
  const shape = grid.shape.map((n) => Math.ceil(n / BLOCK)) as unknown as [number, number, number];
  const [bi, bj, bk] = shape;
  const most = new Float32Array(bi * bj * bk).fill(Number.NEGATIVE_INFINITY);
  const width = volume.grid.shape[0];
  for (let k = 0; k < grid.shape[2]; k++) {
    const slice = volume.slices[k * by]!;
    const base = Math.floor(k / BLOCK) * bi * bj;
    for (let j = 0; j < grid.shape[1]; j++) {
      const row = j * by * width;
      const line = base + Math.floor(j / BLOCK) * bi;
      for (let i = 0; i < grid.shape[0]; i++) {
        const value = slice[row + i * by]!;
        const at = line + (i >> 3);
        if (value > most[at]!) most[at] = value;
      }
    }
  }
  const { slope, intercept } = volume;
  let wide: Float32Array = most;
  for (const [step, count] of [
    [1, bi],
    [bi, bj],
    [bi * bj, bk],
  ] as const) {
    const next = Float32Array.from(wide);
    for (let p = 0; p < wide.length; p++) {
      const at = Math.floor(p / step) % count;
      if (at > 0) next[p] = Math.max(next[p]!, wide[p - step]!);
      if (at < count - 1) next[p] = Math.max(next[p]!, wide[p + step]!);
    }
    wide = next;
  }
  return { shape, values: Uint16Array.from(wide, (value) => halfOf(slope * value + intercept + 1)) };
}

/** Corners of the smallest box along the patient's axes that holds a grid (LPS mm, with half a voxel around). */
export function boxOf(grid: Grid): { readonly low: Vec3; readonly high: Vec3 } {
  const [ni, nj, nk] = grid.shape;
  const corners = [-0.5, ni - 0.5].flatMap((i) =>
    [-0.5, nj - 0.5].flatMap((j) => [-0.5, nk - 0.5].map((k) => toPatient(grid, i, j, k))),
  );
  const along = (pick: (...values: number[]) => number): Vec3 =>
    [0, 1, 2].map((c) => pick(...corners.map((corner) => corner[c]!))) as unknown as Vec3;
  return { low: along(Math.min), high: along(Math.max) };
}
