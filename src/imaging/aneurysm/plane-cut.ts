import type { Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "../vessel/marching.ts";
import { partsOf, subMesh } from "../vessel/mesh-parts.ts";

/** A plane: a point on it (LPS mm) and its unit normal. For a neck the normal points into the dome. */
export interface Plane {
  readonly point: Vec3;
  readonly normal: Vec3;
}

/** A closed line in which a plane cuts a surface. */
export interface CutLoop {
  /** LPS mm, in order, the first point not repeated. */
  readonly points: readonly Vec3[];
  readonly lengthMm: number;
}

/** The part of a surface on the normal's side of a plane, as one connected piece. */
export interface CutPart {
  /** Open where the plane cuts. */
  readonly mesh: Mesh;
  /** The lines along which this piece is open; an aneurysm cut at its neck has exactly one. */
  readonly loops: readonly CutLoop[];
}

/**
 * Cuts a closed surface by a plane and keeps the piece on the side of the normal that is met first on the way from
 * `inside` (LPS mm) along the normal; that with the vertex nearest to `inside` where none is met.
 * Triangles that cross the plane are cut exactly. Undefined when nothing lies on that side.
 */
export function cutByPlane(mesh: Mesh, plane: Plane, inside: Vec3): CutPart | undefined {
  const { positions: p, triangles } = mesh;
  const count = p.length / 3;
  const height = new Float64Array(count);
  const { point, normal: n } = plane;
  for (let v = 0, q = 0; v < count; v++, q += 3)
    height[v] = (p[q] - point[0]) * n[0] + (p[q + 1] - point[1]) * n[1] + (p[q + 2] - point[2]) * n[2];

  const onEdge = new Map<number, number>();
  const added: number[] = [];
  const crossing = (a: number, b: number): number => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const key = low * count + high;
    const known = onEdge.get(key);
    if (known !== undefined) return known;
    const t = height[low] / (height[low] - height[high]);
    for (let x = 0; x < 3; x++) added.push(p[3 * low + x] + t * (p[3 * high + x] - p[3 * low + x]));
    const made = count + added.length / 3 - 1;
    onEdge.set(key, made);
    return made;
  };

  const kept: number[] = [];
  const next = new Map<number, number>(); // along the cut: from one new vertex to the following one
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const above = (height[a] > 0 ? 1 : 0) + (height[b] > 0 ? 1 : 0) + (height[c] > 0 ? 1 : 0);
    if (above === 0) continue;
    if (above === 3) {
      kept.push(a, b, c);
      continue;
    }
    // Turned so that the vertex alone on its side comes first; the sense of the triangle stays.
    const alone = above === 1;
    const first = [a, b, c].findIndex((v) => height[v] > 0 === alone);
    const [x, y, z] = [
      [a, b, c],
      [b, c, a],
      [c, a, b],
    ][first];
    const [xy, xz] = [crossing(x, y), crossing(x, z)];
    if (alone) {
      kept.push(x, xy, xz);
      next.set(xy, xz);
    } else {
      kept.push(xy, y, z, xy, z, xz);
      next.set(xz, xy);
    }
  }
  if (kept.length === 0) return undefined;
  const all = new Float32Array(3 * count + added.length);
  all.set(p);
  all.set(added, 3 * count);
  return pieceAt({ positions: all, triangles: Uint32Array.from(kept) }, next, inside, n);
}

function pieceAt(cut: Mesh, next: ReadonlyMap<number, number>, inside: Vec3, normal: Vec3): CutPart {
  const { positions, triangles } = cut;
  const partOf = partsOf(cut);
  const piece = partOf(metFirst(positions, triangles, inside, normal) ?? nearestVertex(positions, triangles, inside));
  const { mesh, number } = subMesh(cut, (a) => partOf(a) === piece);
  return {
    mesh,
    loops: loopsOf(positions, next, (v) => number.has(v)),
  };
}

/** A vertex of the first triangle on the way from a place along a direction; undefined when the way meets none. */
function metFirst(p: Float32Array, triangles: Uint32Array, from: Vec3, way: Vec3): number | undefined {
  let first: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const [hx, hy, hz] = [way[1] * vz - way[2] * vy, way[2] * vx - way[0] * vz, way[0] * vy - way[1] * vx];
    const det = ux * hx + uy * hy + uz * hz;
    if (Math.abs(det) < 1e-12) continue;
    const [sx, sy, sz] = [from[0] - p[a], from[1] - p[a + 1], from[2] - p[a + 2]];
    const u = (sx * hx + sy * hy + sz * hz) / det;
    if (u < 0 || u > 1) continue;
    const [qx, qy, qz] = [sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux];
    const v = (way[0] * qx + way[1] * qy + way[2] * qz) / det;
    if (v < 0 || u + v > 1) continue;
    const at = (vx * qx + vy * qy + vz * qz) / det;
    if (at > 0 && at < least) [least, first] = [at, triangles[t]];
  }
  return first;
}

function nearestVertex(positions: Float32Array, triangles: Uint32Array, inside: Vec3): number {
  let nearest = triangles[0];
  let least = Number.POSITIVE_INFINITY;
  for (const v of triangles) {
    const q = 3 * v;
    const d =
      (positions[q] - inside[0]) ** 2 + (positions[q + 1] - inside[1]) ** 2 + (positions[q + 2] - inside[2]) ** 2;
    if (d < least) [least, nearest] = [d, v];
  }
  return nearest;
}

function loopsOf(
  positions: Float32Array,
  next: ReadonlyMap<number, number>,
  belongs: (v: number) => boolean,
): CutLoop[] {
  const loops: CutLoop[] = [];
  const seen = new Set<number>();
  for (const start of next.keys()) {
    if (seen.has(start) || !belongs(start)) continue;
    const points: Vec3[] = [];
    let v: number | undefined = start;
    while (v !== undefined && !seen.has(v)) {
      seen.add(v);
      points.push([positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]]);
      v = next.get(v);
    }
    if (points.length >= 3) loops.push({ points, lengthMm: lengthOf(points) });
  }
  return loops.sort((a, b) => b.lengthMm - a.lengthMm);
}

function lengthOf(points: readonly Vec3[]): number {
  let sum = 0;
  for (let k = 0; k < points.length; k++) {
    const [a, b] = [points[k], points[(k + 1) % points.length]];
    sum += Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
  }
  return sum;
}
