import { LABEL } from "./label.ts";
import { ellipsoid, smoothstep, type Tube, tube } from "./shape.ts";

const OPTIC_NERVE: Tube = [
  [15, -22, -27, 2],
  [24, -42, -30, 2.1],
  [32, -58, -32, 2.3],
];
const RAMUS: Tube = [
  [45, -12, -106, 4],
  [48, 0, -76, 4],
  [50, 2, -48, 5],
];
const ZYGOMA: Tube = [
  [40, -66, -48, 6],
  [57, -48, -46, 3.4],
  [65, -20, -44, 2.6],
  [63, 4, -42, 3],
];
const PTERYGOID: Tube = [
  [23, -22, -52, 2.4],
  [20, -20, -80, 1.8],
];
const NOSE: Tube = [
  [0, -86, -28, 10],
  [0, -98, -54, 11],
];

/**
 * Label of a point outside the cranial cavity and the skull vault: orbits, nose and sinuses, jaws, pharynx, upper neck
 * with the cervical spine; air beyond the skin. `noise` in -1..1 roughens the air cells.
 */
export function faceLabel(x: number, y: number, z: number, noise: number): number {
  const ax = Math.abs(x);
  const skin = skinDistance(ax, y, z);
  if (skin > 0) return LABEL.air;
  if (skin > -1.8) return LABEL.skin;

  // Spine: bodies with discs, arch, transverse processes, canal
  if (z < -64 && y > 12) {
    const level = (((-z - 66) % 19) + 19) % 19;
    if (Math.hypot(ax, y - 46) < 9.5) return Math.hypot(ax, y - 46) < 5.8 ? LABEL.brainstem : LABEL.csf;
    const bodyD = ellipsoid(ax, y - 28, 0, 10.5, 9, 1e3);
    if (bodyD < 0)
      return z > -84
        ? ax < 6 && y < 36
          ? LABEL.diploe
          : LABEL.bone
        : level > 15
          ? LABEL.disc
          : bodyD > -1.6
            ? LABEL.bone
            : LABEL.diploe;
    const ring = Math.hypot(ax, (y - 46) * 0.95);
    if (ring < 14.5 && ring > 10.5 && level < 13) return LABEL.bone;
    if (ax < 3.5 && y > 58 && y < 80 && level < 10) return LABEL.bone;
    const lateralMass =
      z > -84 ? ellipsoid(ax - 20, y - 38, z + 74, 9, 9, 9) : ellipsoid(ax - 17, y - 38, level - 7, 5.5, 6, 8);
    if (lateralMass < 0) return lateralMass > -1.8 ? LABEL.bone : LABEL.diploe;
    if (ellipsoid(ax - 25, y - 32, level - 8, 4.5, 4.5, 4) < 0 && Math.hypot(ax - 25, y - 32) > 2.8) return LABEL.bone;
  }
  // Brow and root of the nose
  if (z > -40 && z < -10 && y < -48 && ax < 52 && skin < -4.5 && skin > -11) {
    if (ax < 13 ? z > -26 && y > -90 : z > -19 - ax * 0.04) return skin > -6 || skin < -9.4 ? LABEL.bone : LABEL.diploe;
  }
  // Orbit: cone of fat with globe, nerve and muscles
  if (z > -52 && z < -12 && y < -18 && y > -96 && ax > 8 && ax < 54) {
    const t = (-y - 20) / 52;
    const cx = 15 + 17 * t;
    const cz = -28 - 4 * t;
    const rad = 3.5 + 16 * Math.min(1, t);
    const rr = Math.hypot((ax - cx) * (ax > cx ? 0.92 : 1), z - cz);
    const globe = Math.hypot(ax - 33, y + 70, z + 32);
    if (globe < 13) {
      if (Math.hypot((ax - 33) / 5, (y + 79) / 2.4, (z + 32) / 5) < 1) return LABEL.lens;
      return globe > 11.9 ? LABEL.muscle : LABEL.vitreous;
    }
    if (t > 0 && t < 1.02 && rr < rad) {
      if (tube(OPTIC_NERVE, ax, y, z) < 0) return LABEL.brainstem;
      const wall = rad - rr;
      const angle = Math.atan2(z - cz, ax - cx);
      if (t < 0.93 && wall > 1 && wall < 4.2 && Math.abs(Math.sin(2 * angle)) < 0.5) return LABEL.muscle;
      return LABEL.fat;
    }
    if (t > -0.05 && t < 0.98 && rr < rad + 2.3 && skin < -7) return LABEL.bone;
  }
  // Air: paranasal sinuses, nose, pharynx
  if (y < 10) {
    const cell = noise * 1.2;
    if (ellipsoid(ax - 7, y + 12, z + 41, 10, 11, 8) + cell < 0 && ax > 0.7) return LABEL.air;
    if (z > -46 && z < -24 && y > -74 && y < -24 && ax < 15) {
      if (ax < 1.1) return LABEL.bone;
      const wall = Math.min(Math.abs(((y + 100) % 8) - 4), Math.abs(ax - 6), Math.abs(((z + 100) % 9) - 4.5), 15 - ax);
      return wall < 0.9 ? LABEL.bone : noise > 0.45 ? LABEL.mucosa : LABEL.air;
    }
    const maxillary = ellipsoid(ax - 29, y + 55, z + 62, 14.5, 16, 15.5);
    if (maxillary < 0) return maxillary > -1.2 - noise ? LABEL.mucosa : LABEL.air;
    if (maxillary < 2 && z > -84) return LABEL.bone;
    if (z < -44 && z > -76 && y > -96 && y < -20 && ax < 14.5) {
      if (ax < 1.2) return LABEL.bone;
      const concha = Math.hypot(ax - 9, ((z + 100) % 12) - 6) - 3.4 - noise;
      if (concha < 0 && y > -80) return LABEL.mucosa;
      return y < -88 && ax > 8 ? LABEL.skin : ax > 12.8 ? LABEL.bone : LABEL.air;
    }
  }
  if (
    z < -48 &&
    ellipsoid(ax, y + 8 - Math.min(0, z + 100) * -0.06, 0, z > -84 ? 11 : 8.5, z > -84 ? 9 : 5.5, 1e3) < 0 &&
    z > -158
  ) {
    return LABEL.air;
  }
  // Ear canal and mastoid are in the skull base; jaws here
  if (z < -28 && z > -126) {
    const arch = Math.hypot(ax / 25, Math.max(0, -(y + 44)) / 36 + (y > -44 ? 0 : 0));
    if (z < -76 && z > -92 && y < -30 && y > -84) {
      if (Math.abs(arch - 1) < 0.13) return z < -82 ? LABEL.tooth : LABEL.bone;
      if (arch < 0.9 && z > -80) return LABEL.bone;
    }
    if (z <= -92 && z > -118 && y < -8 && y > -86) {
      const w = 26 + Math.max(0, (y + 44) * 0.55);
      const jaw = y < -44 ? Math.abs(arch - 1.02) * 26 : Math.abs(ax - w);
      if (jaw < 5.2) return z > -98 && y < -36 ? LABEL.tooth : jaw > 3.4 || z < -114 ? LABEL.bone : LABEL.diploe;
    }
    // Ramus, condyle, zygoma
    const ramus = tube(RAMUS, ax, y, z, 0.5);
    if (ramus < 0) return ramus > -1.6 ? LABEL.bone : LABEL.diploe;
    const zygoma = tube(ZYGOMA, ax, y, z);
    if (zygoma < 0) return LABEL.bone;
    if (tube(PTERYGOID, ax, y, z) < 0) return LABEL.bone;
    const tongue = ellipsoid(ax, y + 48, z + 92, 21, 32, 17);
    if (tongue < 0) return LABEL.muscle;
    if (ellipsoid(ax - 53, y + 8, z + 78, 9, 20, 30) < 0 || ellipsoid(ax - 39, y + 6, z + 72, 5, 16, 26) < 0)
      return LABEL.muscle;
    if (ellipsoid(ax - 58, y + 6, z + 30, 6, 26, 30) < 0) return LABEL.muscle;
    if (ellipsoid(ax - 54, y - 12, z + 80, 8, 10, 22) < 0) return LABEL.mucosa;
  }
  if (y > 50 && z < -40) {
    const plane = Math.abs(((Math.hypot(ax - 4, y - 30) + noise * 3) % 14) - 7);
    return skin < -7 && plane > 1 ? LABEL.muscle : LABEL.fat;
  }
  if (z < -84) {
    if (ellipsoid(ax - 44, y - 18 + (z + 110) * 0.25, 0, 10, 14, 1e3) < 0) return LABEL.muscle;
    if (ellipsoid(ax - 9, y - 15, 0, 8, 6, 1e3) < 0) return LABEL.muscle;
    if (Math.hypot(ax, y - 30) < 36 && Math.hypot(ax, y - 30) > 16) return noise > -0.55 ? LABEL.muscle : LABEL.fat;
  }
  return skin < -9 && noise > -0.25 ? LABEL.muscle : LABEL.fat;
}

/** Approximate signed distance to the skin of face and neck (the vault's scalp is made with the skull). */
export function skinDistance(ax: number, y: number, z: number): number {
  const cranial = ellipsoid(ax, y - 17, z - 12, 78.5, 100, z > 12 ? 76 : 106);
  let d = z > -66 ? cranial : 40;
  if (z < 20 && !(z > -20 && y > 20)) {
    const jawTaper = 1 - 0.34 * smoothstep(-60, -125, z);
    d = Math.min(d, ellipsoid(ax, y + 34, z + 62, 69 * jawTaper, 62, 68));
    d = Math.min(d, ellipsoid(ax, y + 92, z + 52, 15, 18, 17), tube(NOSE, ax, y, z));
    const neck = 1 + 0.12 * smoothstep(-130, -190, z);
    if (z < -30) d = Math.min(d, Math.max(ellipsoid(ax, y - 26, 0, 60 * neck, 60 * neck, 1e3), z + 30));
  }
  return d;
}
