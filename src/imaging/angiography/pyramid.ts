import type { Points } from "./difference.ts";

/** One picture of a pyramid, row-major. */
export interface Level {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Means of 2 x 2 pixels, again and again, coarsest first; no side gets shorter than `smallest`. */
export function pyramid(
  values: Float32Array,
  rows: number,
  columns: number,
  levels: number,
  smallest: number,
): readonly Level[] {
  const all: Level[] = [{ values, rows, columns }];
  while (all.length < levels && Math.min(all[0].rows, all[0].columns) >= 2 * smallest) all.unshift(halve(all[0]));
  return all;
}

function halve({ values, rows, columns }: Level): Level {
  const [r2, c2] = [rows >> 1, columns >> 1];
  const out = new Float32Array(r2 * c2);
  for (let r = 0; r < r2; r++)
    for (let c = 0; c < c2; c++) {
      const p = 2 * r * columns + 2 * c;
      out[r * c2 + c] = (values[p] + values[p + 1] + values[p + columns] + values[p + columns + 1]) / 4;
    }
  return { values: out, rows: r2, columns: c2 };
}

/** Binomial 3 x 3 ([1 2 1] / 4 each way); the outermost rows and columns stay as they are. */
export function smooth(image: Float32Array, rows: number, columns: number): Float32Array {
  const half = Float32Array.from(image);
  for (let r = 0; r < rows; r++)
    for (let p = r * columns + 1; p < (r + 1) * columns - 1; p++)
      half[p] = (image[p - 1] + 2 * image[p] + image[p + 1]) / 4;
  const out = Float32Array.from(half);
  for (let p = columns; p < (rows - 1) * columns; p++)
    out[p] = (half[p - columns] + 2 * half[p] + half[p + columns]) / 4;
  return out;
}

const MARGIN = 0.08;
const SHARE = 0.4;
/** Share of the strongest edges at which a residual is read: where it is seen. */
export const RESIDUAL_SHARE = 0.08;
const MOST = 40000;

/**
 * Places where the anatomy has edges: the gradient between means of 3 x 3 pixels four pixels apart (so that noise does
 * not choose) is in its upper `share` (40 %). Inner 84 % of the image, on a regular grid.
 */
export function edgePoints(image: Float32Array, rows: number, columns: number, share: number = SHARE): Points {
  const [top, left] = [Math.max(3, Math.ceil(MARGIN * rows)), Math.max(3, Math.ceil(MARGIN * columns))];
  const area = (rows - 2 * top) * (columns - 2 * left);
  const step = Math.max(1, Math.ceil(Math.sqrt((share * area) / MOST)));
  const mean = smooth(image, rows, columns);
  const places: number[] = [];
  const slopes: number[] = [];
  for (let r = top; r < rows - top; r += step)
    for (let c = left; c < columns - left; c += step) {
      const p = r * columns + c;
      places.push(p);
      slopes.push(Math.hypot(mean[p + 2] - mean[p - 2], mean[p + 2 * columns] - mean[p - 2 * columns]));
    }
  const limit = Float64Array.from(slopes).sort()[Math.floor((1 - share) * slopes.length)] ?? 0;
  return Int32Array.from(places.filter((_, k) => slopes[k] >= limit));
}
