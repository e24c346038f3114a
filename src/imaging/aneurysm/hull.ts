import type { Mesh } from "../vessel/marching.ts";

interface Face {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Outward unit normal and its offset: x . n <= d inside. */
  readonly n: readonly [number, number, number];
  readonly d: number;
}

const ROUNDS = 12;

/**
 * The convex hull of points. `positions`: x, y, z one after the other, mm. The hull of the extreme points in some
 * hundred directions is grown by the points that lie farthest outside each face until none is more than `within` mm
 * outside (default 0.01). Undefined for fewer than four points, or points in one plane.
 * Source: Barber 1996, doi:10.1145/235815.235821 (quickhull; here without its conflict lists).
 */
export function convexHull(positions: Float32Array, within: number = 0.01): Mesh | undefined {
  let faces = simplex(positions);
  if (!faces) return undefined;
  for (const v of extremes(positions, 400)) faces = withPoint(positions, faces, v, 1e-9);
  let left = Array.from({ length: positions.length / 3 }, (_, v) => v);
  for (let round = 0; round < ROUNDS; round++) {
    const farthest = new Map<Face, { v: number; by: number }>();
    const outside: number[] = []; // a hull only grows: who is inside once stays inside
    for (const v of left) {
      let worst: Face | undefined;
      let by = within;
      for (const face of faces) {
        const out = over(positions, face, v);
        if (out > by) {
          worst = face;
          by = out;
        }
      }
      if (!worst) continue;
      outside.push(v);
      if (by > (farthest.get(worst)?.by ?? 0)) farthest.set(worst, { v, by });
    }
    left = outside;
    if (farthest.size === 0) break;
    for (const { v } of farthest.values()) faces = withPoint(positions, faces, v, 1e-9);
  }
  return { positions, triangles: Uint32Array.from(faces.flatMap(({ a, b, c }) => [a, b, c])) };
}

function over(p: Float32Array, { n, d }: Face, v: number): number {
  return p[3 * v] * n[0] + p[3 * v + 1] * n[1] + p[3 * v + 2] * n[2] - d;
}

function faceOf(p: Float32Array, a: number, b: number, c: number): Face | undefined {
  const [ux, uy, uz] = [p[3 * b] - p[3 * a], p[3 * b + 1] - p[3 * a + 1], p[3 * b + 2] - p[3 * a + 2]];
  const [vx, vy, vz] = [p[3 * c] - p[3 * a], p[3 * c + 1] - p[3 * a + 1], p[3 * c + 2] - p[3 * a + 2]];
  const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const m = Math.hypot(x, y, z);
  if (!(m > 1e-12)) return undefined;
  const n = [x / m, y / m, z / m] as const;
  return { a, b, c, n, d: p[3 * a] * n[0] + p[3 * a + 1] * n[1] + p[3 * a + 2] * n[2] };
}

/** Replaces the faces that `v` sees by the fan from their rim to it; the faces unchanged when it lies inside. */
function withPoint(p: Float32Array, faces: Face[], v: number, more: number): Face[] {
  const seen = faces.filter((face) => over(p, face, v) > more);
  if (seen.length === 0) return faces;
  const rim = new Map<string, readonly [number, number]>();
  for (const { a, b, c } of seen)
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const) {
      if (rim.has(`${to} ${from}`)) rim.delete(`${to} ${from}`);
      else rim.set(`${from} ${to}`, [from, to]);
    }
  const fan: Face[] = [];
  for (const [from, to] of rim.values()) {
    const face = faceOf(p, from, to, v);
    if (!face) return faces; // on an edge of the hull: it adds nothing
    fan.push(face);
  }
  const gone = new Set(seen);
  return [...faces.filter((face) => !gone.has(face)), ...fan];
}

/** Four points that span a body, as faces outward. */
function simplex(p: Float32Array): Face[] | undefined {
  const count = p.length / 3;
  if (count < 4) return undefined;
  const farthest = (measure: (v: number) => number): number => {
    let best = 0;
    for (let v = 1; v < count; v++) if (measure(v) > measure(best)) best = v;
    return best;
  };
  const a = farthest((v) => -p[3 * v]);
  const b = farthest((v) => apart(p, a, v));
  const c = farthest((v) => {
    const face = faceOf(p, a, b, v);
    return face ? apart(p, a, v) * Math.sin(angle(p, a, b, v)) : 0;
  });
  const base = faceOf(p, a, b, c);
  if (!base) return undefined;
  const d = farthest((v) => Math.abs(over(p, base, v)));
  const height = over(p, base, d);
  if (!(Math.abs(height) > 1e-6)) return undefined;
  const [x, y] = height > 0 ? [c, b] : [b, c];
  const faces = [faceOf(p, a, x, y), faceOf(p, a, d, x), faceOf(p, x, d, y), faceOf(p, y, d, a)];
  return faces.every((face) => face !== undefined) ? (faces as Face[]) : undefined;
}

function apart(p: Float32Array, a: number, b: number): number {
  return Math.hypot(p[3 * a] - p[3 * b], p[3 * a + 1] - p[3 * b + 1], p[3 * a + 2] - p[3 * b + 2]);
}

function angle(p: Float32Array, a: number, b: number, c: number): number {
  const [u, v] = [apart(p, a, b), apart(p, a, c)];
  if (u === 0 || v === 0) return 0;
  let dot = 0;
  for (let x = 0; x < 3; x++) dot += (p[3 * b + x] - p[3 * a + x]) * (p[3 * c + x] - p[3 * a + x]);
  return Math.acos(Math.max(-1, Math.min(1, dot / (u * v))));
}

/** The outermost point in each of `count` even directions. */
function extremes(p: Float32Array, count: number): Set<number> {
  const out = new Set<number>();
  for (let k = 0; k < count; k++) {
    const [x, y, z] = evenDirection(k, count);
    let [best, most] = [0, Number.NEGATIVE_INFINITY];
    for (let q = 0; q < p.length; q += 3) {
      const d = p[q] * x + p[q + 1] * y + p[q + 2] * z;
      if (d > most) [most, best] = [d, q / 3];
    }
    out.add(best);
  }
  return out;
}

/** Direction k of `count` spread evenly over the sphere, as a unit vector (Fibonacci lattice). */
export function evenDirection(k: number, count: number): readonly [number, number, number] {
  const z = 1 - (2 * k + 1) / count;
  const r = Math.sqrt(Math.max(0, 1 - z * z));
  const turn = k * Math.PI * (3 - Math.sqrt(5));
  return [r * Math.cos(turn), r * Math.sin(turn), z];
}
