/** A picture of densities (ln mask - ln live), row-major, contrast positive. `saturated`: 1 where the detector was at its end. */
export interface DensityImage {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly saturated?: Uint8Array | undefined;
}

/** Densities across a vessel at one place of its path. Places in pixels, 0 at the path. */
export interface Profile {
  readonly places: Float64Array;
  readonly values: Float64Array;
  /** Half of the full width at half maximum, and its middle: where a fit starts. */
  readonly radius: number;
  readonly centre: number;
  readonly saturated: boolean;
  /** True where the image ends before the profile does. */
  readonly cut: boolean;
}

const STEP = 0.5;

/**
 * The profile of an image normal to a path at (x, y) with unit normal (nx, ny), mean of three lines one pixel apart
 * along the vessel, in steps of half a pixel, bilinear. It is as wide as the vessel needs: about 2.2 radii and 6 pixels to
 * each side, and ends earlier where the values rise again (a vessel beside). `widest`: largest radius looked for, pixels.
 * Undefined where there is no peak near the path.
 */
export function profileAcross(
  image: DensityImage,
  x: number,
  y: number,
  nx: number,
  ny: number,
  widest: number,
): Profile | undefined {
  const reach = Math.ceil((2.2 * widest + 6) / STEP);
  const size = 2 * reach + 1;
  const values = new Float64Array(size);
  const bad = new Uint8Array(size);
  for (let n = 0; n < size; n++) {
    const along = (n - reach) * STEP;
    let sum = 0;
    for (const side of [-1, 0, 1]) {
      const [px, py] = [x + along * nx - side * ny, y + along * ny + side * nx];
      sum += bilinear(image, px, py);
      const at = Math.round(py) * image.columns + Math.round(px);
      if (image.saturated?.[at]) bad[n] = 1;
    }
    values[n] = sum / 3;
  }
  // The peak near the path, on values calmed over two pixels.
  const calm = (n: number): number => {
    let [sum, count] = [0, 0];
    for (let q = Math.max(0, n - 2); q <= Math.min(size - 1, n + 2); q++)
      if (!Number.isNaN(values[q])) [sum, count] = [sum + values[q], count + 1];
    return count ? sum / count : Number.NaN;
  };
  const near = Math.round(Math.min(widest, 6) / STEP);
  let top = -1;
  for (let n = reach - near; n <= reach + near; n++)
    if (!Number.isNaN(calm(n)) && (top < 0 || calm(n) > calm(top))) top = n;
  if (top < 0) return undefined;
  const floor = lowest(values, calm, top, widest);
  const half = (calm(top) + floor) / 2;
  let [left, right] = [top, top];
  while (left > 0 && calm(left) > half) left--;
  while (right < size - 1 && calm(right) > half) right++;
  if (!(calm(top) > floor) || left === 0 || right === size - 1) return undefined;
  const radius = ((right - left) * STEP) / 2;
  const centre = ((right + left) / 2 - reach) * STEP;
  const wide = (2.2 * radius + 6) / STEP;
  const middle = (right + left) / 2;
  const rise = 0.2 * (calm(top) - floor);
  const from = edgeOf(calm, left, Math.max(0, Math.round(middle - wide)), -1, rise);
  const to = edgeOf(calm, right, Math.min(size - 1, Math.round(middle + wide)), 1, rise);
  let saturated = false;
  for (let n = left; n <= right; n++) if (bad[n]) saturated = true;
  let cut = false;
  for (let n = from; n <= to; n++) if (Number.isNaN(values[n])) cut = true;
  return {
    places: Float64Array.from({ length: to - from + 1 }, (_, n) => (from + n - reach) * STEP),
    values: values.slice(from, to + 1),
    radius: Math.max(0.5, radius),
    centre,
    saturated,
    cut,
  };
}

/** The mean of the lower of the minima on both sides within reach: a first background. */
function lowest(values: Float64Array, calm: (n: number) => number, top: number, widest: number): number {
  const side = (step: number): number => {
    let least = calm(top);
    for (let n = top; n >= 0 && n < values.length && Math.abs(n - top) < (2 * widest + 4) / STEP; n += step)
      if (calm(n) < least) least = calm(n);
    return least;
  };
  return (side(-1) + side(1)) / 2;
}

/** Walks outward from the half maximum to `end`; stops at the least value once the profile has risen from it by `rise`. */
function edgeOf(calm: (n: number) => number, start: number, end: number, step: number, rise: number): number {
  let least = start;
  for (let n = start; n !== end + step; n += step) {
    if (calm(n) < calm(least)) least = n;
    else if (calm(n) > calm(least) + rise) return least;
  }
  return end;
}

/** A density between pixels; NaN outside the image. */
export function bilinear(image: DensityImage, x: number, y: number): number {
  const { data, rows, columns } = image;
  if (!(x >= 0 && y >= 0 && x <= columns - 1 && y <= rows - 1)) return Number.NaN;
  const i = Math.min(columns - 2, Math.floor(x));
  const j = Math.min(rows - 2, Math.floor(y));
  const [u, v] = [x - i, y - j];
  const p = j * columns + i;
  return (
    (data[p] * (1 - u) + data[p + 1] * u) * (1 - v) + (data[p + columns] * (1 - u) + data[p + columns + 1] * u) * v
  );
}
