import { WillisError } from "../../core/errors.ts";
import type { Seconds } from "../../core/units.ts";

/** A linear map from the acquired frames to uniform time: sample t is the sum of `weight[4t+m] * frame[source[4t+m]]`. */
export interface Resampling {
  readonly dt: Seconds;
  readonly times: readonly Seconds[];
  /** Null when the acquisition is uniform already (within 2 % of the interval): then frames stay as they are. */
  readonly taps: { readonly source: Int32Array; readonly weight: Float64Array } | null;
}

/** Working interval in s: the oscillation index depends on the interval, so every acquisition is brought to the same. */
export const WORKING_INTERVAL = 1;

/**
 * Plans uniform time for an acquisition with any intervals (1 s then 3 s phases, dropped frames).
 * `times`: s, ascending. The interval is 1 s (longer when the scan exceeds 119 s); an acquisition that is uniform
 * within 2 % at 0.8 to 1.1 s stays as it is. Values come from the cubic Hermite curve through the frames with
 * three-point slopes: linear in the data, third order, exact at the frames.
 * Throws `cannot-compute` for under 8 frames or times that do not ascend.
 */
export function planUniformTime(times: readonly Seconds[]): Resampling {
  if (times.length < 8)
    throw new WillisError("cannot-compute", `${times.length} time points are too few for perfusion: at least 8.`);
  const gaps = times.slice(1).map((t, i) => t - times[i]);
  const wrong = gaps.findIndex((g) => !(g > 0));
  if (wrong >= 0)
    throw new WillisError(
      "cannot-compute",
      `Frame ${wrong + 2} is at ${times[wrong + 1]} s, not after the frame before it (${times[wrong]} s): sort by time.`,
    );
  const span = times[times.length - 1] - times[0];
  const mean = span / gaps.length;
  if (mean > 0.8 && mean < 1.1 && gaps.every((g) => Math.abs(g - mean) <= 0.02 * mean))
    return { dt: mean, times, taps: null };
  const dt = Math.max(WORKING_INTERVAL, span / 119);
  const count = Math.floor(span / dt + 1e-6) + 1;
  const uniform = Array.from({ length: count }, (_, t) => times[0] + t * dt);
  return { dt, times: uniform, taps: hermite(times, uniform) };
}

function hermite(from: readonly number[], to: readonly number[]): { source: Int32Array; weight: Float64Array } {
  const source = new Int32Array(to.length * 4);
  const weight = new Float64Array(to.length * 4);
  const last = from.length - 1;
  /** Weights of the three-point slope at frame a, on frames a-1, a, a+1 (two points at the ends). */
  const slope = (a: number): [number, number, number] => {
    if (a === 0) return [0, -1 / (from[1] - from[0]), 1 / (from[1] - from[0])];
    if (a === last) return [-1 / (from[last] - from[last - 1]), 1 / (from[last] - from[last - 1]), 0];
    const h = from[a] - from[a - 1];
    const g = from[a + 1] - from[a];
    return [-g / (h * (h + g)), (g - h) / (g * h), h / (g * (h + g))];
  };
  let a = 0;
  to.forEach((time, t) => {
    while (a < last - 1 && from[a + 1] <= time) a++;
    const h = from[a + 1] - from[a];
    const u = Math.min(1, (time - from[a]) / h);
    const left = (u ** 3 - 2 * u ** 2 + u) * h;
    const right = (u ** 3 - u ** 2) * h;
    const s0 = slope(a);
    const s1 = slope(a + 1);
    const w = [
      left * s0[0],
      2 * u ** 3 - 3 * u ** 2 + 1 + left * s0[1] + right * s1[0],
      3 * u ** 2 - 2 * u ** 3 + left * s0[2] + right * s1[1],
      right * s1[2],
    ];
    for (let m = 0; m < 4; m++) {
      source[4 * t + m] = Math.max(0, Math.min(last, a - 1 + m));
      weight[4 * t + m] = w[m];
    }
  });
  return { source, weight };
}

/**
 * Curves on uniform time. `curves` [frames][voxels], all voxels of a frame together; the result has
 * `plan.times.length` frames. A uniform acquisition is returned as it is.
 */
export function resample(curves: Float32Array, voxels: number, plan: Resampling): Float32Array {
  if (plan.taps === null) return curves;
  const out = new Float32Array(plan.times.length * voxels);
  for (let t = 0; t < plan.times.length; t++) {
    const to = out.subarray(t * voxels, (t + 1) * voxels);
    for (let m = 4 * t; m < 4 * t + 4; m++) {
      const w = plan.taps.weight[m];
      if (w === 0) continue;
      const from = curves.subarray(plan.taps.source[m] * voxels, (plan.taps.source[m] + 1) * voxels);
      for (let v = 0; v < voxels; v++) to[v] += w * from[v];
    }
  }
  return out;
}
