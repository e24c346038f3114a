import { type PhantomSpec, signOf } from "../spec.ts";
import type { Head } from "./head.ts";
import { isBrain, LABEL } from "./label.ts";
import { latticeNoise } from "./lattice-noise.ts";

/** An intracerebral haematoma as built: exact volume in mL (1 mm voxels) and centre of mass in LPS mm. */
export interface HaematomaTruth {
  readonly ml: number;
  readonly centreMm: readonly [number, number, number];
}

/** Puts a haematoma of exactly `ml` into the head, in place, with a rim of oedema of about 3 mm. */
export function addHaematoma(head: Head, spec: NonNullable<PhantomSpec["haematoma"]>, seed: number): HaematomaTruth {
  const sign = signOf(spec.side);
  const c = spec.location === "deep" ? [26, 4, 5] : [38, 44, 30];
  const noise = latticeNoise(seed * 7 + 31);
  const out = new Float64Array(4);
  const cost: number[] = [];
  const where: number[] = [];
  const [nx, ny, nz] = head.shape;
  const [ox, oy, oz] = head.origin;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = (k * ny + j) * nx + i;
        if (!isBrain(head.labels[at]) && head.labels[at] !== LABEL.ventricle) continue;
        const x = ((ox + i) / head.scale[0]) * sign - c[0];
        const y = (oy + j) / head.scale[1] - c[1];
        const z = (oz + k) / head.scale[2] - c[2];
        if (Math.abs(x) > 50 || Math.abs(y) > 60 || Math.abs(z) > 45) continue;
        where.push(at);
        cost.push(Math.hypot(x * 1.25, y * 0.8, z) + 3 * noise(x / 9, y / 9, z / 9, out));
      }
    }
  }
  const sorted = Float64Array.from(cost).sort();
  const count = Math.min(sorted.length, Math.round(spec.ml * 1000));
  const limit = sorted[count - 1];
  const sum = [0, 0, 0];
  let made = 0;
  for (let q = 0; q < where.length; q++) {
    const at = where[q];
    if (cost[q] <= limit) {
      head.labels[at] = LABEL.blood;
      made++;
      sum[0] += ox + (at % nx);
      sum[1] += oy + (Math.floor(at / nx) % ny);
      sum[2] += oz + Math.floor(at / (nx * ny));
    } else if (cost[q] <= limit + 3.5 && isBrain(head.labels[at])) head.labels[at] = LABEL.oedema;
  }
  return { ml: made / 1000, centreMm: [sum[0] / made, sum[1] / made, sum[2] / made] };
}

/** Replaces the fluid of basal cisterns and fissures by fresh blood, thinning away from the circle of Willis; mL. */
export function addSubarachnoidBlood(
  head: Head,
  spec: NonNullable<PhantomSpec["subarachnoidBlood"]>,
  seed: number,
): number {
  const sign = signOf(spec.side);
  const noise = latticeNoise(seed * 7 + 33);
  const out = new Float64Array(4);
  const [nx, ny, nz] = head.shape;
  let made = 0;
  for (let k = 0; k < nz; k++) {
    const z = (head.origin[2] + k) / head.scale[2];
    if (z < -55 || z > 45) continue;
    for (let j = 0; j < ny; j++) {
      const y = (head.origin[1] + j) / head.scale[1];
      for (let i = 0; i < nx; i++) {
        const at = (k * ny + j) * nx + i;
        if (head.labels[at] !== LABEL.csf) continue;
        const x = (head.origin[0] + i) / head.scale[0];
        const reach = 30 + 9 * spec.thicknessMm + (x * sign > 0 ? 8 : 0);
        if (Math.hypot(x * 0.75, y * 0.85, z + 10) + 12 * noise(x / 15, y / 15, z / 15, out) > reach) continue;
        head.labels[at] = LABEL.subarachnoidBlood;
        made++;
      }
    }
  }
  return made / 1000;
}

/** A subdural collection as built: greatest thickness (mm, along x), volume in mL and midline shift in mm. */
export interface SubduralTruth {
  readonly thicknessMm: number;
  readonly ml: number;
  readonly shiftMm: number;
}

/**
 * Puts a crescent of subdural fluid under the vault and pushes the brain aside, row by row: the affected hemisphere is
 * squeezed between the collection and a midline displaced by `shiftMm`, the other one takes up the rest.
 */
export function addSubdural(head: Head, spec: NonNullable<PhantomSpec["subdural"]>): SubduralTruth {
  const sign = signOf(spec.side);
  const [nx, ny, nz] = head.shape;
  const inside = (label: number): boolean =>
    (label >= LABEL.csf && label <= LABEL.cerebellarWhite) || label === LABEL.choroid || label === LABEL.blood;
  const row = new Uint8Array(nx);
  let made = 0;
  let thickest = 0;
  for (let k = 0; k < nz; k++) {
    const z = (head.origin[2] + k) / head.scale[2];
    if (z < -14 || z > 72) continue;
    for (let j = 0; j < ny; j++) {
      const y = (head.origin[1] + j) / head.scale[1];
      const crescent = 1 - ((y - 8) / 74) ** 2 - ((z - 28) / 43) ** 2;
      if (crescent <= 0) continue;
      const base = (k * ny + j) * nx;
      let first = -1;
      let last = -1;
      for (let i = 0; i < nx; i++) {
        row[i] = head.labels[base + i];
        if (!inside(row[i])) continue;
        if (first < 0) first = i;
        last = i;
      }
      if (first < 0 || last - first < 24) continue;
      const mid = -head.origin[0];
      const edge = sign === 1 ? last - mid : mid - first;
      const far = sign === 1 ? mid - first : last - mid;
      const thick = Math.min(spec.thicknessMm, edge * 0.6) * Math.min(1, Math.sqrt(crescent) * 1.12);
      const shift = spec.shiftMm * Math.sqrt(crescent);
      thickest = Math.max(thickest, thick);
      for (let i = first; i <= last; i++) {
        const u = (i - mid) * sign;
        if (u > edge - thick && u <= edge - 1) {
          head.labels[base + i] = LABEL.subdural;
          made++;
          continue;
        }
        const s = u > -shift ? ((u + shift) / (edge - thick + shift)) * edge : -((u + shift) / (-far + shift)) * far;
        const from = Math.round(mid + s * sign);
        if (from >= first && from <= last) head.labels[base + i] = row[from];
      }
    }
  }
  return { thicknessMm: thickest, ml: made / 1000, shiftMm: spec.shiftMm };
}
