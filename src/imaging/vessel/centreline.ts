import { length, sub, toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import type { Branch } from "./tree.ts";

/** A centreline in the patient: LPS mm, about even steps, from its beginning to its end. */
export interface Centreline {
  readonly points: readonly Vec3[];
  /** Radius of the largest sphere at each point, mm, to about half a voxel. */
  readonly radii: readonly number[];
  readonly lengthMm: number;
  /** Length over the straight line between its ends; 1 is straight. */
  readonly tortuosity: number;
  /** Greatest curvature, 1/mm, over pieces of 3 mm. */
  readonly curvature: number;
}

/**
 * The centreline of a branch (voxel indices of `volume`) in patient mm: calmed over about 2 mm, one point every
 * `stepMm`. A branch of fewer than two points gives undefined.
 */
export function centrelineOf(volume: Volume, branch: Branch, stepMm: number = 0.5): Centreline | undefined {
  if (branch.points.length < 2) return undefined;
  const raw = branch.points.map(([i, j, k]) => toPatient(volume, i, j, k));
  const voxel = Math.min(...volume.spacing);
  const reach = Math.max(1, Math.round(1 / voxel));
  const calm = calmed(calmed(raw, reach), reach);
  const way = [0];
  for (let n = 1; n < calm.length; n++) way.push(way[n - 1] + length(sub(calm[n], calm[n - 1])));
  const total = way[way.length - 1];
  const count = Math.max(2, Math.round(total / stepMm) + 1);
  const points: Vec3[] = [];
  const radii: number[] = [];
  for (let n = 0, at = 1; n < count; n++) {
    const s = (total * n) / (count - 1);
    while (at < calm.length - 1 && way[at] < s) at++;
    const t = (s - way[at - 1]) / (way[at] - way[at - 1] || 1);
    const [a, b] = [calm[at - 1], calm[at]];
    points.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])]);
    radii.push(branch.radii[at - 1] + t * (branch.radii[at] - branch.radii[at - 1]));
  }
  return { points, radii, ...shapeOf(points, total) };
}

function calmed(points: readonly Vec3[], by: number): Vec3[] {
  return points.map((point, n): Vec3 => {
    const reach = Math.min(by, n, points.length - 1 - n);
    if (reach === 0) return point;
    const sum = [0, 0, 0];
    for (let q = n - reach; q <= n + reach; q++) for (let x = 0; x < 3; x++) sum[x] += points[q][x];
    return [sum[0], sum[1], sum[2]].map((x) => x / (2 * reach + 1)) as unknown as Vec3;
  });
}

function shapeOf(points: readonly Vec3[], lengthMm: number): Pick<Centreline, "lengthMm" | "tortuosity" | "curvature"> {
  const chord = length(sub(points[points.length - 1], points[0]));
  const step = lengthMm / (points.length - 1) || 1;
  const by = Math.max(1, Math.round(1.5 / step));
  let curvature = 0;
  for (let n = by; n + by < points.length; n++) {
    const [a, b, c] = [points[n - by], points[n], points[n + by]];
    const [u, v, w] = [length(sub(b, a)), length(sub(c, b)), length(sub(c, a))];
    const half = (u + v + w) / 2;
    const area = Math.sqrt(Math.max(0, half * (half - u) * (half - v) * (half - w)));
    // circle through three points: 1 / R = 4 area / (u v w)
    curvature = Math.max(curvature, (4 * area) / (u * v * w || 1));
  }
  return { lengthMm, tortuosity: chord > 0 ? lengthMm / chord : Number.POSITIVE_INFINITY, curvature };
}
