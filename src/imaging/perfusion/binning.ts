import type { Grid } from "../../core/geometry.ts";
import type { Samples } from "../../core/volume.ts";

/**
 * How many source pixels along a row become one working pixel: the smallest power of two that gives pixels of at least
 * 0.75 mm and no more than 320 columns. A 512 matrix of 0.45 mm gives 2, a 256 matrix of 0.9 mm gives 1.
 */
export function binFactor(grid: Grid): number {
  let factor = 1;
  while (
    factor < 8 &&
    (Math.max(grid.shape[0], grid.shape[1]) / factor > 320 ||
      Math.min(grid.spacing[0], grid.spacing[1]) * factor < 0.75) &&
    Math.min(grid.shape[0], grid.shape[1]) / (2 * factor) >= 48
  )
    factor *= 2;
  return factor;
}

/** The working grid: pixels of factor x factor source pixels (an odd rest forms a last, smaller one). */
export function binGrid(grid: Grid, factor: number): Grid {
  const { shape, spacing, direction, origin } = grid;
  const shift = (factor - 1) / 2;
  const move = (axis: 0 | 1 | 2): number =>
    origin[axis] + shift * (direction.i[axis] * spacing[0] + direction.j[axis] * spacing[1]);
  return {
    shape: [Math.ceil(shape[0] / factor), Math.ceil(shape[1] / factor), shape[2]],
    spacing: [spacing[0] * factor, spacing[1] * factor, spacing[2]],
    origin: [move(0), move(1), move(2)],
    direction,
  };
}

/** Mean of each factor x factor block of one frame, in the unit of the frame; padding stays what it is. */
export function binFrame(samples: Samples, grid: Grid, factor: number): Float32Array {
  if (factor === 1) return new Float32Array(samples);
  const [ni, nj, nk] = grid.shape;
  const [bi, bj] = binGrid(grid, factor).shape;
  const out = new Float32Array(bi * bj * nk);
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < bj; j++)
      for (let i = 0; i < bi; i++) {
        let sum = 0;
        let count = 0;
        for (let y = j * factor; y < Math.min(nj, (j + 1) * factor); y++) {
          const row = (k * nj + y) * ni;
          for (let x = i * factor; x < Math.min(ni, (i + 1) * factor); x++) {
            sum += samples[row + x];
            count++;
          }
        }
        out[(k * bj + j) * bi + i] = sum / count;
      }
  return out;
}

/** A working map back on the source grid: each source pixel takes the value of its block, so volumes stay exact. */
export function unbin(map: Float32Array, grid: Grid, factor: number): Float32Array {
  if (factor === 1) return map.slice();
  const [ni, nj, nk] = grid.shape;
  const [bi, bj] = binGrid(grid, factor).shape;
  const out = new Float32Array(ni * nj * nk);
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const from = (k * bj + ((j / factor) | 0)) * bi;
      const to = (k * nj + j) * ni;
      for (let i = 0; i < ni; i++) out[to + i] = map[from + ((i / factor) | 0)];
    }
  return out;
}
