import { indexMap } from "./index-map.ts";
import type { Reduced } from "./reduce.ts";
import type { Rigid } from "./rigid.ts";

/** How alike two volumes are as they lie. */
export interface Likeness {
  /** (H(A) + H(B)) / H(A, B) over the common voxels: 1 unrelated, 2 each tells the other. */
  readonly nmi: number;
  /** Mutual information, nats. */
  readonly mi: number;
  /** Share of the voxels of `fixed` that lie in `moving`, 0..1. */
  readonly overlap: number;
}

/**
 * Normalised mutual information of two volumes when `matrix` takes moving points to fixed ones (LPS mm). Every `stride`th
 * voxel of `fixed` is compared with `moving`, interpolated linearly; `bins` a side over each volume's range, a value of
 * `moving` shared between its two nearest bins (first-order Parzen window, as Mattes' measure has third order). Fewer
 * than 100 common voxels: nmi 1, mi 0. Sources: Studholme 1999 (10.1016/S0031-3203(98)00091-0), Mattes 2003
 * (10.1109/TMI.2003.809072).
 */
export function likeness(fixed: Reduced, moving: Reduced, matrix: Rigid, stride = 1, bins = 40): Likeness {
  const m = indexMap(fixed, moving, matrix);
  const [ni, nj, nk] = fixed.shape;
  const [wi, wj, wk] = moving.shape;
  const plane = wi * wj;
  const joint = new Float64Array(bins * bins);
  const [fLow, fHigh] = fixed.range;
  const [mLow, mHigh] = moving.range;
  const fScale = (bins - 1) / (fHigh - fLow);
  const mScale = (bins - 1) / (mHigh - mLow);
  const data = moving.data;
  const lastI = Math.max(0, wi - 2);
  const lastJ = Math.max(0, wj - 2);
  const lastK = Math.max(0, wk - 2);
  const di = wi > 1 ? 1 : 0;
  const dj = wj > 1 ? wi : 0;
  const dk = wk > 1 ? plane : 0;
  let common = 0;
  let seen = 0;
  let p = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const x0 = m[1]! * j + m[2]! * k + m[3]!;
      const y0 = m[5]! * j + m[6]! * k + m[7]!;
      const z0 = m[9]! * j + m[10]! * k + m[11]!;
      const first = (stride - (p % stride)) % stride;
      for (let i = first; i < ni; i += stride) {
        seen++;
        const x = x0 + m[0]! * i;
        const y = y0 + m[4]! * i;
        const z = z0 + m[8]! * i;
        if (!(x >= 0 && y >= 0 && z >= 0 && x <= wi - 1 && y <= wj - 1 && z <= wk - 1)) continue;
        common++;
        const a = Math.min(x | 0, lastI);
        const b = Math.min(y | 0, lastJ);
        const c = Math.min(z | 0, lastK);
        const u = x - a;
        const v = y - b;
        const w = z - c;
        const o = c * plane + b * wi + a;
        const near =
          (1 - v) * ((1 - u) * data[o]! + u * data[o + di]!) + v * ((1 - u) * data[o + dj]! + u * data[o + dj + di]!);
        const far =
          (1 - v) * ((1 - u) * data[o + dk]! + u * data[o + dk + di]!) +
          v * ((1 - u) * data[o + dk + dj]! + u * data[o + dk + dj + di]!);
        const mv = ((1 - w) * near + w * far - mLow) * mScale;
        const fb = Math.round((fixed.data[p + i]! - fLow) * fScale);
        const mb = Math.min(bins - 2, Math.max(0, mv | 0));
        const share = Math.min(1, Math.max(0, mv - mb));
        const cell = Math.min(bins - 1, Math.max(0, fb)) * bins + mb;
        joint[cell]! += 1 - share;
        joint[cell + 1]! += share;
      }
      p += ni;
    }
  const overlap = seen > 0 ? common / seen : 0;
  if (common < 100) return { nmi: 1, mi: 0, overlap };
  return { ...entropies(joint, bins, common), overlap };
}

function entropies(joint: Float64Array, bins: number, total: number): { nmi: number; mi: number } {
  const rows = new Float64Array(bins);
  const columns = new Float64Array(bins);
  let together = 0;
  const part = (count: number): number => (count > 0 ? -(count / total) * Math.log(count / total) : 0);
  for (let r = 0; r < bins; r++)
    for (let c = 0; c < bins; c++) {
      const n = joint[r * bins + c]!;
      rows[r]! += n;
      columns[c]! += n;
      together += part(n);
    }
  const alone = (counts: Float64Array): number => counts.reduce((sum, n) => sum + part(n), 0);
  const [a, b] = [alone(rows), alone(columns)];
  return { nmi: together > 1e-9 ? (a + b) / together : 1, mi: a + b - together };
}
