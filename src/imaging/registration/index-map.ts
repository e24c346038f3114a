import { dot, type Grid, sub } from "../../core/geometry.ts";
import { inverse, moved, type Rigid, turned } from "./rigid.ts";

/**
 * The affine map from voxel indices of `fixed` to continuous voxel indices of `moving`, when `matrix` takes moving points
 * to fixed ones (LPS mm): three rows of [per i, per j, per k, constant], row-major, 12 numbers.
 */
export function indexMap(fixed: Grid, moving: Grid, matrix: Rigid): Float64Array {
  const back = inverse(matrix);
  const axes = [moving.direction.i, moving.direction.j, moving.direction.k];
  const steps = [fixed.direction.i, fixed.direction.j, fixed.direction.k].map((d) => turned(back, d));
  const start = sub(moved(back, fixed.origin), moving.origin);
  const out = new Float64Array(12);
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) out[4 * r + c] = (dot(steps[c]!, axes[r]!) * fixed.spacing[c]!) / moving.spacing[r]!;
    out[4 * r + 3] = dot(start, axes[r]!) / moving.spacing[r]!;
  }
  return out;
}
