import { maskWhere } from "./select.ts";

const FAR = 1e20;

/**
 * Squared in-plane Euclidean distance, in mm2, from every pixel of every slice to the nearest set pixel of that slice.
 * `mask`: 0/1, i fastest, shape [ni, nj, nk]; `spacing` in mm. A slice without set pixels gets 1e20 throughout.
 * Source: exact lower envelope of parabolas, Felzenszwalb and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019.
 */
export function squaredDistance(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number],
): Float32Array {
  const [ni, nj, nk] = shape;
  const out = new Float32Array(mask.length);
  const size = Math.max(ni, nj);
  const line = new Float64Array(size);
  const hull = new Int32Array(size);
  const bound = new Float64Array(size + 1);
  const result = new Float64Array(size);
  for (let k = 0; k < nk; k++) {
    const base = k * ni * nj;
    for (let p = base; p < base + ni * nj; p++) out[p] = mask[p] ? 0 : FAR;
    for (let i = 0; i < ni; i++) {
      for (let j = 0; j < nj; j++) line[j] = out[base + j * ni + i];
      parabolaEnvelope(line, nj, spacing[1], hull, bound, result);
      for (let j = 0; j < nj; j++) out[base + j * ni + i] = result[j];
    }
    for (let j = 0; j < nj; j++) {
      const row = base + j * ni;
      for (let i = 0; i < ni; i++) line[i] = out[row + i];
      parabolaEnvelope(line, ni, spacing[0], hull, bound, result);
      for (let i = 0; i < ni; i++) out[row + i] = result[i];
    }
  }
  return out;
}

/** Squared distances along one line (`f` of `n` places `step` mm apart, 1e20: none) into `out`; `hull` and `bound` are room to work in. */
export function parabolaEnvelope(
  f: Float64Array,
  n: number,
  step: number,
  hull: Int32Array,
  bound: Float64Array,
  out: Float64Array,
): void {
  const s2 = step * step;
  let k = -1;
  for (let q = 0; q < n; q++) {
    if (f[q] >= FAR) continue;
    while (k >= 0) {
      const p = hull[k];
      const cross = (f[q] - f[p] + s2 * (q * q - p * p)) / (2 * s2 * (q - p));
      if (cross > bound[k]) {
        bound[k + 1] = cross;
        break;
      }
      k--;
    }
    k++;
    hull[k] = q;
    if (k === 0) bound[0] = -FAR;
  }
  if (k < 0) {
    out.fill(FAR, 0, n);
    return;
  }
  const last = k;
  k = 0;
  for (let q = 0; q < n; q++) {
    while (k < last && bound[k + 1] < q) k++;
    const d = q - hull[k];
    out[q] = s2 * d * d + f[hull[k]];
  }
}

/** In-plane dilation of a 0/1 mask by a disc of `radius` mm; shape and spacing as in `squaredDistance`. */
export function dilate(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number],
  radius: number,
): Uint8Array {
  const d = squaredDistance(mask, shape, spacing);
  return maskWhere(d.length, (p) => d[p] <= radius * radius);
}

/** In-plane erosion of a 0/1 mask by a disc of `radius` mm; the border of the image does not erode. */
export function erode(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number],
  radius: number,
): Uint8Array {
  const inverse = maskWhere(mask.length, (p) => !mask[p]);
  const d = squaredDistance(inverse, shape, spacing);
  return maskWhere(d.length, (p) => d[p] > radius * radius);
}
