import type { Head } from "../anatomy/head.ts";
import { isBrain } from "../anatomy/label.ts";
import { latticeNoise } from "../anatomy/lattice-noise.ts";
import { type OcclusionSite, type PhantomSpec, signOf } from "../spec.ts";
import { TERRITORIES } from "./territory.ts";

/** Zone codes: normal, benign oligaemia (true Tmax 2-6 s), penumbra, core. */
export const ZONE = { normal: 0, oligaemia: 1, penumbra: 2, core: 3 } as const;

/** What lies behind an occlusion: zone code and true delay (tenths of a second) of each voxel of the head. */
export interface Lesion {
  readonly zone: Uint8Array;
  readonly delay: Uint8Array;
}

const SEED_POINT: Readonly<Record<OcclusionSite, readonly [number, number, number]>> = {
  ICA: [34, 0, 16],
  M1: [36, 4, 14],
  "M2-superior": [46, -14, 30],
  "M2-inferior": [50, 38, 16],
  BA: [3, 20, -28],
  P2: [14, 74, 6],
};

const TERRITORY_OF: Readonly<Record<OcclusionSite, readonly string[]>> = {
  ICA: ["MCA", "ACA"],
  M1: ["MCA"],
  "M2-superior": ["MCA"],
  "M2-inferior": ["MCA"],
  BA: ["BA", "PCA-L", "PCA-R"],
  P2: ["PCA"],
};

/** Normal arrival delay of tissue after the carotid terminus, in tenths of a second. */
export function normalDelay(territory: number, grey: boolean): number {
  return (grey ? 11 : 18) + (territory === 5 || territory === 6 ? 4 : territory === 7 ? 3 : 0);
}

/**
 * Grows core, penumbra and a rim of benign oligaemia from the middle of the occluded territory, in the order of a
 * noisy anisotropic distance, until the prescribed volumes are reached exactly (to one voxel of 1 mm3; less only when
 * the territory inside the perfusion slab is too small). The delay falls with that order: from the collateral delay in
 * the depth of the core through 6 s at the outer border of the penumbra to the normal one.
 */
export function growLesion(head: Head, territory: Uint8Array, spec: PhantomSpec, seed: number): Lesion {
  const zone = new Uint8Array(head.labels.length);
  const delay = new Uint8Array(head.labels.length);
  if (!spec.stroke || !spec.occlusion) return { zone, delay };
  const { site, side } = spec.occlusion;
  const sign = signOf(side);
  const letter = sign === 1 ? "L" : "R";
  const allowed = TERRITORIES.map((t) => TERRITORY_OF[site].some((a) => t === a || t === `${a}-${letter}`));
  const [px, py, pz] = SEED_POINT[site];
  const noise = latticeNoise(seed * 7 + 21);
  const out = new Float64Array(4);
  const [nx, ny, nz] = head.shape;
  const [ox, oy, oz] = head.origin;
  const low = site === "BA" ? -1e3 : spec.slabFrom;
  const high = site === "BA" ? 1e3 : spec.slabFrom + 75;
  const where: number[] = [];
  const cost: number[] = [];
  for (let k = 0; k < nz; k++) {
    const lz = oz + k;
    if (lz < low || lz > high) continue;
    const z = lz / head.scale[2];
    for (let j = 0; j < ny; j++) {
      const y = (oy + j) / head.scale[1];
      for (let i = 0; i < nx; i++) {
        const at = (k * ny + j) * nx + i;
        if (!allowed[territory[at]] || !isBrain(head.labels[at])) continue;
        const x = ((ox + i) / head.scale[0]) * (site === "BA" ? 1 : sign);
        const wave = noise(x / 17, y / 17, z / 17, out) * 6 + noise(x / 7, y / 7, z / 7, out) * 2;
        where.push(at);
        cost.push(Math.hypot((x - px) * 1.1, (y - py) * 0.8, (z - pz) * 1) + wave);
      }
    }
  }
  const sorted = Float64Array.from(cost).sort();
  const count = sorted.length;
  const coreCount = Math.min(count, Math.round(spec.stroke.coreMl * 1000));
  const riskCount = Math.min(count, coreCount + Math.round(spec.stroke.penumbraMl * 1000));
  const rimCount = Math.min(count, Math.round(riskCount * 1.22));
  const limit = (n: number): number => (n > 0 ? sorted[n - 1] : Number.NEGATIVE_INFINITY);
  const core = limit(coreCount);
  const risk = limit(riskCount);
  const rim = limit(rimCount);
  const least = count ? sorted[0] : 0;
  const top = spec.stroke.collateralDelayS;
  for (let q = 0; q < where.length; q++) {
    const c = cost[q];
    if (c > rim) continue;
    const at = where[q];
    zone[at] = c <= core ? ZONE.core : c <= risk ? ZONE.penumbra : ZONE.oligaemia;
    const s =
      c <= risk
        ? 6.15 + (top - 6.15) * ((risk - c) / (risk - least || 1)) ** 0.6
        : 2 + 3.9 * ((rim - c) / (rim - risk || 1));
    delay[at] = Math.round(10 * s);
  }
  return { zone, delay };
}
