import { cross, dot, sub, type Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "../vessel/marching.ts";
import { meshSize } from "../vessel/mesh.ts";
import { convexHull } from "./hull.ts";
import { type CutLoop, cutByPlane, type Plane } from "./plane-cut.ts";

/** Size and shape of an aneurysm above its neck plane. Lengths in mm, volume in mm3, area in mm2. */
export interface Morphometry {
  /** Mean of the neck's diameters through its centre, and the smallest and largest of them. */
  readonly neck: number;
  readonly neckLeast: number;
  readonly neckMost: number;
  /** Largest distance from the neck plane. */
  readonly height: number;
  /** Largest distance from the centre of the neck. */
  readonly reach: number;
  /** Largest width parallel to the neck plane. */
  readonly width: number;
  /** The larger of reach and width: the size that a report gives. */
  readonly size: number;
  readonly volume: number;
  /** Of the dome, without the ostium. */
  readonly area: number;
  readonly aspectRatio: number;
  readonly bottleneck: number;
  readonly heightToWidth: number;
  /** Reach over the mean diameter of the parent vessel; null when that is not given. */
  readonly sizeRatio: number | null;
  readonly undulation: number;
  readonly ellipticity: number;
  readonly nonSphericity: number;
}

/** A measured aneurysm with what the measures were read from. */
export interface MeasuredDome {
  readonly values: Morphometry;
  readonly plane: Plane;
  readonly neckCentre: Vec3;
  readonly neckLine: readonly Vec3[];
  /** The dome, open at the neck. */
  readonly mesh: Mesh;
}

/** Why a plane gives no aneurysm. */
export interface NoDome {
  readonly code: "nothing-above" | "not-a-neck" | "flat" | "branches";
  readonly reason: string;
}

/**
 * Measures the piece of a closed surface above a neck plane. `inside`: a point in the dome, LPS mm. `parentMm`: mean
 * diameter of the parent vessel. A plane that does not cut this piece off along one closed line gives the reason.
 * Indices: aspect ratio H/N, bottleneck D/N, size ratio Hmax/parent, undulation 1 - V/Vhull, ellipticity and
 * non-sphericity 1 - (18 pi)^(1/3) V^(2/3) / S with S without the ostium, so that a hemisphere gives exactly 0 and a
 * whole sphere .206. Sources: Raghavan 2005 JNS 102:355; Dhar 2008, doi:10.1227/01.NEU.0000316847.64140.81.
 */
export function measureDome(mesh: Mesh, plane: Plane, inside: Vec3, parentMm?: number): MeasuredDome | NoDome {
  const part = cutByPlane(mesh, plane, inside);
  if (!part) return { code: "nothing-above", reason: "Nothing of the vessel lies above this plane: turn it over." };
  const [loop, second] = part.loops;
  if (!loop) return { code: "not-a-neck", reason: "This plane does not cut the vessel: move it to the neck." };
  if (second && second.lengthMm > 0.2 * loop.lengthMm)
    return {
      code: "not-a-neck",
      reason: `This plane cuts the piece above it in ${part.loops.length} places: move it toward the dome.`,
    };
  const centre = loopCentre(loop, plane.normal);
  const closed = capped(part.mesh, loop, centre);
  const { volume } = meshSize(closed);
  const { area } = meshSize(part.mesh);
  const hull = convexHull(part.mesh.positions);
  if (!hull || !(volume > 0)) return { code: "flat", reason: "The piece above this plane has no volume." };
  const whole = meshSize(hull);
  const lid = hullLid(hull, plane);
  const { mean, least, most } = diameters(loop, centre, plane.normal);
  const { height, reach } = extent(part.mesh, plane, centre);
  const width = widest(part.mesh, plane);
  const round = Math.cbrt(18 * Math.PI);
  const values: Morphometry = {
    ...{ neck: mean, neckLeast: least, neckMost: most, height, reach, width, size: Math.max(reach, width) },
    ...{ volume, area, aspectRatio: height / mean, bottleneck: width / mean, heightToWidth: height / width },
    sizeRatio: parentMm && parentMm > 0 ? reach / parentMm : null,
    undulation: Math.max(0, 1 - volume / whole.volume),
    ellipticity: 1 - (round * whole.volume ** (2 / 3)) / (whole.area - lid),
    nonSphericity: 1 - (round * volume ** (2 / 3)) / area,
  };
  return { values, plane, neckCentre: centre, neckLine: loop.points, mesh: part.mesh };
}

/** Whether a plane gave an aneurysm. */
export function isMeasured(found: MeasuredDome | NoDome): found is MeasuredDome {
  return "values" in found;
}

/** Centre of the area that a loop encloses. */
function loopCentre({ points }: CutLoop, normal: Vec3): Vec3 {
  const [o] = points;
  let sum = 0;
  const at = [0, 0, 0];
  for (let k = 1; k + 1 < points.length; k++) {
    const twice = dot(cross(sub(points[k], o), sub(points[k + 1], o)), normal);
    sum += twice;
    for (let x = 0; x < 3; x++) at[x] += (twice * (o[x] + points[k][x] + points[k + 1][x])) / 3;
  }
  if (Math.abs(sum) < 1e-9) return o;
  return [at[0] / sum, at[1] / sum, at[2] / sum];
}

/** The open dome closed by a fan from the centre of its neck. */
function capped(mesh: Mesh, loop: CutLoop, centre: Vec3): Mesh {
  const start = mesh.positions.length / 3;
  const n = loop.points.length;
  const positions = new Float32Array(mesh.positions.length + 3 * (n + 1));
  positions.set(mesh.positions);
  loop.points.forEach((point, k) => {
    positions.set(point, 3 * (start + k));
  });
  positions.set(centre, 3 * (start + n));
  // The cut runs with the dome's own sense, so the lid runs against it.
  const lid = loop.points.flatMap((_, k) => [start + ((k + 1) % n), start + k, start + n]);
  return { positions, triangles: Uint32Array.from([...mesh.triangles, ...lid]) };
}

/** Area of the hull that lies in the neck plane: its lid. */
function hullLid(hull: Mesh, plane: Plane): number {
  const { positions: p, triangles } = hull;
  const above = (v: number): number => dot(sub([p[3 * v], p[3 * v + 1], p[3 * v + 2]], plane.point), plane.normal);
  const inPlane: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    if (Math.max(above(a), above(b), above(c)) < 0.02) inPlane.push(a, b, c);
  }
  return meshSize({ positions: p, triangles: Uint32Array.from(inPlane) }).area;
}

