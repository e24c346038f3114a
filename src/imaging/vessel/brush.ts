import { type Grid, toIndex, type Vec3 } from "../../core/geometry.ts";

/**
 * Paints balls of `radius` mm about points (LPS mm) into a 0/1 mask of a grid, or rubs them out. The mask is changed in
 * place; returned are the voxels whose value was turned over, so that turning them over again undoes the stroke.
 */
export function paintBall(
  grid: Grid,
  mask: Uint8Array,
  points: readonly Vec3[],
  radius: number,
  add: boolean,
): Int32Array {
  const changed: number[] = [];
  const [ni, nj, nk] = grid.shape;
  const reach = grid.spacing.map((s) => Math.ceil(radius / s));
  const value = add ? 1 : 0;
  for (const point of points) {
    const at = toIndex(grid, point);
    const [i0, j0, k0] = at.map(Math.round);
    for (let k = Math.max(0, k0 - reach[2]); k <= Math.min(nk - 1, k0 + reach[2]); k++)
      for (let j = Math.max(0, j0 - reach[1]); j <= Math.min(nj - 1, j0 + reach[1]); j++)
        for (let i = Math.max(0, i0 - reach[0]); i <= Math.min(ni - 1, i0 + reach[0]); i++) {
          const away = Math.hypot(
            (i - at[0]) * grid.spacing[0],
            (j - at[1]) * grid.spacing[1],
            (k - at[2]) * grid.spacing[2],
          );
          const p = (k * nj + j) * ni + i;
          if (away > radius || mask[p] === value) continue;
          mask[p] = value;
          changed.push(p);
        }
  }
  return Int32Array.from(changed);
}
