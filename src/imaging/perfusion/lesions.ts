import type { Millilitres } from "../../core/units.ts";
import { fillHoles, removeSmall } from "../mask/components.ts";
import { maskWhere } from "../mask/select.ts";

type Shape = readonly [number, number, number];

/** Thresholds shown beside each other instead of one bare number. */
export const TMAX_STRIP: readonly number[] = [4, 5, 5.5, 6, 6.5, 8, 10];
export const RCBF_STRIP: readonly number[] = [20, 25, 30, 35, 38, 40];

/** What lesions are drawn on: full-grid maps (i fastest) and the voxels that count. */
export interface LesionInput {
  readonly shape: Shape;
  readonly voxelMl: number;
  /** s, signed; and mL/100 g/min. */
  readonly tmax: Float32Array;
  readonly cbf: Float32Array;
  /** Tissue without vessels and fluid. */
  readonly valid: Uint8Array;
  /** Mean CBF of normal tissue. */
  readonly referenceCbf: number;
}

/** Parts below this are noise, mL. */
export const SMALLEST_ML = 1;

/**
 * Median of each valid voxel and its valid in-plane neighbours up to `radius` pixels (3 x 3 for 1); other voxels
 * become 0. Unit of the map. Keeps straight edges where they are.
 */
export function medianInMask(map: Float32Array, valid: Uint8Array, shape: Shape, radius: number = 1): Float32Array {
  const [ni, nj, nk] = shape;
  const out = new Float32Array(map.length);
  const values = new Float64Array((2 * radius + 1) ** 2);
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        if (!valid[p]) continue;
        let count = 0;
        for (let b = Math.max(0, j - radius); b <= Math.min(nj - 1, j + radius); b++)
          for (let a = Math.max(0, i - radius); a <= Math.min(ni - 1, i + radius); a++) {
            const q = (k * nj + b) * ni + a;
            if (!valid[q]) continue;
            const x = map[q];
            let at = count++;
            while (at > 0 && values[at - 1] > x) {
              values[at] = values[at - 1];
              at--;
            }
            values[at] = x;
          }
        out[p] = count & 1 ? values[count >> 1] : (values[(count >> 1) - 1] + values[count >> 1]) / 2;
      }
  return out;
}

/**
 * Mean CBF of normal tissue, mL/100 g/min: valid voxels with 0 <= Tmax <= 4 s (both hemispheres). When fewer than 5 %
 * of the tissue is normal in that sense, all valid tissue is taken and `usual` is false.
 */
export function normalCbf(
  tmax: Float32Array,
  cbf: Float32Array,
  valid: Uint8Array,
): { value: number; voxels: number; usual: boolean } {
  let [sum, count, all, total] = [0, 0, 0, 0];
  for (let p = 0; p < valid.length; p++) {
    if (!valid[p]) continue;
    all += cbf[p];
    total++;
    if (tmax[p] <= 4 && tmax[p] >= -2) {
      sum += cbf[p];
      count++;
    }
  }
  const usual = count > 0.05 * total;
  return usual
    ? { value: sum / count, voxels: count, usual }
    : { value: total > 0 ? all / total : 0, voxels: total, usual };
}

/** Voxels with Tmax over `seconds`, without parts under 1 mL, small holes filled. */
export function delayedTissue(input: LesionInput, seconds: number): Uint8Array {
  const raw = maskWhere(input.valid.length, (p) => input.valid[p] && input.tmax[p] > seconds);
  return tidy(raw, input);
}

/** Voxels with CBF under `percent` of normal inside the tissue delayed by more than 6 s, tidied likewise. */
export function coreTissue(input: LesionInput, percent: number, delayed: Uint8Array): Uint8Array {
  const limit = (percent / 100) * input.referenceCbf;
  const raw = maskWhere(delayed.length, (p) => delayed[p] && input.valid[p] && input.cbf[p] < limit);
  const tidied = tidy(raw, input);
  return maskWhere(tidied.length, (p) => tidied[p] && delayed[p]);
}

function tidy(mask: Uint8Array, { shape, voxelMl, valid }: LesionInput): Uint8Array {
  const large = removeSmall(mask, shape, Math.max(2, SMALLEST_ML / voxelMl));
  const filled = fillHoles(large, shape, 1 / voxelMl / 4);
  return maskWhere(filled.length, (p) => filled[p] && (large[p] || valid[p]));
}

/** Volume of a mask in mL. */
export function volumeMl(mask: Uint8Array, voxelMl: number): Millilitres {
  let count = 0;
  for (const x of mask) count += x;
  return count * voxelMl;
}
