import type { Grid } from "../../core/geometry.ts";
import { AXIAL } from "../../core/geometry.ts";
import { type BrainShape, brainLabeller } from "./brain.ts";
import { base, depthOf, petrous, vaultRadius } from "./cavity.ts";
import { faceLabel, skinDistance } from "./face.ts";
import { LABEL } from "./label.ts";
import { latticeNoise } from "./lattice-noise.ts";
import { smoothstep } from "./shape.ts";

/** The head as labels on a 1 mm grid (LPS), with the scale that carries atlas mm into patient mm. */
export interface Head extends Grid {
  readonly labels: Uint8Array;
  /** patient mm = atlas mm * scale, per axis. */
  readonly scale: readonly [number, number, number];
}

/** How one head differs from the next. */
export interface HeadShape extends BrainShape {
  readonly scale: readonly [number, number, number];
}

/** The grid every head is rasterised on: 1 mm, from the fourth cervical vertebra to above the vertex. */
export const HEAD_GRID: Grid = {
  shape: [169, 224, 250],
  spacing: [1, 1, 1],
  origin: [-84, -105, -163],
  direction: AXIAL,
};

/**
 * Rasterises the head. Skull vault with diploe and sutural roughness, base with petrous bones, mastoid and sinus air,
 * face, upper neck and brain; one label per cubic millimetre, seeded.
 */
export function rasteriseHead(shape: HeadShape): Head {
  const [nx, ny, nz] = HEAD_GRID.shape;
  const [ox, oy, oz] = HEAD_GRID.origin;
  const labels = new Uint8Array(nx * ny * nz);
  const brain = brainLabeller(shape);
  const rough = latticeNoise(shape.seed * 7 + 5);
  const out = new Float64Array(4);
  const floors = new Float32Array(nx * ny);
  const thick = new Float32Array(nx * ny);
  const [sx, sy, sz] = shape.scale;
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const b = base((ox + i) / sx, (oy + j) / sy);
      floors[j * nx + i] = b.floor;
      thick[j * nx + i] = b.thickness;
    }
  }
  for (let k = 0; k < nz; k++) {
    const z = (oz + k) / sz;
    for (let j = 0; j < ny; j++) {
      const y = (oy + j) / sy;
      for (let i = 0; i < nx; i++) {
        const x = (ox + i) / sx;
        const floor = floors[j * nx + i];
        const r = vaultRadius(x, y, z);
        const at = (k * ny + j) * nx + i;
        if (r < 1 && z > floor) {
          labels[at] = z < -66 ? faceLabel(x, y, z, 0) : brain(x, y, z, r, floor);
          continue;
        }
        if (r > 1.45) {
          if (z > 20) continue;
          if (skinDistance(Math.abs(x), y, z) > 0) continue;
        }
        labels[at] = shell(x, y, z, r, floor, thick[j * nx + i], rough(x / 5, y / 5, z / 5, out));
      }
    }
  }
  return { ...HEAD_GRID, labels, scale: shape.scale };
}

function shell(x: number, y: number, z: number, r: number, floor: number, thickness: number, noise: number): number {
  const ax = Math.abs(x);
  const outside = -depthOf(x, y, z, r);
  const low = floor - thickness;
  // Vault thickness: thin temporal squama, thick occiput and frontal bone.
  const squama = 2.6 * smoothstep(34, 46, ax) * smoothstep(30, 14, z) * smoothstep(-55, -38, y) * smoothstep(52, 34, y);
  const table = 5.9 - squama + 2.2 * smoothstep(70, 100, y) + smoothstep(-40, -60, y) + noise * 0.5;
  const inVault =
    outside > 0 && outside < table && z > Math.min(-18, low + 2) - (y > 60 ? 34 : 0) && z > -64 + (y < 60 ? 10 : 0);
  const front = y < -46 && z < -14 && ax < 56;
  if (inVault && !(front && z < -20)) {
    if (outside > 1.1 && outside < table - 1.3 && frontalSinus(ax, y, z)) return ax < 0.8 ? LABEL.bone : LABEL.air;
    const lamina = 1.5 + 0.4 * noise;
    return table > 5 && outside > lamina && outside < table - lamina ? LABEL.diploe : LABEL.bone;
  }
  if (outside <= table && z <= floor && z > low && floor > -200) {
    const { across, along } = petrous(ax, y);
    if (along > 0.55 && along < 1.4 && across < 9 && ax > 38) {
      return noise > -0.12 || outside > -2 ? LABEL.bone : LABEL.air;
    }
    if (along > 0.3 && along < 0.75 && Math.abs(across) < 8) {
      // Middle ear, labyrinth and internal canal
      if (Math.hypot(ax - 46, y - 22, z + 38) < 5) return LABEL.air;
      if (Math.abs(y - 24) < 2.2 && Math.abs(z + 38) < 2.2 && ax < 34) return LABEL.csf;
      if (Math.abs(Math.hypot(ax - 38, y - 26, z + 37) - 3.4) < 0.7) return LABEL.csf;
    }
    const sphenoid = ((ax - 6.5) / 10.5) ** 2 + ((y + 11) / 11) ** 2 + ((z + 41) / 7.5) ** 2;
    if (sphenoid < 1 && ax > 0.7) return LABEL.air;
    const edge = Math.min(floor - z, z - low);
    return edge < 1.8 || Math.abs(across) < 12 ? LABEL.bone : noise > -0.1 ? LABEL.bone : LABEL.diploe;
  }
  // Mastoid process and ear canal
  const mastoid = ((ax - 56) / 11) ** 2 + ((y - 34) / 13) ** 2 + ((z + 48) / 20) ** 2;
  if (mastoid < 1) return noise > -0.08 || mastoid > 0.78 ? LABEL.bone : LABEL.air;
  if (ax > 44 && ax < 80 && Math.hypot(y - 16, z + 40) < 3.4) return LABEL.air;
  const scalp = 6.2 + (z < 0 ? 1.4 : 0);
  if (z > -40 && outside >= 0 && outside < table + scalp && !(front && z < -16)) {
    const s = outside - table;
    if (s < 0) return faceLabel(x, y, z, noise);
    if (s < 5.2 * smoothstep(42, 54, ax) * smoothstep(34, 12, z) * smoothstep(-60, -40, y) * smoothstep(48, 28, y))
      return LABEL.muscle;
    return s > scalp - 2.6 ? LABEL.skin : s < 1 ? LABEL.muscle : LABEL.fat;
  }
  if (z > 0 && outside > 0) return LABEL.air;
  return faceLabel(x, y, z, noise);
}

function frontalSinus(ax: number, y: number, z: number): boolean {
  return y < -60 && ((ax - 12) / 13) ** 2 + ((z + 8) / 15) ** 2 < 1 && y < -68;
}