/** Two unit vectors that span the plane of a normal. */
export function spanOf(normal: Vec3): readonly [Vec3, Vec3] {
  const other: Vec3 = Math.abs(normal[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0];
  const raw = cross(normal, other);
  const m = Math.hypot(...raw);
  const u: Vec3 = [raw[0] / m, raw[1] / m, raw[2] / m];
  return [u, cross(normal, u)];
}

/** Lengths of the lines through the centre of a loop, by angle. */
function diameters(
  { points }: CutLoop,
  centre: Vec3,
  normal: Vec3,
): { readonly mean: number; readonly least: number; readonly most: number } {
  const [u, v] = spanOf(normal);
  const flat = points.map((point) => [dot(sub(point, centre), u), dot(sub(point, centre), v)] as const);
  const lengths: number[] = [];
  for (let k = 0; k < 90; k++) {
    const a = (k * Math.PI) / 90;
    const [c, s] = [Math.cos(a), Math.sin(a)];
    let [front, back] = [0, 0];
    for (let i = 0; i < flat.length; i++) {
      const [p, q] = [flat[i], flat[(i + 1) % flat.length]];
      const [dp, dq] = [p[1] * c - p[0] * s, q[1] * c - q[0] * s]; // distance from the line
      if (dp > 0 === dq > 0) continue;
      const t = dp / (dp - dq);
      const along = (p[0] + t * (q[0] - p[0])) * c + (p[1] + t * (q[1] - p[1])) * s;
      front = Math.max(front, along);
      back = Math.min(back, along);
    }
    lengths.push(front - back);
  }
  return {
    mean: lengths.reduce((sum, x) => sum + x, 0) / lengths.length,
    least: Math.min(...lengths),
    most: Math.max(...lengths),
  };
}

function extent(mesh: Mesh, plane: Plane, centre: Vec3): { readonly height: number; readonly reach: number } {
  let [height, reach] = [0, 0];
  const { positions: p } = mesh;
  for (let q = 0; q < p.length; q += 3) {
    const d = sub([p[q], p[q + 1], p[q + 2]], centre);
    height = Math.max(height, dot(d, plane.normal));
    reach = Math.max(reach, Math.hypot(...d));
  }
  return { height, reach };
}

const SLICE_MM = 0.25;

/** The largest caliper width of any slice of the dome parallel to the neck. */
function widest(mesh: Mesh, plane: Plane): number {
  const [u, v] = spanOf(plane.normal);
  const { positions: p } = mesh;
  const directions = 36;
  const rows = new Map<number, Float64Array>(); // least and most of each direction, by slice
  for (let q = 0; q < p.length; q += 3) {
    const d = sub([p[q], p[q + 1], p[q + 2]], plane.point);
    const slice = Math.floor(dot(d, plane.normal) / SLICE_MM);
    let row = rows.get(slice);
    if (!row) {
      row = new Float64Array(2 * directions).map((_, k) =>
        k % 2 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      );
      rows.set(slice, row);
    }
    const [x, y] = [dot(d, u), dot(d, v)];
    for (let k = 0; k < directions; k++) {
      const a = (k * Math.PI) / directions;
      const at = x * Math.cos(a) + y * Math.sin(a);
      row[2 * k] = Math.min(row[2 * k], at);
      row[2 * k + 1] = Math.max(row[2 * k + 1], at);
    }
  }
  let most = 0;
  for (const row of rows.values())
    for (let k = 0; k < directions; k++) most = Math.max(most, row[2 * k + 1] - row[2 * k]);
  return most;
}
