/**
 * In-plane Gaussian smoothing inside a mask (normalised convolution: nothing from outside the mask bleeds in).
 * `frames`: values on the grid, i fastest; only masked voxels are read and written, others become 0. `sigma` in mm,
 * `spacing` in mm; a third sigma above 0 smooths along slices too. A sigma under a quarter of a voxel does nothing.
 * Changes the frames in place. Source: Knutsson and Westin 1993, doi:10.1109/CVPR.1993.341081.
 */
export function smoothInMask(
  frames: readonly Float32Array[],
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number, number],
  sigma: readonly [number, number, number],
): void {
  const weight = Float32Array.from(mask);
  const spare = new Float32Array(mask.length);
  const box = boundingBox(mask, shape);
  if (box === null) return;
  const strides: [number, number, number] = [1, shape[0], shape[0] * shape[1]];
  const kernels = sigma.map((s, axis) => kernel(s / spacing[axis]));
  const pass = (data: Float32Array): void => {
    for (let axis = 0; axis < 3; axis++) {
      const taps = kernels[axis];
      if (taps.length > 1) convolve(data, spare, taps, axis, strides, box, shape);
    }
  };
  pass(weight);
  for (const frame of frames) {
    for (let p = 0; p < mask.length; p++) if (!mask[p]) frame[p] = 0;
    pass(frame);
    for (let p = 0; p < mask.length; p++) frame[p] = mask[p] ? frame[p] / weight[p] : 0;
  }
}

/** Gaussian taps from the centre outwards, summing to 1 when mirrored; one tap when sigma is under 0.25 voxel. */
function kernel(sigma: number): Float64Array {
  if (!(sigma >= 0.25)) return new Float64Array([1]);
  const radius = Math.max(1, Math.ceil(2.5 * sigma));
  const taps = Float64Array.from({ length: radius + 1 }, (_, d) => Math.exp((-d * d) / (2 * sigma * sigma)));
  const total = 2 * taps.reduce((a, b) => a + b, 0) - taps[0];
  return taps.map((x) => x / total);
}

type Box = readonly [number, number, number, number, number, number];

/** First and last index of a mask along each axis, or null when it is empty. */
function boundingBox(mask: Uint8Array, shape: readonly [number, number, number]): Box | null {
  const [ni, nj, nk] = shape;
  let [i0, i1, j0, j1, k0, k1] = [ni, -1, nj, -1, nk, -1];
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++)
        if (mask[p]) {
          i0 = Math.min(i0, i);
          i1 = Math.max(i1, i);
          j0 = Math.min(j0, j);
          j1 = Math.max(j1, j);
          k0 = Math.min(k0, k);
          k1 = Math.max(k1, k);
        }
  return i1 < 0 ? null : [i0, i1, j0, j1, k0, k1];
}

function convolve(
  data: Float32Array,
  spare: Float32Array,
  taps: Float64Array,
  axis: number,
  strides: readonly [number, number, number],
  box: Box,
  shape: readonly [number, number, number],
): void {
  const stride = strides[axis];
  const size = shape[axis];
  const [i0, i1, j0, j1, k0, k1] = box;
  const radius = taps.length - 1;
  for (let k = k0; k <= k1; k++)
    for (let j = j0; j <= j1; j++) {
      const row = k * strides[2] + j * strides[1];
      const fixed = axis === 1 ? j : k;
      for (let i = i0; i <= i1; i++) {
        const p = row + i;
        const at = axis === 0 ? i : fixed;
        let sum = taps[0] * data[p];
        if (at >= radius && at < size - radius)
          for (let d = 1; d <= radius; d++) sum += taps[d] * (data[p - d * stride] + data[p + d * stride]);
        else
          for (let d = 1; d <= radius; d++) {
            if (at >= d) sum += taps[d] * data[p - d * stride];
            if (at < size - d) sum += taps[d] * data[p + d * stride];
          }
        spare[p] = sum;
      }
    }
  for (let k = k0; k <= k1; k++)
    for (let j = j0; j <= j1; j++) {
      const row = k * strides[2] + j * strides[1];
      data.set(spare.subarray(row + i0, row + i1 + 1), row + i0);
    }
}
