import type { Seconds } from "../../core/units.ts";

/** Where the bolus arrives: frames 0..baselineFrames-1 are before it. */
export interface Arrival {
  readonly baselineFrames: number;
  /** Time of the first frame of the rise, s from the start of the series. */
  readonly time: Seconds;
  /** False when the first frames already rise, or nothing rises at all: the baseline is then a guess. */
  readonly clear: boolean;
}

/**
 * Bolus arrival from the mean curve of the fastest-enhancing voxels (arteries first).
 * `frames` on one grid in HU or signal; `inside` masks the head; `sign` is +1 when contrast raises the value (CT) and
 * -1 when it lowers it (DSC); `skip` leading frames are ignored (steady state in MR).
 * The rise is followed back from half of the peak to the last frame within 3 SD (and 4 % of the peak) of the frames
 * before it. An empty mask or a flat series gives a quarter of the frames, `clear: false`.
 */
export function bolusArrival(
  frames: readonly Float32Array[],
  times: readonly Seconds[],
  inside: Uint8Array,
  sign: 1 | -1 = 1,
  skip: number = 0,
): Arrival {
  const curve = fastestCurve(frames, inside, sign);
  const n = curve.length;
  const guess = { baselineFrames: Math.max(1, n >> 2), time: times[Math.max(1, n >> 2)] ?? 0, clear: false };
  if (n < 4) return guess;
  let peak = skip;
  for (let t = skip; t < n; t++) if (curve[t] > curve[peak]) peak = t;
  const lowest = Math.min(...curve.slice(skip, peak + 1));
  const height = curve[peak] - lowest;
  if (!(height > 0)) return guess;
  let t = peak;
  while (t > skip && curve[t] - lowest > 0.5 * height) t--;
  while (t > skip) {
    const before = curve.slice(skip, t);
    const mean = before.reduce((a, b) => a + b, 0) / before.length;
    const spread = Math.sqrt(before.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, before.length - 1));
    const allowed = Math.max(0.02 * height, Math.min(0.06 * height, before.length > 2 ? 3 * spread : 0));
    if (curve[t] - mean <= allowed) break;
    t--;
  }
  const baselineFrames = Math.max(1, t + 1 - skip);
  return { baselineFrames: baselineFrames + skip, time: times[Math.min(n - 1, t + 1)], clear: t > skip };
}

/** Mean curve of the half percent of voxels that change most, made to rise. */
function fastestCurve(frames: readonly Float32Array[], inside: Uint8Array, sign: 1 | -1): number[] {
  const voxels: number[] = [];
  for (let p = 0; p < inside.length; p++) if (inside[p]) voxels.push(p);
  const change = Float32Array.from(voxels, (p) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    // the second largest value, so that one spoilt frame does not count as a bolus
    let second = high;
    for (const frame of frames) {
      const x = sign * frame[p];
      if (x < low) low = x;
      if (x > high) {
        second = high;
        high = x;
      } else if (x > second) second = x;
    }
    return second - low;
  });
  const sorted = change.slice().sort();
  const cut = sorted[Math.max(0, Math.floor(sorted.length * 0.995) - 1)] ?? 0;
  const chosen = voxels.filter((_, v) => change[v] >= cut);
  return frames.map((frame) => chosen.reduce((sum, p) => sum + sign * frame[p], 0) / Math.max(1, chosen.length));
}
