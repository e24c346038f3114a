import { middleOf, spreadOf } from "./middle.ts";

/** Places in a picture, as row-major indices. */
export type Points = Int32Array;

const BINS = 4096;
const counts = new Float64Array(BINS);

/**
 * Energy (sum of squared shares, 1/n..1) of the histogram of mask minus live at `points` of the mask, the mask moved by
 * `x` to the right and `y` down; live is interpolated bilinearly there. Points that leave the picture do not count;
 * when fewer than half stay the energy is 0. `width`: of a bin, ln units.
 */
export function differenceEnergy(
  mask: Float32Array,
  live: Float32Array,
  rows: number,
  columns: number,
  points: Points,
  x: number,
  y: number,
  width: number,
): number {
  counts.fill(0);
  const [right, down] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - right, y - down];
  const move = down * columns + right;
  const whole = u === 0 && v === 0;
  const end = (rows - 1) * columns - 1;
  const scale = 1 / width;
  let n = 0;
  for (let k = 0; k < points.length; k++) {
    const p = points[k];
    const q = p + move;
    if (q < 0 || q >= end) continue;
    let value = live[q];
    if (!whole) {
      const upper = value + u * (live[q + 1] - value);
      const low = live[q + columns];
      value = upper + v * (low + u * (live[q + columns + 1] - low) - upper);
    }
    const bin = Math.floor((mask[p] - value) * scale) + BINS / 2;
    n++;
    if (bin >= 0 && bin < BINS) counts[bin]++;
  }
  if (n === 0 || 2 * n < points.length) return 0;
  let energy = 0;
  for (let b = 0; b < BINS; b++) energy += counts[b] * counts[b];
  return energy / (n * n);
}

/** About the noise of a picture, at least 0.002: a narrower bin counts noise, a wider one hides anatomy. */
export function binWidth(image: Float32Array, rows: number, columns: number): number {
  const step = Math.max(1, Math.floor((rows * columns) / 8000));
  const bends = new Float64Array(Math.max(0, Math.ceil((rows * columns - 2) / step)));
  for (let k = 0, p = 2; k < bends.length; k++, p += step) bends[k] = image[p] - 2 * image[p - 1] + image[p - 2];
  return Math.max(0.002, spreadOf(bends, 0) / Math.sqrt(6));
}

/**
 * Noise of a picture as a standard deviation, from mixed second differences: straight edges along an axis cancel. Only
 * pixels within `range` count (saturated air has no noise, and may be most of a picture).
 */
export function bendNoise(
  image: Float32Array,
  rows: number,
  columns: number,
  range: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): number {
  const step = Math.max(1, Math.floor((rows * columns) / 20000));
  const from = columns + 1;
  const bends = new Float64Array(Math.max(0, Math.ceil(((rows - 1) * columns - 1 - from) / step)));
  let n = 0;
  const counts = (p: number): boolean => image[p] > range[0] && image[p] < range[1];
  for (let p = from; p < (rows - 1) * columns - 1; p += step)
    if (counts(p) && counts(p - columns - 1) && counts(p + columns + 1)) bends[n++] = bend(image, p, columns);
  return Math.max(5e-4, spreadOf(bends.subarray(0, n), 0) / 6);
}

const APART = 6;

/**
 * `residualOver` for a mask that was moved place by place (`moved`, fitting live as it lies): its noise is that of the
 * mask before it was moved, of which interpolation keeps the share `kept` of the variance (4/9 on average over all
 * fractions of a pixel both ways, 1 for whole pixels).
 */
export function residualMoved(
  moved: Float32Array,
  mask: Float32Array,
  live: Float32Array,
  rows: number,
  columns: number,
  points: Points,
  kept: number,
): number {
  const far = APART * columns;
  const [from, to] = [far + APART, rows * columns - far - columns - 2];
  const left = new Float64Array(points.length);
  const ofLive = new Float64Array(points.length);
  const ofMask = new Float64Array(points.length);
  let n = 0;
  for (let k = 0; k < points.length; k++) {
    const p = points[k];
    if (p < from || p >= to) continue;
    const d = (q: number): number => moved[q] - live[q];
    left[n] = d(p) - (d(p - APART) + d(p + APART) + d(p - far) + d(p + far)) / 4;
    ofLive[n] = bend(live, p, columns);
    ofMask[n++] = bend(mask, p, columns);
  }
  if (n === 0) return 1;
  const white = Math.sqrt(spreadOf(ofLive.subarray(0, n), 0) ** 2 + spreadOf(ofMask.subarray(0, n), 0) ** 2 * kept) / 6;
  const rest = left.subarray(0, n);
  return spreadOf(rest, middleOf(rest)) / Math.max(1e-4, Math.sqrt(5 / 4) * white);
}

/**
 * What anatomy is left in mask minus live at `points`, mask moved by `x`, `y`: the robust spread (median absolute
 * deviation) of the difference against its mean six pixels to each side, over that of noise alone. The noise is read
 * from pixel-to-pixel differences of both pictures at the same places. 1 when nothing but white noise is left, and when
 * there are no points; less for a frame that is itself in the mask. Vessels, being few of the points, and the blush of
 * the tissue, being smooth, hardly weigh.
 */
export function residualOver(
  mask: Float32Array,
  live: Float32Array,
  rows: number,
  columns: number,
  points: Points,
  x: number,
  y: number,
): number {
  const [right, down] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - right, y - down];
  const move = down * columns + right;
  const difference = (p: number): number => {
    const q = p + move;
    const upper = live[q] + u * (live[q + 1] - live[q]);
    const low = live[q + columns] + u * (live[q + columns + 1] - live[q + columns]);
    return mask[p] - (upper + v * (low - upper));
  };
  const far = APART * columns;
  const [from, to] = [far + 1, rows * columns - far - columns - 2];
  const left = new Float64Array(points.length);
  const ofLive = new Float64Array(points.length);
  const ofMask = new Float64Array(points.length);
  let n = 0;
  const step = Math.max(1, Math.floor(points.length / 20000));
  for (let k = 0; k < points.length; k += step) {
    const p = points[k];
    const q = p + move;
    if (Math.min(p, q) < from || Math.max(p, q) >= to) continue;
    const around = difference(p - APART) + difference(p + APART) + difference(p - far) + difference(p + far);
    left[n] = difference(p) - around / 4;
    ofLive[n] = bend(live, q, columns);
    ofMask[n++] = bend(mask, p, columns);
  }
  if (n === 0) return 1;
  // what interpolation leaves of the variance of live
  const kept = ((1 - u) ** 2 + u ** 2) * ((1 - v) ** 2 + v ** 2);
  const white = Math.sqrt(spreadOf(ofLive.subarray(0, n), 0) ** 2 * kept + spreadOf(ofMask.subarray(0, n), 0) ** 2) / 6;
  const rest = left.subarray(0, n);
  return spreadOf(rest, middleOf(rest)) / Math.max(1e-4, Math.sqrt(5 / 4) * white);
}

/** Mixed second difference: 0 for planes and straight edges along an axis; 6 standard deviations of white noise. */
function bend(image: Float32Array, p: number, columns: number): number {
  const row = (q: number): number => image[q - 1] - 2 * image[q] + image[q + 1];
  return row(p - columns) - 2 * row(p) + row(p + columns);
}
