import { length, sub, type Vec3 } from "../../core/geometry.ts";
import { moved, type Rigid } from "./rigid.ts";

/** The rigid motion of landmark pairs, or why there is none. */
export type LandmarkFit =
  | { readonly matrix: Rigid; readonly rmsMm: number }
  | { readonly matrix: null; readonly reason: string };

/**
 * The rigid motion that takes the `from` points to the `to` points (LPS mm, as many of each, at least three that do not
 * lie on a line) with the least sum of squares, and the root mean square distance that remains. Unit quaternion of the
 * largest eigenvalue of Horn's 4 x 4 matrix, by Jacobi rotations. Source: Horn 1987 (10.1364/JOSAA.4.000629).
 */
export function fitLandmarks(from: readonly Vec3[], to: readonly Vec3[]): LandmarkFit {
  const n = from.length;
  if (n !== to.length) return { matrix: null, reason: `${n} points there and ${to.length} here: give pairs.` };
  if (n < 3) return { matrix: null, reason: `${n} pairs of points: three are needed.` };
  const a = centre(from);
  const b = centre(to);
  if (isLine(from, a) || isLine(to, b))
    return { matrix: null, reason: "The points lie on a line: the turn about it is not known." };
  const s = new Float64Array(9);
  for (let i = 0; i < n; i++) {
    const [p, q] = [sub(from[i]!, a), sub(to[i]!, b)];
    for (let r = 0; r < 3; r++) for (let c = 0; c < 3; c++) s[3 * r + c]! += p[r]! * q[c]!;
  }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as unknown as number[] & { length: 9 };
  const quaternion = largestEigenvector([
    [xx! + yy! + zz!, yz! - zy!, zx! - xz!, xy! - yx!],
    [yz! - zy!, xx! - yy! - zz!, xy! + yx!, zx! + xz!],
    [zx! - xz!, xy! + yx!, -xx! + yy! - zz!, yz! + zy!],
    [xy! - yx!, zx! + xz!, yz! + zy!, -xx! - yy! + zz!],
  ]);
  const matrix = motion(quaternion, a, b);
  const squares = from.reduce((sum, p, i) => sum + length(sub(moved(matrix, p), to[i]!)) ** 2, 0);
  return { matrix, rmsMm: Math.sqrt(squares / n) };
}

function centre(points: readonly Vec3[]): Vec3 {
  const sum = points.reduce((s, p) => [s[0] + p[0], s[1] + p[1], s[2] + p[2]], [0, 0, 0] as Vec3);
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}

/** Whether all points lie within 2 mm of one line through their centre and the farthest of them. */
function isLine(points: readonly Vec3[], middle: Vec3): boolean {
  const from = points.map((p) => sub(p, middle));
  const far = [...from].sort((p, q) => length(q) - length(p))[0]!;
  const reach = length(far);
  if (reach < 2) return true;
  return from.every((p) => {
    const along = (p[0] * far[0] + p[1] * far[1] + p[2] * far[2]) / reach;
    return Math.sqrt(Math.max(0, length(p) ** 2 - along ** 2)) < 2;
  });
}

function largestEigenvector(given: readonly (readonly number[])[]): readonly number[] {
  const m = given.map((row) => [...row]);
  const v = [0, 1, 2, 3].map((r) => [0, 1, 2, 3].map((c) => (r === c ? 1 : (0 as number))));
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < 3; p++)
      for (let q = p + 1; q < 4; q++) {
        off += m[p]![q]! ** 2;
        if (Math.abs(m[p]![q]!) < 1e-300) continue;
        const theta = (m[q]![q]! - m[p]![p]!) / (2 * m[p]![q]!);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < 4; k++) {
          const [kp, kq] = [m[k]![p]!, m[k]![q]!];
          m[k]![p] = c * kp - s * kq;
          m[k]![q] = s * kp + c * kq;
        }
        for (let k = 0; k < 4; k++) {
          const [pk, qk] = [m[p]![k]!, m[q]![k]!];
          m[p]![k] = c * pk - s * qk;
          m[q]![k] = s * pk + c * qk;
          const [vp, vq] = [v[k]![p]!, v[k]![q]!];
          v[k]![p] = c * vp - s * vq;
          v[k]![q] = s * vp + c * vq;
        }
      }
    if (off < 1e-24) break;
  }
  const best = [0, 1, 2, 3].sort((a, b) => m[b]![b]! - m[a]![a]!)[0]!;
  return v.map((row) => row[best]!);
}

function motion([w, x, y, z]: readonly number[], from: Vec3, to: Vec3): Rigid {
  const [W, X, Y, Z] = [w!, x!, y!, z!];
  const r = [
    [W * W + X * X - Y * Y - Z * Z, 2 * (X * Y - W * Z), 2 * (X * Z + W * Y)],
    [2 * (X * Y + W * Z), W * W - X * X + Y * Y - Z * Z, 2 * (Y * Z - W * X)],
    [2 * (X * Z - W * Y), 2 * (Y * Z + W * X), W * W - X * X - Y * Y + Z * Z],
  ] as const;
  const rows = r.map((row, axis) => [...row, to[axis]! - (row[0]! * from[0] + row[1]! * from[1] + row[2]! * from[2])]);
  return [...rows.flat(), 0, 0, 0, 1];
}
