import { type Grid, toIndex, toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Seconds } from "../../core/units.ts";
import { type CurveMeasures, measureCurve } from "./curve.ts";

/** An arterial or venous curve and where it was read. */
export interface InputFunction {
  readonly times: readonly Seconds[];
  /** Enhancement over the baseline, HU (1/s for MR). */
  readonly values: Float64Array;
  readonly measures: CurveMeasures;
  /** Mean place of its voxels, LPS mm, and the voxels on the working grid. */
  readonly position: Vec3;
  readonly voxels: readonly number[];
  readonly chosen: "automatic" | "by hand";
}

/** One voxel that could be a vessel. */
interface Candidate {
  readonly p: number;
  readonly measures: CurveMeasures;
  readonly curve: Float64Array;
}

/**
 * Chooses the arterial and the venous curve inside the skull.
 * `frames`: enhancement on `grid` (HU, or 1/s for MR), `times` in s, `intracranial` and `venousPlaces` 0/1. Arterial: strong, early and
 * narrow, calm before the bolus, alike among its neighbours; venous: the largest area that comes at least half a
 * second later, the midline at the back preferred. Up to 12 and 9 voxels are averaged. `null` where nothing fits.
 * Sources: idea of Mouridsen 2006 (doi:10.1002/mrm.20759: height, roughness, first moment); scoring is ours.
 */
export function chooseInputs(
  frames: readonly Float32Array[],
  times: readonly Seconds[],
  grid: Grid,
  intracranial: Uint8Array,
  venousPlaces: Uint8Array,
  baselineFrames: number,
): { arterial: InputFunction | null; venous: InputFunction | null } {
  const vessels = candidates(frames, times, intracranial, baselineFrames);
  if (vessels.length === 0) return { arterial: null, venous: null };
  const byPlace = new Map(vessels.map((c) => [c.p, c]));
  const rises = vessels.map((c) => c.measures.halfRise).sort((a, b) => a - b);
  const earliest = rises[Math.floor(rises.length * 0.03)];
  const top = Math.max(...vessels.map((c) => c.measures.peak));
  const arterialScore = ({ measures: m }: Candidate): number => {
    const late = Math.max(0, m.halfRise - earliest);
    const cut = m.fallsToHalf ? 1 : 0.3;
    return ((m.peak / top) * Math.exp(-late / 1.5) * cut) / Math.max(3, m.width);
  };
  const arterial = pick(
    vessels,
    byPlace,
    grid,
    frames,
    times,
    arterialScore,
    12,
    (a, b) => a.measures.peak >= 0.7 * b.measures.peak && Math.abs(a.measures.halfRise - b.measures.halfRise) <= 0.8,
  );
  if (arterial === null) return { arterial: null, venous: null };
  const after = arterial.measures.halfRise + 0.5;
  const later = vessels.filter(
    (c) => venousPlaces[c.p] && c.measures.halfRise > after && c.measures.peakTime > arterial.measures.peakTime,
  );
  const venous = pick(
    later,
    new Map(later.map((c) => [c.p, c])),
    grid,
    frames,
    times,
    venousScore(grid, intracranial),
    9,
    (a, b) => a.measures.area >= 0.75 * b.measures.area && Math.abs(a.measures.halfRise - b.measures.halfRise) <= 1.5,
  );
  return { arterial, venous };
}

/** The curve at a place that a person chose: the vessel-like voxels (over 60 % of the local peak) within 3 x 3 pixels. */
export function inputAt(
  frames: readonly Float32Array[],
  times: readonly Seconds[],
  grid: Grid,
  position: Vec3,
): InputFunction | null {
  const [i, j, k] = toIndex(grid, position).map(Math.round);
  const near = neighbours(grid, i, j, k, 1, 0);
  const read = near.map((p) => ({ p, peak: measureCurve(curveAt(frames, p), times).peak }));
  const best = Math.max(...read.map((r) => r.peak));
  if (!(best > 0)) return null;
  return average(
    read.filter((r) => r.peak >= 0.6 * best).map((r) => r.p),
    frames,
    times,
    grid,
    "by hand",
  );
}

function candidates(
  frames: readonly Float32Array[],
  times: readonly Seconds[],
  inside: Uint8Array,
  baselineFrames: number,
): Candidate[] {
  const n = frames.length;
  const peaks = new Float32Array(inside.length);
  const sorted: number[] = [];
  for (let p = 0; p < inside.length; p++) {
    if (!inside[p]) continue;
    // the largest mean of two neighbouring frames: a single spoilt frame is no bolus
    let peak = 0;
    for (let t = 1; t < n; t++) peak = Math.max(peak, (frames[t - 1][p] + frames[t][p]) / 2);
    peaks[p] = peak;
    sorted.push(peak);
  }
  sorted.sort((a, b) => b - a);
  if (sorted.length === 0) return [];
  const strong = sorted[Math.min(sorted.length - 1, Math.max(8, Math.floor(sorted.length * 0.0005)))];
  const usual = sorted[sorted.length >> 1];
  const least = Math.max(0.3 * strong, Math.min(3 * usual, 0.8 * strong));
  const out: Candidate[] = [];
  for (let p = 0; p < inside.length && out.length < 40000; p++) {
    if (!inside[p] || peaks[p] < least) continue;
    const curve = curveAt(frames, p);
    const measures = measureCurve(curve, times);
    if (!(measures.width > 1.5)) continue;
    let before = 0;
    for (let t = 0; t < Math.max(1, baselineFrames - 1); t++) before = Math.max(before, Math.abs(curve[t]));
    if (before > 0.25 * measures.peak) continue;
    let rough = 0;
    for (let t = 2; t < n; t++) rough += Math.abs(curve[t] - 2 * curve[t - 1] + curve[t - 2]);
    if (rough > 5 * measures.peak) continue;
    out.push({ p, measures, curve });
  }
  return out;
}

