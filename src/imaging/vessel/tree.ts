import type { Progress } from "../../core/progress.ts";
import { CostQueue } from "./heap.ts";
import { insideDistance } from "./inside-distance.ts";

/** One branch of a tree of centrelines, voxel indices, from its parent (or the root) to its end. */
export interface Branch {
  readonly points: readonly (readonly [number, number, number])[];
  /** Distance to the nearest wall at each point, mm: the radius of the largest sphere there, to about half a voxel. */
  readonly radii: readonly number[];
  /** Index of the branch it leaves, and of the point there; -1 for the first. */
  readonly parent: number;
  readonly parentPoint: number;
}

/** Two places of a vessel that touch though they lie far apart along it: vessels that kiss, or a ring. */
export interface Bridge {
  readonly at: readonly [number, number, number];
  /** Difference of their ways from the root, mm. */
  readonly apartMm: number;
}

/** The centrelines of a segmented vessel. */
export interface VesselTree {
  readonly branches: readonly Branch[];
  readonly bridges: readonly Bridge[];
}

/** How much of the tree is wanted. */
export interface TreeOptions {
  /** Only the way from the root to here (voxel indices); else all branches. */
  readonly to?: readonly [number, number, number] | undefined;
  /** Branches shorter than this beyond the wall of their parent are left out, mm. Default 3. */
  readonly shortestMm?: number;
  readonly mostBranches?: number;
}

/**
 * Centrelines of a mask from a root: cheapest ways over 26 neighbours where a step costs its length over the square of
 * the distance to the wall, so that they keep to the middle. Branches are the ways from the farthest places not yet
 * within the reach of one, as long as they add `shortestMm`.
 * `mask` 0/1 i fastest; `root` and `to` in the mask (moved to the nearest voxel of it within 3 voxels, then to the middle). Undefined when it is not,
 * or `to` does not hang together with it. Source: minimal paths on 1/d^2 (Dijkstra 1959; VMTK uses the same cost).
 */
export function vesselTree(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number, number],
  root: readonly [number, number, number],
  options: TreeOptions = {},
  told: Progress = () => {},
): VesselTree | undefined {
  const start = nearestIn(mask, shape, root);
  if (start < 0) return undefined;
  told("distances to the wall", 0.1);
  const distance = insideDistance(mask, shape, spacing);
  told("ways through the vessel", 0.3);
  const ways = cheapestWays(mask, shape, spacing, inward(start, shape, distance), distance);
  const at = (p: number): [number, number, number] => [
    p % shape[0],
    Math.floor(p / shape[0]) % shape[1],
    Math.floor(p / (shape[0] * shape[1])),
  ];
  const wayBack = (id: number, stop: (id: number) => boolean): number[] => {
    const out = [id];
    while (!stop(out[out.length - 1]) && ways.back[out[out.length - 1]] >= 0) out.push(ways.back[out[out.length - 1]]);
    return out.reverse();
  };
  const branchOf = (ids: readonly number[], parent: number, parentPoint: number): Branch => ({
    points: ids.map((id) => at(ways.place[id])),
    radii: ids.map((id) => distance[ways.place[id]]),
    parent,
    parentPoint,
  });
  if (options.to) {
    const end = nearestIn(mask, shape, options.to);
    const id = end < 0 ? -1 : ways.idOf[inward(end, shape, distance)];
    if (id < 0 || ways.length[id] < 0) return undefined;
    return {
      branches: [
        branchOf(
          wayBack(id, () => false),
          -1,
          -1,
        ),
      ],
      bridges: [],
    };
  }
  told("branches", 0.7);
  const count = ways.place.length;
  const order = Uint32Array.from({ length: count }, (_, n) => n).sort((a, b) => ways.length[b] - ways.length[a]);
  const covered = new Uint8Array(count);
  const onBranch = new Int32Array(count).fill(-1);
  const onPoint = new Int32Array(count).fill(-1);
  const branches: Branch[] = [];
  for (const far of order) {
    if (covered[far] || ways.length[far] < 0) continue;
    const ids = wayBack(far, (id) => onBranch[id] >= 0);
    const [first] = ids;
    const parent = onBranch[first];
    const free = ways.length[far] - ways.length[first] - (parent < 0 ? 0 : distance[ways.place[first]]);
    if (free >= (options.shortestMm ?? 3)) {
      const parentPoint = parent < 0 ? -1 : onPoint[first];
      ids.forEach((id, n) => {
        if (onBranch[id] < 0) [onBranch[id], onPoint[id]] = [branches.length, n];
      });
      branches.push(branchOf(ids, parent, parentPoint));
    }
    for (const id of ids) cover(ways.place[id], 1.4 * distance[ways.place[id]] + 1.5 * Math.max(...spacing));
    if (branches.length >= (options.mostBranches ?? 300)) break;
  }
  return { branches, bridges: bridgesOf(ways, shape, distance, at) };

  function cover(p: number, reach: number): void {
    const [i0, j0, k0] = at(p);
    const [ri, rj, rk] = spacing.map((s) => Math.ceil(reach / s));
    for (let k = Math.max(0, k0 - rk); k <= Math.min(shape[2] - 1, k0 + rk); k++)
      for (let j = Math.max(0, j0 - rj); j <= Math.min(shape[1] - 1, j0 + rj); j++)
        for (let i = Math.max(0, i0 - ri); i <= Math.min(shape[0] - 1, i0 + ri); i++) {
          const id = ways.idOf[(k * shape[1] + j) * shape[0] + i];
          if (id >= 0 && Math.hypot((i - i0) * spacing[0], (j - j0) * spacing[1], (k - k0) * spacing[2]) <= reach)
            covered[id] = 1;
        }
  }
}

