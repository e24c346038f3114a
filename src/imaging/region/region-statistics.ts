/** A closed outline on an image, in pixels: the middle of the first pixel is 0.5, 0.5; whole numbers are pixel borders. */
export type Outline =
  /** The corners of a polygon; the last joins the first. Even-odd where it crosses itself. */
  | { readonly kind: "polygon"; readonly points: readonly (readonly [number, number])[] }
  /** Centre and two half-axes as vectors; a circle where both are as long and square to each other. */
  | {
      readonly kind: "ellipse";
      readonly centre: readonly [number, number];
      readonly a: readonly [number, number];
      readonly b: readonly [number, number];
    };

/** Statistics of the pixels whose middle lies in an outline. NaN for all of them when there is none. */
export interface RegionStatistics {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the sample (n - 1); 0 for a single pixel. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
}

/** Area in pixels (not counted: of the outline itself), and its perimeter in pixels of `columnSize` x `rowSize`. */
export function outlineSize(
  outline: Outline,
  columnSize = 1,
  rowSize = 1,
): { readonly area: number; readonly perimeter: number } {
  const points = outline.kind === "polygon" ? outline.points : ellipsePoints(outline);
  let [twice, perimeter] = [0, 0];
  points.forEach(([x, y], k) => {
    const [u, v] = points[(k + 1) % points.length]!;
    twice += x * v - u * y;
    perimeter += Math.hypot((u - x) * columnSize, (v - y) * rowSize);
  });
  const area =
    outline.kind === "polygon"
      ? Math.abs(twice) / 2
      : Math.PI * Math.abs(outline.a[0] * outline.b[1] - outline.a[1] * outline.b[0]);
  return { area: area * columnSize * rowSize, perimeter };
}

function ellipsePoints({ centre, a, b }: Extract<Outline, { kind: "ellipse" }>): [number, number][] {
  return Array.from({ length: 720 }, (_, k) => {
    const [c, s] = [Math.cos((k * Math.PI) / 360), Math.sin((k * Math.PI) / 360)];
    return [centre[0] + c * a[0] + s * b[0], centre[1] + c * a[1] + s * b[1]];
  });
}

/**
 * The runs of pixels whose middle lies in an outline: for each row the columns from `from` to `to` (both included), within
 * an image of `columns` x `rows`. Points on the border count by the half-open rule, so that outlines that share a border
 * share no pixel.
 */
export function pixelsWithin(
  outline: Outline,
  columns: number,
  rows: number,
  each: (row: number, from: number, to: number) => void,
): void {
  if (outline.kind === "ellipse") {
    ellipseRows(outline, columns, rows, each);
    return;
  }
  const { points } = outline;
  if (points.length < 3) return;
  const low = Math.max(0, Math.ceil(Math.min(...points.map(([, y]) => y)) - 0.5));
  const high = Math.min(rows - 1, Math.floor(Math.max(...points.map(([, y]) => y)) - 0.5));
  for (let row = low; row <= high; row++) {
    const y = row + 0.5;
    const crossings: number[] = [];
    points.forEach(([x, top], k) => {
      const [u, bottom] = points[(k + 1) % points.length]!;
      if (top <= y === bottom <= y) return;
      crossings.push(x + ((y - top) / (bottom - top)) * (u - x));
    });
    crossings.sort((p, q) => p - q);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]! - 0.5));
      const to = Math.min(columns - 1, Math.ceil(crossings[k + 1]! - 0.5) - 1);
      if (from <= to) each(row, from, to);
    }
  }
}

function ellipseRows(
  { centre, a, b }: Extract<Outline, { kind: "ellipse" }>,
  columns: number,
  rows: number,
  each: (row: number, from: number, to: number) => void,
): void {
  const det = a[0] * b[1] - a[1] * b[0];
  if (det === 0) return;
  const reach = Math.hypot(a[1], b[1]);
  const low = Math.max(0, Math.ceil(centre[1] - reach - 0.5));
  const high = Math.min(rows - 1, Math.floor(centre[1] + reach - 0.5));
  // |M (x, y)| <= 1 with M the inverse of [a b]: a quadratic in x for each row
  const [m00, m01, m10, m11] = [b[1] / det, -b[0] / det, -a[1] / det, a[0] / det];
  const qa = m00 * m00 + m10 * m10;
  for (let row = low; row <= high; row++) {
    const y = row + 0.5 - centre[1];
    const qb = 2 * y * (m00 * m01 + m10 * m11);
    const qc = y * y * (m01 * m01 + m11 * m11) - 1;
    const root = qb * qb - 4 * qa * qc;
    if (root < 0) continue;
    const half = Math.sqrt(root) / (2 * qa);
    const middle = centre[0] - qb / (2 * qa);
    const from = Math.max(0, Math.ceil(middle - half - 0.5));
    const to = Math.min(columns - 1, Math.floor(middle + half - 0.5));
    if (from <= to) each(row, from, to);
  }
}

/**
 * Count, mean, SD, minimum and maximum of the values of an image (row-major, `columns` x `rows`) in an outline, by a
 * one-pass sum that stays exact for large offsets (Welford 1962). Values that are not finite are left out. An outline
 * that holds no pixel's middle gives count 0 and NaN.
 */
export function regionStatistics(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  outline: Outline,
  made: (stored: number) => number = (stored) => stored,
): RegionStatistics {
  let [count, mean, m2] = [0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  pixelsWithin(outline, columns, rows, (row, from, to) => {
    for (let i = row * columns + from; i <= row * columns + to; i++) {
      const value = made(values[i]!);
      if (!Number.isFinite(value)) continue;
      count++;
      const delta = value - mean;
      mean += delta / count;
      m2 += delta * (value - mean);
      if (value < min) min = value;
      if (value > max) max = value;
    }
  });
  if (count === 0) return { count, mean: Number.NaN, sd: Number.NaN, min: Number.NaN, max: Number.NaN };
  return { count, mean, sd: count > 1 ? Math.sqrt(m2 / (count - 1)) : 0, min, max };
}
