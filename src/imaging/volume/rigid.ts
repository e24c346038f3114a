import { dot, type Grid, type Vec3 } from "../../core/geometry.ts";

/** A point moved by a 4 x 4 matrix, row by row (LPS mm); the last row is taken for 0 0 0 1. */
export function movePoint(matrix: readonly number[], p: Vec3): Vec3 {
  const row = (r: number) => matrix[r]! * p[0] + matrix[r + 1]! * p[1] + matrix[r + 2]! * p[2] + matrix[r + 3]!;
  return [row(0), row(4), row(8)];
}

/** A direction turned by a 4 x 4 matrix, row by row. */
function turn(matrix: readonly number[], v: Vec3): Vec3 {
  const row = (r: number) => matrix[r]! * v[0] + matrix[r + 1]! * v[1] + matrix[r + 2]! * v[2];
  return [row(0), row(4), row(8)];
}

/**
 * A grid carried along by a rigid matrix (4 x 4, row by row, LPS mm, last row 0 0 0 1): the same voxels at their new
 * place. Null when the matrix is not rigid (scale, shear or mirror over 0.1 %): its voxels would not be boxes any more.
 */
export function moveGrid(matrix: readonly number[], grid: Grid): Grid | null {
  if (matrix.length !== 16 || matrix.some((value) => !Number.isFinite(value))) return null;
  const [x, y, z] = [turn(matrix, [1, 0, 0]), turn(matrix, [0, 1, 0]), turn(matrix, [0, 0, 1])];
  const right = [dot(x, x) - 1, dot(y, y) - 1, dot(z, z) - 1, dot(x, y), dot(y, z), dot(x, z)];
  const volume =
    x[0] * (y[1] * z[2] - y[2] * z[1]) - y[0] * (x[1] * z[2] - x[2] * z[1]) + z[0] * (x[1] * y[2] - x[2] * y[1]);
  if (right.some((value) => Math.abs(value) > 2e-3) || volume < 0.99) return null;
  const { i, j, k } = grid.direction;
  const direction = { i: turn(matrix, i), j: turn(matrix, j), k: turn(matrix, k) };
  return { ...grid, origin: movePoint(matrix, grid.origin), direction };
}
