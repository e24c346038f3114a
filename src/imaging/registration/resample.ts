import type { Grid } from "../../core/geometry.ts";
import { type Volume, voxelCount } from "../../core/volume.ts";
import { indexMap } from "./index-map.ts";
import type { Rigid } from "./rigid.ts";

/**
 * The moving volume as it lies on the grid of `target` when `matrix` takes its points there (LPS mm): float32, linear.
 * Where the moving volume has nothing the value is `fill`. A moving volume of one slice is taken as that slice within
 * half its spacing.
 */
export function resampled(moving: Volume, matrix: Rigid, target: Grid, fill: number): Volume {
  const m = indexMap(target, moving, matrix);
  const [ni, nj, nk] = target.shape;
  const [wi, wj, wk] = moving.shape;
  const plane = wi * wj;
  const data = moving.data;
  const out = new Float32Array(voxelCount(target));
  const [mi, mj, mk] = [wi > 1 ? 1 : 0, wj > 1 ? wi : 0, wk > 1 ? plane : 0];
  const edge = (n: number): number => (n > 1 ? 1e-6 : 0.5);
  const [ei, ej, ek] = [edge(wi), edge(wj), edge(wk)];
  let p = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      let x = m[1]! * j + m[2]! * k + m[3]!;
      let y = m[5]! * j + m[6]! * k + m[7]!;
      let z = m[9]! * j + m[10]! * k + m[11]!;
      for (let i = 0; i < ni; i++, p++, x += m[0]!, y += m[4]!, z += m[8]!) {
        if (x < -ei || y < -ej || z < -ek || x > wi - 1 + ei || y > wj - 1 + ej || z > wk - 1 + ek) {
          out[p] = fill;
          continue;
        }
        const a = Math.min(Math.max(0, Math.floor(x)), Math.max(0, wi - 2));
        const b = Math.min(Math.max(0, Math.floor(y)), Math.max(0, wj - 2));
        const c = Math.min(Math.max(0, Math.floor(z)), Math.max(0, wk - 2));
        const u = x - a;
        const v = y - b;
        const w = z - c;
        const o = c * plane + b * wi + a;
        const near =
          (1 - v) * ((1 - u) * data[o]! + u * data[o + mi]!) + v * ((1 - u) * data[o + mj]! + u * data[o + mj + mi]!);
        const q = o + mk;
        const far =
          (1 - v) * ((1 - u) * data[q]! + u * data[q + mi]!) + v * ((1 - u) * data[q + mj]! + u * data[q + mj + mi]!);
        out[p] = (1 - w) * near + w * far;
      }
    }
  const { shape, spacing, origin, direction } = target;
  return { shape, spacing, origin, direction, data: out, unit: moving.unit };
}
