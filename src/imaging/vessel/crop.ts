import { toPatient } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";

/** A part of a volume with the mask in it; `from` is its first voxel in the whole. */
export interface Cropped {
  readonly volume: Volume;
  readonly mask: Uint8Array;
  readonly from: readonly [number, number, number];
}

/**
 * The box of a volume that holds a 0/1 mask and `margin` voxels about it (less where the volume ends). The origin moves
 * along, so patient positions stay what they are. An empty mask gives a box of no voxels.
 */
export function cropToMask(volume: Volume, mask: Uint8Array, margin: number): Cropped {
  const [ni, nj, nk] = volume.shape;
  const low = [ni, nj, nk];
  const high = [-1, -1, -1];
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        if (!mask[p]) continue;
        if (i < low[0]) low[0] = i;
        if (i > high[0]) high[0] = i;
        if (j < low[1]) low[1] = j;
        if (j > high[1]) high[1] = j;
        if (k < low[2]) low[2] = k;
        if (k > high[2]) high[2] = k;
      }
  if (high[0] < 0)
    return {
      volume: { ...volume, shape: [0, 0, 0], data: new Int16Array(0) },
      mask: new Uint8Array(0),
      from: [0, 0, 0],
    };
  const from = low.map((v) => Math.max(0, v - margin)) as [number, number, number];
  const to = high.map((v, a) => Math.min(volume.shape[a] - 1, v + margin));
  const shape = to.map((v, a) => v - from[a] + 1) as [number, number, number];
  const size = shape[0] * shape[1] * shape[2];
  const data = new (volume.data.constructor as Int16ArrayConstructor)(size) as Volume["data"];
  const cut = new Uint8Array(size);
  for (let k = 0, to0 = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++, to0 += shape[0]) {
      const p = ((k + from[2]) * nj + j + from[1]) * ni + from[0];
      data.set(volume.data.subarray(p, p + shape[0]), to0);
      cut.set(mask.subarray(p, p + shape[0]), to0);
    }
  const origin = toPatient(volume, ...from);
  return { volume: { ...volume, data, shape, origin }, mask: cut, from };
}
