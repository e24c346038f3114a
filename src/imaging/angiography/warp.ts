/**
 * A smooth movement of a picture: uniform cubic B-spline coefficients of the way (pixels to the right and down) and of
 * an offset (ln units), row-major, `across` x `down`. Coefficient (i, j) belongs to pixel ((i - 1) spacing,
 * (j - 1) spacing): one row and column lie before the picture, two behind it.
 */
export interface WarpField {
  readonly spacing: number;
  readonly across: number;
  readonly down: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly offset: Float32Array;
}

/** A field that moves a picture of `rows` x `columns` as a whole by `x` to the right and `y` down, of no offset. */
export function evenField(rows: number, columns: number, spacing: number, x: number = 0, y: number = 0): WarpField {
  const across = Math.ceil(columns / spacing) + 3;
  const down = Math.ceil(rows / spacing) + 3;
  const n = across * down;
  return {
    ...{ spacing, across, down },
    x: new Float32Array(n).fill(x),
    y: new Float32Array(n).fill(y),
    offset: new Float32Array(n),
  };
}

/** Weights of the four neighbouring coefficients at each of `spacing` places between two of them, four a place. */
export function splineWeights(spacing: number): Float32Array {
  const out = new Float32Array(4 * spacing);
  for (let k = 0; k < spacing; k++) {
    const t = k / spacing;
    out[4 * k] = (1 - t) ** 3 / 6;
    out[4 * k + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    out[4 * k + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
    out[4 * k + 3] = t ** 3 / 6;
  }
  return out;
}

/** One component of a field at a pixel (within the picture). */
export function fieldAt(field: WarpField, component: Float32Array, column: number, row: number): number {
  const { spacing, across } = field;
  const weights = splineWeights(spacing);
  const [i, j] = [Math.floor(column / spacing), Math.floor(row / spacing)];
  const [a, b] = [4 * (column - i * spacing), 4 * (row - j * spacing)];
  let sum = 0;
  for (let m = 0; m < 4; m++)
    for (let k = 0; k < 4; k++) sum += weights[a + k] * weights[b + m] * component[(j + m) * across + i + k];
  return sum;
}

/**
 * A picture moved along a field, less its offset: out(p) = image(p - way(p)) - offset(p), bilinear, the border pixel
 * repeats beyond the edge. `out` has the size of the picture and is returned.
 */
export function warp(
  image: Float32Array,
  rows: number,
  columns: number,
  field: WarpField,
  out: Float32Array,
): Float32Array {
  const { spacing, across } = field;
  const weights = splineWeights(spacing);
  const line = { x: new Float32Array(across), y: new Float32Array(across), offset: new Float32Array(across) };
  for (let r = 0; r < rows; r++) {
    const j = Math.floor(r / spacing);
    const b = 4 * (r - j * spacing);
    for (const name of ["x", "y", "offset"] as const)
      for (let i = 0; i < across; i++) {
        const p = j * across + i;
        line[name][i] =
          weights[b] * field[name][p] +
          weights[b + 1] * field[name][p + across] +
          weights[b + 2] * field[name][p + 2 * across] +
          weights[b + 3] * field[name][p + 3 * across];
      }
    for (let c = 0; c < columns; c++) {
      const i = Math.floor(c / spacing);
      const a = 4 * (c - i * spacing);
      const [w0, w1, w2, w3] = [weights[a], weights[a + 1], weights[a + 2], weights[a + 3]];
      const at = (l: Float32Array): number => w0 * l[i] + w1 * l[i + 1] + w2 * l[i + 2] + w3 * l[i + 3];
      const x = Math.max(0, Math.min(columns - 1, c - at(line.x)));
      const y = Math.max(0, Math.min(rows - 1, r - at(line.y)));
      const [left, top] = [Math.min(columns - 2, Math.floor(x)), Math.min(rows - 2, Math.floor(y))];
      const [u, v] = [x - left, y - top];
      const q = top * columns + left;
      const upper = image[q] + u * (image[q + 1] - image[q]);
      const low = image[q + columns] + u * (image[q + columns + 1] - image[q + columns]);
      out[r * columns + c] = upper + v * (low - upper) - at(line.offset);
    }
  }
  return out;
}

/** The same field for a picture of twice the size. */
export function doubled(field: WarpField, rows: number, columns: number): WarpField {
  const out = evenField(rows, columns, 2 * field.spacing);
  for (let j = 0; j < out.down; j++)
    for (let i = 0; i < out.across; i++) {
      const from = Math.min(j, field.down - 1) * field.across + Math.min(i, field.across - 1);
      const to = j * out.across + i;
      out.x[to] = 2 * field.x[from];
      out.y[to] = 2 * field.y[from];
      out.offset[to] = field.offset[from];
    }
  return out;
}
