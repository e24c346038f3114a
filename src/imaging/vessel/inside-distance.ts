import { parabolaEnvelope } from "../mask/distance.ts";

/**
 * Euclidean distance, mm, from each voxel of a mask to the nearest wall: the nearest voxel outside, less half a voxel; 0
 * outside. `mask` 0/1, `shape` [ni, nj, nk], i fastest; `spacing` mm. The border of the grid is no wall.
 * Source: exact lower envelope of parabolas, as `squaredDistance`.
 */
export function insideDistance(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number, number],
): Float32Array {
  const far = 1e20;
  const out = new Float32Array(mask.length);
  for (let p = 0; p < mask.length; p++) out[p] = mask[p] ? far : 0;
  const longest = Math.max(...shape);
  const line = new Float64Array(longest);
  const hull = new Int32Array(longest);
  const bound = new Float64Array(longest + 1);
  const result = new Float64Array(longest);
  const strides = [1, shape[0], shape[0] * shape[1]];
  for (let axis = 0; axis < 3; axis++) {
    const [stride, size] = [strides[axis], shape[axis]];
    for (let start = 0; start < mask.length; start++) {
      if (Math.floor(start / stride) % size !== 0) continue;
      let any = false;
      for (let n = 0, p = start; n < size; n++, p += stride) {
        line[n] = out[p];
        if (line[n] > 0) any = true;
      }
      if (!any) continue;
      parabolaEnvelope(line, size, spacing[axis], hull, bound, result);
      for (let n = 0, p = start; n < size; n++, p += stride) out[p] = result[n];
    }
  }
  const half = Math.min(...spacing) / 2;
  for (let p = 0; p < out.length; p++) out[p] = out[p] > 0 ? Math.sqrt(out[p]) - half : 0;
  return out;
}