function nearestIn(mask: Uint8Array, shape: readonly [number, number, number], point: readonly number[]): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  const [i0, j0, k0] = point.map(Math.round);
  for (let k = Math.max(0, k0 - 3); k <= Math.min(shape[2] - 1, k0 + 3); k++)
    for (let j = Math.max(0, j0 - 3); j <= Math.min(shape[1] - 1, j0 + 3); j++)
      for (let i = Math.max(0, i0 - 3); i <= Math.min(shape[0] - 1, i0 + 3); i++) {
        const p = (k * shape[1] + j) * shape[0] + i;
        const d = (i - i0) ** 2 + (j - j0) ** 2 + (k - k0) ** 2;
        if (mask[p] && d < least) [least, best] = [d, p];
      }
  return best;
}

/** From a voxel to the middle of its vessel: to the neighbour farthest from the wall, until there is none. */
function inward(from: number, [ni, nj, nk]: readonly [number, number, number], distance: Float32Array): number {
  let at = from;
  for (;;) {
    const [i0, j0, k0] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    let best = at;
    for (let k = Math.max(0, k0 - 1); k <= Math.min(nk - 1, k0 + 1); k++)
      for (let j = Math.max(0, j0 - 1); j <= Math.min(nj - 1, j0 + 1); j++)
        for (let i = Math.max(0, i0 - 1); i <= Math.min(ni - 1, i0 + 1); i++) {
          const p = (k * nj + j) * ni + i;
          if (distance[p] > distance[best]) best = p;
        }
    if (best === at) return at;
    at = best;
  }
}

interface Ways {
  /** Voxel of each numbered place of the mask, and its number at each voxel (-1 outside). */
  readonly place: Int32Array;
  readonly idOf: Int32Array;
  /** The place before it on the way from the root (-1: root or not reached) and the length of the way, mm (-1: not reached). */
  readonly back: Int32Array;
  readonly length: Float32Array;
}

function cheapestWays(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  spacing: readonly [number, number, number],
  start: number,
  distance: Float32Array,
): Ways {
  const [ni, nj, nk] = shape;
  const plane = ni * nj;
  const idOf = new Int32Array(mask.length).fill(-1);
  let count = 0;
  for (let p = 0; p < mask.length; p++) if (mask[p]) idOf[p] = count++;
  const place = new Int32Array(count);
  for (let p = 0; p < mask.length; p++) if (mask[p]) place[idOf[p]] = p;
  const back = new Int32Array(count).fill(-1);
  const length = new Float32Array(count).fill(-1);
  const best = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const queue = new CostQueue();
  best[idOf[start]] = 0;
  length[idOf[start]] = 0;
  queue.push(idOf[start], 0);
  const steps: { di: number; dj: number; dk: number; by: number; mm: number }[] = [];
  for (let dk = -1; dk <= 1; dk++)
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++)
        if (di || dj || dk)
          steps.push({
            di,
            dj,
            dk,
            by: dk * plane + dj * ni + di,
            mm: Math.hypot(di * spacing[0], dj * spacing[1], dk * spacing[2]),
          });
  const least = Math.min(...spacing) / 4;
  for (let id = queue.pop(); id >= 0; id = queue.pop()) {
    if (queue.lastCost > best[id]) continue;
    const p = place[id];
    const [i, j, k] = [p % ni, ((p / ni) | 0) % nj, (p / plane) | 0];
    for (const { di, dj, dk, by, mm } of steps) {
      if (i + di < 0 || i + di >= ni || j + dj < 0 || j + dj >= nj || k + dk < 0 || k + dk >= nk) continue;
      const other = idOf[p + by];
      if (other < 0) continue;
      const wall = Math.max(least, distance[p + by]);
      const cost = best[id] + mm / (wall * wall);
      if (cost >= best[other]) continue;
      best[other] = cost;
      back[other] = id;
      length[other] = length[id] + mm;
      queue.push(other, cost);
    }
  }
  return { place, idOf, back, length };
}

/** Neighbours whose ways from the root differ by more than the vessel there explains, one for each place. */
function bridgesOf(
  ways: Ways,
  shape: readonly [number, number, number],
  distance: Float32Array,
  at: (p: number) => [number, number, number],
): Bridge[] {
  const [ni, nj] = shape;
  const found: { at: [number, number, number]; apartMm: number }[] = [];
  for (let id = 0; id < ways.place.length; id++) {
    const p = ways.place[id];
    if (ways.length[id] < 0) continue;
    for (const by of [1, ni, ni * nj]) {
      const other = ways.idOf[p + by] ?? -1;
      if (other < 0 || ways.length[other] < 0) continue;
      const apartMm = Math.abs(ways.length[id] - ways.length[other]);
      if (apartMm < 8 + 6 * distance[p]) continue;
      const here = at(p);
      const near = found.find((one) => Math.hypot(...one.at.map((v, a) => v - here[a])) < 12);
      if (!near) found.push({ at: here, apartMm });
      else if (apartMm > near.apartMm) near.apartMm = apartMm;
    }
  }
  return found.sort((a, b) => b.apartMm - a.apartMm).slice(0, 20);
}
