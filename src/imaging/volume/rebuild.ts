import type { Samples } from "../../core/volume.ts";
import type { SliceRecipe } from "./slice-grid.ts";

/**
 * One slice of a rebuilt grid (see `sliceGrid`): its two neighbours, each moved in its plane by the recipe's shift
 * (bilinear, pixels), mixed by the recipe's share. `slices[k]` are given slices, row-major, `columns * rows`; `out` is
 * `outColumns * outRows`, of any sample type (values are rounded where it holds integers). Pixels that no slice reaches
 * become `outside`. Writes into `out` and returns it.
 */
export function rebuildSlice(
  slices: readonly Samples[],
  recipe: SliceRecipe,
  columns: number,
  rows: number,
  out: Samples,
  outColumns: number,
  outRows: number,
  outside: number,
): Samples {
  const { a, b, f, shiftA, shiftB } = recipe;
  const isWhole = !(out instanceof Float32Array);
  const first = slices[a]!;
  const second = slices[b]!;
  for (let y = 0; y < outRows; y++) {
    for (let x = 0; x < outColumns; x++) {
      let value = 0;
      let weight = 0;
      if (f < 1) {
        const v = at(first, columns, rows, x - shiftA[0], y - shiftA[1]);
        if (!Number.isNaN(v)) {
          value += (1 - f) * v;
          weight += 1 - f;
        }
      }
      if (f > 0) {
        const v = at(second, columns, rows, x - shiftB[0], y - shiftB[1]);
        if (!Number.isNaN(v)) {
          value += f * v;
          weight += f;
        }
      }
      const mixed = weight > 0 ? value / weight : outside;
      out[y * outColumns + x] = isWhole ? Math.round(mixed) : mixed;
    }
  }
  return out;
}

/** Bilinear value of a slice; NaN beyond its outermost pixel centres. */
function at(slice: Samples, columns: number, rows: number, x: number, y: number): number {
  if (x < -1e-6 || y < -1e-6 || x > columns - 1 + 1e-6 || y > rows - 1 + 1e-6) return Number.NaN;
  const x0 = Math.min(columns - 1, Math.max(0, Math.floor(x + 1e-6)));
  const y0 = Math.min(rows - 1, Math.max(0, Math.floor(y + 1e-6)));
  const fx = x - x0;
  const fy = y - y0;
  const x1 = Math.min(columns - 1, x0 + 1);
  const y1 = Math.min(rows - 1, y0 + 1);
  const top = slice[y0 * columns + x0]! * (1 - fx) + slice[y0 * columns + x1]! * fx;
  const bottom = slice[y1 * columns + x0]! * (1 - fx) + slice[y1 * columns + x1]! * fx;
  return top * (1 - fy) + bottom * fy;
}
