import type { Head } from "../anatomy/head.ts";
import { isBrain } from "../anatomy/label.ts";
import { latticeNoise } from "../anatomy/lattice-noise.ts";
import type { Territory } from "../vessels/vessel.ts";

/** Territory names by code; a voxel's code is its index here, 0 outside perfused brain. */
export const TERRITORIES: readonly Territory[] = ["none", "MCA-L", "MCA-R", "ACA-L", "ACA-R", "PCA-L", "PCA-R", "BA"];

/**
 * Arterial territory of each voxel of the head (codes into `TERRITORIES`): brainstem and cerebellum basilar; a medial
 * strip anterior, widening to the vertex; occipital, medial-basal temporal and thalamus posterior; the rest middle
 * cerebral. Borders wander by a seeded noise. After the maps of Tatu 1998, 10.1212/WNL.50.6.1699.
 */
export function territoryMap(head: Head, seed: number): Uint8Array {
  const [nx, ny, nz] = head.shape;
  const [ox, oy, oz] = head.origin;
  const [sx, sy, sz] = head.scale;
  const map = new Uint8Array(head.labels.length);
  const noise = latticeNoise(seed * 7 + 9);
  const out = new Float64Array(4);
  for (let k = 0; k < nz; k++) {
    const z = (oz + k) / sz;
    for (let j = 0; j < ny; j++) {
      const y = (oy + j) / sy;
      for (let i = 0; i < nx; i++) {
        const at = (k * ny + j) * nx + i;
        const label = head.labels[at];
        if (!isBrain(label)) continue;
        if (label >= 12) {
          map[at] = 7;
          continue;
        }
        const x = (ox + i) / sx;
        const ax = Math.abs(x);
        const n = noise(x / 14, y / 14, z / 14, out) * 4;
        const right = x < 0 ? 1 : 0;
        const strip = 14 + n + Math.max(0, z - 28) * 0.42 + Math.max(0, -y - 30) * 0.16;
        const thalamus = ax < 20 && y > 4 && y < 34 && z > -6 && z < 18;
        const occipital = y + n > 66 + Math.max(0, z - 10) * 0.6 + Math.max(0, ax - 30) * 0.9;
        const medialPosterior = y + n > 46 && ax < 24 && z < 28;
        const basal = z + n * 0.6 < -8 && y > 8 && ax < 44;
        let code = 1;
        if (thalamus || occipital || medialPosterior || basal) code = 5;
        else if (ax < strip && z > -14 && (z > 22 || y < -8) && y < 62) code = 3;
        map[at] = code + right;
      }
    }
  }
  return map;
}
