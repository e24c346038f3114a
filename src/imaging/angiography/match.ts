import type { WarpField } from "./warp.ts";

const HALF = 6;
const RADIUS = 2;
const BINS = 512;
const counts = new Int32Array(BINS);

/**
 * Finds where `moved` (a mask already moved by `field`) does not fit yet and moves those points of the field by whole
 * pixels: for each point whose template of 13 x 13 pixels does not fit (spread of the difference over 2.5 `scale`), the
 * shift within 2 pixels of the greatest histogram energy of the difference, taken when it is a fifth greater than
 * unmoved; then the median over each point and its eight neighbours, so that one point alone does not move. For the
 * coarsest picture of a pyramid. Returns how many points were moved.
 */
export function templateStart(
  field: WarpField,
  moved: Float32Array,
  live: Float32Array,
  rows: number,
  columns: number,
  scale: number,
): number {
  const { across, down, spacing } = field;
  const found = { x: new Float32Array(across * down), y: new Float32Array(across * down) };
  const reach = HALF + RADIUS + 1;
  let asked = 0;
  for (let j = 1; j < down - 1; j++)
    for (let i = 1; i < across - 1; i++) {
      const [c, r] = [(i - 1) * spacing, (j - 1) * spacing];
      if (c < reach || r < reach || c >= columns - reach || r >= rows - reach) continue;
      const at = r * columns + c;
      if (templateSpread(moved, live, columns, at) < 2.5 * scale) continue;
      asked++;
      let [best, bx, by] = [1.2 * energyAt(moved, live, columns, at, 0, 0, scale), 0, 0];
      for (let y = -RADIUS; y <= RADIUS; y++)
        for (let x = -RADIUS; x <= RADIUS; x++) {
          const energy = energyAt(moved, live, columns, at, x, y, scale);
          if (energy > best) [best, bx, by] = [energy, x, y];
        }
      found.x[j * across + i] = bx;
      found.y[j * across + i] = by;
    }
  if (asked === 0) return 0;
  let count = 0;
  for (let j = 1; j < down - 1; j++)
    for (let i = 1; i < across - 1; i++) {
      const p = j * across + i;
      const [x, y] = [around(found.x, p, across), around(found.y, p, across)];
      if (x === 0 && y === 0) continue;
      field.x[p] += x;
      field.y[p] += y;
      count++;
    }
  return count;
}

function around(values: Float32Array, p: number, across: number): number {
  const near = [-across - 1, -across, -across + 1, -1, 0, 1, across - 1, across, across + 1].map((q) => values[p + q]);
  return near.sort((a, b) => a - b)[4];
}

/** Mean absolute difference about its mean over every second pixel of a template, as a standard deviation. */
function templateSpread(moved: Float32Array, live: Float32Array, columns: number, at: number): number {
  let [n, sum, size] = [0, 0, 0];
  for (let y = -HALF; y <= HALF; y += 2)
    for (let x = -HALF; x <= HALF; x += 2) {
      const p = at + y * columns + x;
      sum += moved[p] - live[p];
      n++;
    }
  const mean = sum / n;
  for (let y = -HALF; y <= HALF; y += 2)
    for (let x = -HALF; x <= HALF; x += 2) {
      const p = at + y * columns + x;
      size += Math.abs(moved[p] - live[p] - mean);
    }
  return (1.2533 * size) / n;
}

/** Sum of squared counts of the histogram of the template moved by x, y minus live, about the difference at its middle. */
function energyAt(
  moved: Float32Array,
  live: Float32Array,
  columns: number,
  at: number,
  x: number,
  y: number,
  width: number,
): number {
  const move = y * columns + x;
  const inverse = 1 / width;
  const binOf = (p: number): number =>
    Math.max(0, Math.min(BINS - 1, Math.floor((moved[p] - live[p + move]) * inverse) + BINS / 2));
  let energy = 0;
  for (let v = -HALF; v <= HALF; v++)
    for (let u = -HALF + (v & 1); u <= HALF; u += 2) {
      const bin = binOf(at + v * columns + u);
      energy += 2 * counts[bin]++ + 1;
    }
  for (let v = -HALF; v <= HALF; v++)
    for (let u = -HALF + (v & 1); u <= HALF; u += 2) counts[binOf(at + v * columns + u)] = 0;
  return energy;
}
