import type { Grid, Vec3 } from "../../core/geometry.ts";
import { toPatient } from "../../core/geometry.ts";

/** Row-major 4x4 of a rigid motion: takes a point (LPS mm) to `R p + t`. The last row is 0 0 0 1. */
export type Rigid = readonly number[];

/** The motion that moves nothing. */
export const IDENTITY: Rigid = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** The place that `m` takes the point `p` to, both LPS mm. */
export function moved(m: Rigid, p: Vec3): Vec3 {
  return [
    m[0]! * p[0] + m[1]! * p[1] + m[2]! * p[2] + m[3]!,
    m[4]! * p[0] + m[5]! * p[1] + m[6]! * p[2] + m[7]!,
    m[8]! * p[0] + m[9]! * p[1] + m[10]! * p[2] + m[11]!,
  ];
}

/** The direction that `m` turns the direction `d` to; shifts are left out. */
export function turned(m: Rigid, d: Vec3): Vec3 {
  const at = moved(m, d);
  return [at[0] - m[3]!, at[1] - m[7]!, at[2] - m[11]!];
}

/** First `b`, then `a`. */
export function after(a: Rigid, b: Rigid): Rigid {
  const out = new Array<number>(16).fill(0);
  for (let r = 0; r < 4; r++)
    for (let c = 0; c < 4; c++) for (let k = 0; k < 4; k++) out[4 * r + c]! += a[4 * r + k]! * b[4 * k + c]!;
  return out;
}

/** The way back: the transposed turn, and the shift turned back. */
export function inverse(m: Rigid): Rigid {
  const t = [m[3]!, m[7]!, m[11]!];
  const row = (c: number): number[] => [
    m[c]!,
    m[4 + c]!,
    m[8 + c]!,
    -(m[c]! * t[0]! + m[4 + c]! * t[1]! + m[8 + c]! * t[2]!),
  ];
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1];
}

/**
 * A turn about `centre` (LPS mm) by angles about the x, y and z axis (degrees; applied in the order y, x, z, so that the
 * matrix is Rz Rx Ry as in ITK's Euler3DTransform), then a shift (mm).
 */
export function rigidOf(turnDeg: Vec3, shift: Vec3, centre: Vec3 = [0, 0, 0]): Rigid {
  const [x, y, z] = turnDeg.map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x), Math.sin(x), Math.cos(y), Math.sin(y), Math.cos(z), Math.sin(z)];
  const r = [
    [cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy],
    [sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy],
    [-cx * sy, sx, cx * cy],
  ] as const;
  const rows = r.map((row, a) => {
    const turnedCentre = row[0]! * centre[0] + row[1]! * centre[1] + row[2]! * centre[2];
    return [...row, centre[a]! - turnedCentre + shift[a]!];
  });
  return [...rows.flat(), 0, 0, 0, 1];
}

/** Angles (degrees) and shift (mm) that `rigidOf` makes this motion of, about `centre`. Looking straight along x (90 deg) y is taken as 0. */
export function anglesOf(m: Rigid, centre: Vec3 = [0, 0, 0]): { turnDeg: Vec3; shift: Vec3 } {
  const x = Math.asin(Math.min(1, Math.max(-1, m[9]!)));
  const level = Math.hypot(m[8]!, m[10]!) > 1e-9;
  const y = level ? Math.atan2(-m[8]!, m[10]!) : 0;
  const z = level ? Math.atan2(-m[1]!, m[5]!) : Math.atan2(m[4]!, m[0]!);
  const at = moved(m, centre);
  const degrees = (radians: number): number => (radians * 180) / Math.PI;
  return {
    turnDeg: [degrees(x), degrees(y), degrees(z)],
    shift: [at[0] - centre[0], at[1] - centre[1], at[2] - centre[2]],
  };
}

/** The whole angle of a motion, degrees 0..180. */
export function angleOf(m: Rigid): number {
  const cosine = (m[0]! + m[5]! + m[10]! - 1) / 2;
  const sine = Math.hypot(m[9]! - m[6]!, m[2]! - m[8]!, m[4]! - m[1]!) / 2;
  return (Math.atan2(sine, cosine) * 180) / Math.PI;
}

/** Whether 16 numbers are a turn without mirror or stretch, a shift, and 0 0 0 1, within 1e-4. */
export function isRigid(m: readonly number[]): boolean {
  if (m.length !== 16 || !m.every(Number.isFinite)) return false;
  const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-4;
  if (!near(m[12]!, 0) || !near(m[13]!, 0) || !near(m[14]!, 0) || !near(m[15]!, 1)) return false;
  const column = (c: number): Vec3 => [m[c]!, m[4 + c]!, m[8 + c]!];
  for (let a = 0; a < 3; a++)
    for (let b = a; b < 3; b++) {
      const [p, q] = [column(a), column(b)];
      if (!near(p[0] * q[0] + p[1] * q[1] + p[2] * q[2], a === b ? 1 : 0)) return false;
    }
  const det =
    m[0]! * (m[5]! * m[10]! - m[6]! * m[9]!) -
    m[1]! * (m[4]! * m[10]! - m[6]! * m[8]!) +
    m[2]! * (m[4]! * m[9]! - m[5]! * m[8]!);
  return near(det, 1);
}

/** The grid as it lies after the motion: same voxels, other origin and direction. */
export function movedGrid<G extends Grid>(m: Rigid, grid: G): G {
  const { i, j, k } = grid.direction;
  return { ...grid, origin: moved(m, grid.origin), direction: { i: turned(m, i), j: turned(m, j), k: turned(m, k) } };
}

/** The middle of a grid, LPS mm. */
export function middleOf({ shape, ...grid }: Grid): Vec3 {
  return toPatient({ shape, ...grid }, (shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2);
}
