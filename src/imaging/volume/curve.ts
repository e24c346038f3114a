import { cross, dot, length, sub, type Vec3 } from "../../core/geometry.ts";
import { type SliceVolume, samplePlane } from "./sample.ts";

/** A point of a curve with its directions: along the curve, and two across it that do not twist. Unit vectors. */
export interface CurveFrame {
  readonly point: Vec3;
  readonly along: Vec3;
  readonly across: Vec3;
  readonly other: Vec3;
  /** mm from the start of the curve. */
  readonly at: number;
}

/** A picture along a curve: `values` row-major, one row a step along the curve, columns across it; NaN outside. */
export interface CurvePicture {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  /** mm between pixels, both ways. */
  readonly stepMm: number;
  readonly frames: readonly CurveFrame[];
}

/**
 * A smooth curve through points (LPS mm), every `stepMm` along it, each with directions across that turn as little as
 * possible from one to the next (rotation-minimising frames by double reflection; Wang et al., ACM TOG 2008;27:2). The
 * curve is a centripetal Catmull-Rom spline through the points; two points give a straight line. `towards` (any length)
 * is the direction across that the first frame comes nearest to. Points closer than 1e-6 mm to the one before are left
 * out; fewer than two that are left give an empty list.
 */
export function curveFrames(points: readonly Vec3[], stepMm: number, towards: Vec3): readonly CurveFrame[] {
  const knots = points.filter((p, k) => k === 0 || length(sub(p, points[k - 1]!)) > 1e-6);
  if (knots.length < 2 || !(stepMm > 0)) return [];
  const fine = spline(knots);
  const way = [0];
  for (let k = 1; k < fine.length; k++) way.push(way[k - 1]! + length(sub(fine[k]!, fine[k - 1]!)));
  const total = way.at(-1)!;
  const count = Math.max(2, Math.round(total / stepMm) + 1);
  const places: { point: Vec3; at: number }[] = [];
  let k = 1;
  for (let n = 0; n < count; n++) {
    const at = (total * n) / (count - 1);
    while (k < fine.length - 1 && way[k]! < at) k++;
    const f = (at - way[k - 1]!) / (way[k]! - way[k - 1]! || 1);
    places.push({ point: mix(fine[k - 1]!, fine[k]!, f), at });
  }
  const along = places.map((_, n) =>
    unit(sub(places[Math.min(count - 1, n + 1)]!.point, places[Math.max(0, n - 1)]!.point)),
  );
  const frames: CurveFrame[] = [];
  let across = perpendicular(along[0]!, towards);
  for (let n = 0; n < count; n++) {
    if (n > 0) {
      across = reflected(across, sub(places[n]!.point, places[n - 1]!.point), along[n - 1]!, along[n]!);
      across = perpendicular(along[n]!, across);
    }
    frames.push({ ...places[n]!, along: along[n]!, across, other: cross(along[n]!, across) });
  }
  return frames;
}

/**
 * The straightened view along a curve: row n is the line through its n-th point, `widthMm` long, across the curve in
 * the direction `degrees` around it (0: `across`, 90: `other`). Lengths along the curve and across it are true; what
 * lies beside a bend is pressed together on its inner side and drawn apart on its outer one. Values in the volume's
 * unit, NaN where the volume does not reach.
 */
export function straightened(
  volume: SliceVolume,
  frames: readonly CurveFrame[],
  widthMm: number,
  degrees: number,
): CurvePicture {
  const stepMm = frames.length > 1 ? frames[1]!.at - frames[0]!.at : 1;
  const width = Math.max(3, 2 * Math.round(widthMm / stepMm / 2) + 1);
  const values = new Float32Array(width * frames.length);
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  frames.forEach(({ point, across, other }, n) => {
    const way = plus(scaled(across, c * stepMm), scaled(other, s * stepMm));
    const corner = plus(point, scaled(way, -(width - 1) / 2));
    const row = values.subarray(n * width, (n + 1) * width);
    samplePlane(volume, { corner, right: way, down: [0, 0, 0], width, height: 1 }, row);
  });
  return { values, width, height: frames.length, stepMm, frames };
}

/** Where a pixel of a straightened view lies in the patient (LPS mm); row and column may be fractions, cut to the picture. */
export function onCurve(picture: CurvePicture, degrees: number, column: number, row: number): Vec3 {
  const { point, across, other } = picture.frames[Math.min(picture.height - 1, Math.max(0, Math.round(row)))]!;
  const off = (column - (picture.width - 1) / 2) * picture.stepMm;
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return plus(point, plus(scaled(across, off * c), scaled(other, off * s)));
}

const PARTS = 24;

/** Points of a centripetal Catmull-Rom spline, 24 between two knots. */
function spline(knots: readonly Vec3[]): readonly Vec3[] {
  const last = knots.length - 1;
  const beyond = (a: Vec3, b: Vec3): Vec3 => plus(a, sub(a, b));
  const all = [beyond(knots[0]!, knots[1]!), ...knots, beyond(knots[last]!, knots[last - 1]!)];
  const out: Vec3[] = [knots[0]!];
  for (let k = 0; k < last; k++) {
    const [p0, p1, p2, p3] = [all[k]!, all[k + 1]!, all[k + 2]!, all[k + 3]!];
    const t1 = Math.sqrt(length(sub(p1, p0)));
    const t2 = t1 + Math.sqrt(length(sub(p2, p1)));
    const t3 = t2 + Math.sqrt(length(sub(p3, p2)));
    for (let n = 1; n <= PARTS; n++) {
      const t = t1 + ((t2 - t1) * n) / PARTS;
      const a1 = mix(p0, p1, t / t1);
      const a2 = mix(p1, p2, (t - t1) / (t2 - t1));
      const a3 = mix(p2, p3, (t - t2) / (t3 - t2));
      out.push(mix(mix(a1, a2, t / t2), mix(a2, a3, (t - t1) / (t3 - t1)), (t - t1) / (t2 - t1)));
    }
  }
  return out;
}

/** A direction carried from one point of a curve to the next without twist: reflected twice. */
function reflected(across: Vec3, step: Vec3, before: Vec3, after: Vec3): Vec3 {
  const c1 = dot(step, step) || 1;
  const mirrored = plus(across, scaled(step, (-2 / c1) * dot(step, across)));
  const tangent = plus(before, scaled(step, (-2 / c1) * dot(step, before)));
  const v2 = sub(after, tangent);
  const c2 = dot(v2, v2);
  return c2 < 1e-18 ? mirrored : plus(mirrored, scaled(v2, (-2 / c2) * dot(v2, mirrored)));
}

/** The direction at right angles to `along` that comes nearest to `towards`; any such when they are parallel. */
function perpendicular(along: Vec3, towards: Vec3): Vec3 {
  const flat = plus(towards, scaled(along, -dot(along, towards)));
  if (length(flat) > 1e-6 * (length(towards) || 1)) return unit(flat);
  const least = along.reduce((best, value, axis) => (Math.abs(value) < Math.abs(along[best]!) ? axis : best), 0);
  const axis: Vec3 = [least === 0 ? 1 : 0, least === 1 ? 1 : 0, least === 2 ? 1 : 0];
  return unit(plus(axis, scaled(along, -dot(along, axis))));
}

function plus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}

function unit(v: Vec3): Vec3 {
  return scaled(v, 1 / (length(v) || 1));
}

function mix(a: Vec3, b: Vec3, f: number): Vec3 {
  return [a[0] + f * (b[0] - a[0]), a[1] + f * (b[1] - a[1]), a[2] + f * (b[2] - a[2])];
}