function venousScore(grid: Grid, inside: Uint8Array): (c: Candidate) => number {
  const [ni, nj] = grid.shape;
  let [sum, count, low, high] = [0, 0, nj, 0];
  for (let p = 0; p < inside.length; p++)
    if (inside[p]) {
      const j = Math.floor(p / ni) % nj;
      sum += p % ni;
      count++;
      low = Math.min(low, j);
      high = Math.max(high, j);
    }
  const middle = sum / Math.max(1, count);
  // rows run to the back of the head when the j axis points to LPS +y
  const toBack = grid.direction.j[1] >= 0;
  return ({ p, measures }) => {
    const side = Math.abs((p % ni) - middle) * grid.spacing[0];
    const depth = ((Math.floor(p / ni) % nj) - low) / Math.max(1, high - low);
    const back = toBack ? depth : 1 - depth;
    // a curve that stays up is no bolus but an edge that moved
    const stays = measures.endShare > 0.7 ? 0.3 : 1;
    return stays * measures.area * (0.6 + 0.25 * Math.exp(-((side / 12) ** 2)) + 0.15 * back);
  };
}

/** Best place by the mean score of a 3 x 3 neighbourhood, then the alike voxels around it. */
function pick(
  vessels: readonly Candidate[],
  byPlace: ReadonlyMap<number, Candidate>,
  grid: Grid,
  frames: readonly Float32Array[],
  times: readonly Seconds[],
  score: (c: Candidate) => number,
  most: number,
  alike: (a: Candidate, b: Candidate) => boolean,
): InputFunction | null {
  const own = new Map(vessels.map((c) => [c.p, score(c)]));
  const [ni, nj] = grid.shape;
  const place = (p: number): [number, number, number] => [p % ni, Math.floor(p / ni) % nj, Math.floor(p / (ni * nj))];
  let best: Candidate | null = null;
  let bestScore = 0;
  for (const c of vessels) {
    const scores = neighbours(grid, ...place(c.p), 1, 0)
      .filter((p) => p !== c.p)
      .map((p) => own.get(p) ?? 0)
      .sort((a, b) => b - a);
    const total =
      (own.get(c.p) ?? 0) * (1 + (scores[0] + scores[1] + scores[2]) / (3 * Math.max(1e-12, own.get(c.p) ?? 0)));
    if (total > bestScore) {
      bestScore = total;
      best = c;
    }
  }
  if (best === null) return null;
  const centre = best;
  const near = neighbours(grid, ...place(centre.p), 3, 1)
    .map((p) => byPlace.get(p))
    .filter((c): c is Candidate => c !== undefined && alike(c, centre))
    .sort((a, b) => score(b) - score(a))
    .slice(0, most);
  return average(
    near.map((c) => c.p),
    frames,
    times,
    grid,
    "automatic",
  );
}

function neighbours(grid: Grid, i: number, j: number, k: number, radius: number, slices: number): number[] {
  const [ni, nj, nk] = grid.shape;
  const out: number[] = [];
  for (let c = Math.max(0, k - slices); c <= Math.min(nk - 1, k + slices); c++)
    for (let b = Math.max(0, j - radius); b <= Math.min(nj - 1, j + radius); b++)
      for (let a = Math.max(0, i - radius); a <= Math.min(ni - 1, i + radius); a++) out.push((c * nj + b) * ni + a);
  return out;
}

function curveAt(frames: readonly Float32Array[], p: number): Float64Array {
  return Float64Array.from(frames, (frame) => frame[p]);
}

function average(
  voxels: readonly number[],
  frames: readonly Float32Array[],
  times: readonly Seconds[],
  grid: Grid,
  chosen: InputFunction["chosen"],
): InputFunction | null {
  if (voxels.length === 0) return null;
  const values = Float64Array.from(frames, (frame) => voxels.reduce((sum, p) => sum + frame[p], 0) / voxels.length);
  const [ni, nj] = grid.shape;
  const mean = (of: (p: number) => number): number => voxels.reduce((sum, p) => sum + of(p), 0) / voxels.length;
  const position = toPatient(
    grid,
    mean((p) => p % ni),
    mean((p) => Math.floor(p / ni) % nj),
    mean((p) => Math.floor(p / (ni * nj))),
  );
  return { times, values, measures: measureCurve(values, times), position, voxels, chosen };
}
