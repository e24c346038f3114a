import type { Volume } from "../../core/volume.ts";

/**
 * A function that reads a volume between its voxels: trilinear at a continuous voxel index (i, j, k).
 * Outside the grid (more than half a voxel) it gives NaN; within half a voxel of the border the border value holds.
 */
export function trilinear(volume: Volume): (i: number, j: number, k: number) => number {
  const { data } = volume;
  const [ni, nj, nk] = volume.shape;
  const plane = ni * nj;
  return (x, y, z) => {
    if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= ni - 0.5 && y <= nj - 0.5 && z <= nk - 0.5)) return Number.NaN;
    const cx = x < 0 ? 0 : x > ni - 1 ? ni - 1 : x;
    const cy = y < 0 ? 0 : y > nj - 1 ? nj - 1 : y;
    const cz = z < 0 ? 0 : z > nk - 1 ? nk - 1 : z;
    const i = Math.floor(cx);
    const j = Math.floor(cy);
    const k = Math.floor(cz);
    const [u, v, w] = [cx - i, cy - j, cz - k];
    const di = i + 1 < ni ? 1 : 0;
    const dj = j + 1 < nj ? ni : 0;
    const dk = k + 1 < nk ? plane : 0;
    const p = k * plane + j * ni + i;
    const low = (data[p] * (1 - u) + data[p + di] * u) * (1 - v) + (data[p + dj] * (1 - u) + data[p + dj + di] * u) * v;
    if (dk === 0 || w === 0) return low;
    const q = p + dk;
    const high =
      (data[q] * (1 - u) + data[q + di] * u) * (1 - v) + (data[q + dj] * (1 - u) + data[q + dj + di] * u) * v;
    return low * (1 - w) + high * w;
  };
}
