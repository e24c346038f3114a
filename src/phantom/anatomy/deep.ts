import { LABEL } from "./label.ts";
import { ellipsoid, type Tube, tube } from "./shape.ts";

const FRONTAL_HORN: Tube = [
  [11, -35, 3, 2.5],
  [8.5, -28, 7, 4.6],
  [6.5, -14, 11, 5],
  [5.5, 0, 15, 4.2],
  [9, 14, 20, 4.6],
  [15, 28, 20, 5],
  [22, 40, 13, 7],
];
const OCCIPITAL_HORN: Tube = [
  [22, 40, 13, 7],
  [25, 56, 8, 4.6],
  [23, 70, 5, 2],
];
const TEMPORAL_HORN: Tube = [
  [23, 42, 10, 6],
  [31, 36, -2, 3.4],
  [33, 22, -13, 2.4],
  [31, 7, -19, 2.2],
  [28, 1, -19, 2],
];
const CHOROID: Tube = [
  [19, 36, 14, 1.5],
  [22, 43, 11, 2.6],
  [26, 42, 4, 1.4],
];
const CAUDATE: Tube = [
  [14, -27, 3, 4],
  [14, -16, 7, 6.4],
  [14.5, -4, 14, 4.6],
  [19, 12, 20, 3],
  [24, 28, 18, 2],
];
const HIPPOCAMPUS: Tube = [
  [25, 6, -19, 4.4],
  [28, 18, -15, 3.8],
  [29, 30, -9, 3],
  [22, 38, 0, 2],
];
const CALLOSUM: Tube = [
  [0, -20, -5, 2],
  [0, -29, 0, 3.2],
  [0, -33, 7, 4.6],
  [0, -28, 17, 4],
  [0, -12, 24, 3.2],
  [0, 10, 27, 3],
  [0, 28, 23, 3.2],
  [0, 37, 15, 5],
  [0, 36, 9, 4],
];
const FORAMEN: Tube = [
  [1, -3, 5, 1.6],
  [6, -4, 10, 2.2],
];
const MEDULLA: Tube = [
  [0, 28, -42, 9.5],
  [0, 34, -58, 7.6],
  [0, 43, -72, 6],
  [0, 46, -230, 5.8],
];
const AQUEDUCT: Tube = [
  [0, 25, 1, 1.1],
  [0, 33, -8, 0.9],
  [0, 36, -18, 1.3],
];

/**
 * Signed distance in mm to the ventricles of one half; `ax` is |x|, `enlarge` mm widens them (age, hydrocephalus).
 */
export function ventricles(ax: number, y: number, z: number, enlarge: number): number {
  if (ax > 48 || y < -50 || y > 86 || z > 44 || z < -58) return 9;
  let d = tube(FRONTAL_HORN, ax, y, z, 0.72);
  d = Math.min(d, tube(OCCIPITAL_HORN, ax, y, z, 0.7), tube(TEMPORAL_HORN, ax, y, z));
  d -= enlarge;
  if (ax < 12) {
    d = Math.min(
      d,
      ellipsoid(ax, y - 9, z + 2, 2.2 + enlarge * 0.8, 17, 11),
      tube(AQUEDUCT, ax, y, z),
      ellipsoid(ax, y - 42, z + 31, 7.5 + enlarge, 5.5 + enlarge * 0.5, 11),
      tube(FORAMEN, ax, y, z),
    );
  }
  return d;
}

/** Signed distance in mm to the corpus callosum in the midline, thinning sideways. */
export function callosum(ax: number, y: number, z: number): number {
  if (z > 50 || z < -25 || y > 62) return 60;
  return tube(CALLOSUM, 0, y, z) + (ax > 9 ? (ax - 9) * 0.5 : 0);
}

/** Deep grey nucleus, choroid plexus or 0 at a point of one half (caudate, lentiform, thalamus, hippocampus ...). */
export function nucleus(ax: number, y: number, z: number): number {
  if (ax > 42 || y < -36 || y > 48 || z > 30 || z < -30) return 0;
  if (tube(CHOROID, ax, y, z) < 0) return LABEL.choroid;
  if (tube(CAUDATE, ax, y, z) < 0) return LABEL.deepGrey;
  if (ax > 12 && ax < 38 && y > -26 && y < 26 && z > -14 && z < 22) {
    // Lentiform: a wedge, its blunt side on the insula; a lamina parts putamen and pallidum.
    const tilt = ax - 0.3 * (y + 8);
    const body = ellipsoid(ax - 25, y - 1 - (ax - 25) * 0.2, z - 3, 8.2, 19, 11.5);
    const medial = 15.5 + Math.abs(y - 1) * 0.28 + Math.abs(z - 2) * 0.25;
    if (body < 0 && ax > medial && Math.abs(tilt - 19.5) > 0.45) return LABEL.deepGrey;
    // Claustrum
    if (Math.abs(body - 2.6) < 0.7 && ax > 27 && Math.abs(y - 2) < 15) return LABEL.deepGrey;
  }
  const c = 0.92;
  const s = 0.39;
  const tx = ax - 11.5;
  const ty = y - 17;
  if (ax > 1.6 && ellipsoid(tx * c - ty * s * 0.6, ty * c + tx * s, z - 7, 8.6, 15, 9.5) < 0) return LABEL.deepGrey;
  if (tube(HIPPOCAMPUS, ax, y, z) < 0) return LABEL.deepGrey;
  if (ellipsoid(ax - 23, y - 2, z + 19, 7, 7, 7) < 0) return LABEL.deepGrey;
  if (ellipsoid(ax - 5, y - 20, z + 9, 3, 3.2, 4) < 0) return LABEL.deepGrey;
  return 0;
}

/** Signed distance in mm to the brainstem (midbrain with crura, pons, medulla). */
export function brainstem(ax: number, y: number, z: number): number {
  if (ax > 28 || z > 14 || y < 2 || (z > -60 && y > 66)) return 1e3;
  let d = 1e9;
  if (z > -26) {
    const w = z > -2 ? 1 - (z + 2) / 12 : 1;
    d = Math.min(
      ellipsoid(ax, y - 27, z + 10, 13 * w, 11, 22),
      ellipsoid(ax - 9, y - 19, z + 12, 7.2, 8.5, 18),
      ellipsoid(ax - 6, y - 36, z + 9, 5.5, 4.5, 9),
    );
    if (ax < 3.2 && y < 17 - ax && z < -6) d = Math.max(d, 3 - ax);
  }
  if (z < -12)
    d = Math.min(d, ellipsoid(ax, y - 26, z + 32, 17.5, 13, 14.5), ellipsoid(ax - 13, y - 36, z + 32, 8, 9, 8));
  if (z < -36) d = Math.min(d, tube(MEDULLA, ax, y, z));
  return d;
}
