import { depthOf, tentorium } from "./cavity.ts";
import { brainstem, callosum, nucleus, ventricles } from "./deep.ts";
import { LABEL } from "./label.ts";
import { latticeNoise } from "./lattice-noise.ts";
import { ellipsoid, smoothstep } from "./shape.ts";

/** How one brain differs from the next. */
export interface BrainShape {
  readonly seed: number;
  /** 0 young and full, 1 old with wide sulci and ventricles. */
  readonly atrophy: number;
}

const CORTEX_MM = 3.3;

/**
 * Returns the label of a point in the cranial cavity. Arguments: atlas position in mm, normalised vault radius, floor
 * height. The cortex is what lies within 3.3 mm of the pia, and the pia follows sulci: level sets of a seeded noise on
 * the brain's hull, extended inwards, each with its own depth; the Sylvian fissure, insula and midline are explicit.
 */
export function brainLabeller(shape: BrainShape) {
  const major = latticeNoise(shape.seed * 7 + 1);
  const minor = latticeNoise(shape.seed * 7 + 2);
  const depthNoise = latticeNoise(shape.seed * 7 + 3);
  const o = new Float64Array(4);
  const o2 = new Float64Array(4);
  const wide = 0.35 + 0.75 * shape.atrophy;
  const gap = 1.6 + 2 * shape.atrophy;
  const enlarge = -0.4 + 2.6 * shape.atrophy;

  /** Distance to the mid sheet of the nearest sulcus through a hull point (mm on the hull). */
  const sheet = (x: number, y: number, z: number): number => {
    const w1 = minor(x / 13, y / 13, z / 13, o2);
    const f = major(x / 15 + w1 * 0.2, y / 15 + w1 * 0.17, z / 15 - w1 * 0.15, o) + 0.12 * w1;
    const g = Math.sqrt(o[1] * o[1] + o[2] * o[2] + o[3] * o[3]);
    return (Math.abs(f) / (g + 0.3)) * 15;
  };

  const cerebellum = (x: number, ax: number, y: number, z: number, depth: number): number => {
    const hemi = ellipsoid(ax - 22, y - 58, z + 34, 37, 38, 31);
    const vermis = ellipsoid(ax, y - 56, z + 24, 15, 30, 27);
    const notch = ax < 7 && y > 84 ? 6 : 0;
    let d = Math.max(Math.min(hemi, vermis), 2.6 + notch - depth, z - tentorium(x, y) + 0.3);
    d = Math.max(d, 4 - ellipsoid(ax, y - 30, z + 32, 19, 17, 16));
    if (d > 0) return 0;
    const w = minor(x / 16, y / 16, z / 16, o2) * 2.2;
    const folia = Math.abs((((Math.hypot((y - 40) * 0.8, z + 30, ax * 0.35) + w) / 4.6) % 1) - 0.5) * 4.6;
    if (d > -2 - 5 * (0.5 + 0.5 * depthNoise(x / 9, y / 9, z / 9, o2)) && folia < 0.42 + wide * 0.25) return LABEL.csf;
    if (Math.abs(ellipsoid(ax - 15, y - 52, z + 34, 8, 6, 5)) < 0.7) return LABEL.cerebellarGrey;
    if (d > -4.4) return LABEL.cerebellarGrey;
    if (d > -13 && folia > 0.4 && folia < 1.7) return LABEL.cerebellarGrey;
    return LABEL.cerebellarWhite;
  };

  return (x: number, y: number, z: number, r: number, floor: number): number => {
    const ax = Math.abs(x);
    const outer = Math.min(depthOf(x, y, z, r) * 0.93, (z - floor) * 0.8);
    if (outer < 0.9) return LABEL.dura;
    // Falx and tentorium
    const falxEdge = y < 0 ? 24 - ((y + 62) / 62) * -8 : 34;
    if (ax < 0.54 && y > -66 && z > (y < -40 ? -18 + (y + 62) * 0.5 : y > 42 ? tentorium(0, y) : falxEdge + 2)) {
      if (callosum(ax, y, z) > 4) return LABEL.dura;
    }
    const tent = tentorium(x, y);
    const inNotch = ax < 21 - Math.max(0, y - 30) * 0.55 && y < 66;
    const behind = y > 12 && !inNotch && (ax - 10) * 29 - (y - 7) * 48 < -60;
    if (behind && Math.abs(z - tent) < 0.45) return LABEL.dura;

    const stem = brainstem(ax, y, z);
    if (stem < 4.2) {
      if (ventricles(ax, y, z, enlarge) < 0) return LABEL.ventricle;
      if (stem < 0) return LABEL.brainstem;
      if (z < -4 && !(y > 26 && z > -48)) return LABEL.csf;
    }
    if ((behind && z < tent) || (z < -8 && y > 36 && z < tent)) {
      return ventricles(ax, y, z, enlarge) < 0 ? LABEL.ventricle : cerebellum(x, ax, y, z, outer) || LABEL.csf;
    }
    if (z < -46 && y > 8) return LABEL.csf;

    // Cisterns
    if (z < -6 && z > -30 && ellipsoid(ax, y - 1, z + 16, 14 - Math.max(0, y) * 0.3, 13.5, 10) < 0) return LABEL.csf;
    if (ellipsoid(ax, y - 46, z + 1, 11, 7.5, 8) < 0) return LABEL.csf;
    if (z < -22 && ax < 15 && y > -20 && y < 14) {
      // Pituitary between the cavernous sinuses
      if (ellipsoid(ax, y + 3, z + 28, 6, 6, 4) < 0) return LABEL.choroid;
      return z < -24 && ax > 6 && y < 4 ? LABEL.dura : LABEL.csf;
    }

    const v = ventricles(ax, y, z, enlarge);
    const cc = ax < 20 ? callosum(ax, y, z) : 9;
    if (v < 0) {
      if (ax < 1 && z > 5) return LABEL.white;
      const n = nucleus(ax, y, z);
      return n === LABEL.choroid ? n : LABEL.ventricle;
    }
    if (ax < 9 && cc < 0) return LABEL.white;

    // Distance to the pia from every side
    let pia = outer - gap;
    const central = ellipsoid(ax, y - 8, z - 4, 9, 30, 17) < 0;
    const medial = central || cc < 0 ? 9 : ax - 0.9 - wide;
    if (medial < 0) return LABEL.csf;
    if (behind && z > tent) pia = Math.min(pia, z - tent - 0.2);

    // Sylvian fissure and insula
    const line = -9 + (y + 14) * 0.52;
    if (ax > 30 && y > -34 && y < 52) {
      const ends = smoothstep(30, 50, y) * 4 + smoothstep(-16, -32, y) * 6;
      const stemSheet = Math.abs(z - line - 1.5 - 1.5 * Math.sin(ax / 6)) * 0.85 - 0.4 - wide * 0.9 + ends;
      const insula = ax - 40.5 + ((y - 2) / 26) ** 2 * 3.2 + ((z - 4 - (y - 4) * 0.3) / 14) ** 2 * 3;
      const patch = ((y - 3) / 24) ** 2 + ((z - 4 - (y - 4) * 0.35) / 14.5) ** 2;
      let s = stemSheet + Math.max(0, 41 - ax) * 1.2;
      const island = Math.abs(insula) - 0.75 - wide * 0.5 + Math.max(0, patch - 1) * 9;
      if (island < s) s = island;
      if (s < 0) return LABEL.csf;
      if (s < pia) pia = s;
    }
    if (y > -30 && y < 12 && ax > 10 && ax <= 46 && z < 2) {
      const ends = smoothstep(-14, -28, y) * 5 + smoothstep(-2, 10, y) * 5 + smoothstep(40, 46, ax) * 5;
      const s = Math.abs(z + 13 - (ax - 14) * 0.12 + y * 0.25) * 0.9 - 1 - wide + ends;
      if (s < 0) return LABEL.csf;
      if (s < pia) pia = s;
    }
    // Sulci of the convexity and base
    if (outer < 30) {
      const k = 1 / r;
      const hx = x * k;
      const hy = 17 + (y - 17) * k;
      const hz = 12 + (z - 12) * k;
      const wobble = outer * 0.12;
      const s = sheet(hx + wobble, hy - wobble, hz + wobble) * r;
      const deep = 15 + 13 * depthNoise(hx / 24, hy / 24, hz / 24, o2);
      const below = outer - gap - deep;
      const half = wide * 0.75 + wide * 1.2 * Math.max(0, 1 - (outer - gap) / 5);
      const d = (below > 0 ? Math.sqrt(s * s + below * below) : s) - half;
      if (d < pia) pia = d;
    }
    // Sulci of the medial wall, with the cingulate sulcus and the calcarine fissure
    if (medial < 16 && !central) {
      const side = x < 0 ? 140 : 90;
      let s = sheet(side + ax * 0.25, y + ax * 0.2, z);
      s = Math.min(s, Math.abs(cc - 12) + (y > 45 ? 8 : 0));
      if (y > 48) s = Math.min(s, Math.abs(z - 3 - (y - 48) * 0.03));
      const below = medial - 7 - 4 * depthNoise(side, y / 20, z / 20, o2);
      const d = (below > 0 ? Math.sqrt(s * s + below * below) : s) - wide * 0.6;
      pia = Math.min(pia, d, medial);
    }
    if (pia < 0) return LABEL.csf;
    const n = pia > 1 || ax < 34 ? nucleus(ax, y, z) : 0;
    if (n && n !== LABEL.choroid) return n;
    return pia < CORTEX_MM && v > 1.5 && cc > 0.5 ? LABEL.grey : LABEL.white;
  };
}
