import type { Seconds } from "../../core/units.ts";
import { peakOffset } from "../perfusion/curve.ts";
import { harmonicPlan } from "../perfusion/harmonic-plan.ts";
import { type RegionCurve, repeated, type WithError } from "./region-curve.ts";

/** What a region does to the contrast that comes in at its inlet, whatever the injection was. */
export interface InletResponse {
  readonly numbers: WithError<"mtt" | "tmax">;
  /** Shortest transit that this injection can resolve, s. */
  readonly resolution: Seconds;
  /** The response itself at `times`, per second. */
  readonly times: readonly Seconds[];
  readonly response: Float64Array;
}

const LEAST_SAMPLES = 8;
const MOST_SAMPLES = 96;
const THRESHOLD = 0.005;
/** The response is seen through a Gaussian of at least this standard deviation, the same for every injection. */
const SOFT_S = 0.3;

/**
 * Deconvolves the curve of a region by that of its inlet: truncated singular values of the block-circulant matrix (10 %
 * of the largest, which needs no start of the injection), on uniform time by linear interpolation at the shortest
 * interval of the run. The mean transit is area over height of the response; the time of its maximum is the delay.
 * Both are free of the duration of the injection as far as the injection resolves them. Returns a reason in words when it
 * cannot be done: fewer than 8 frames, no contrast at the inlet, a run that ends before the inlet has emptied.
 * Source: block-circulant deconvolution, Wu 2003, doi:10.1002/mrm.10522.
 */
export function inletResponse(inlet: RegionCurve, region: RegionCurve): InletResponse | { readonly reason: string } {
  const { times } = inlet;
  if (times.length < LEAST_SAMPLES)
    return { reason: `The run has ${times.length} frames; at least ${LEAST_SAMPLES} are needed.` };
  const most = Math.max(...inlet.values);
  if (!(most > 6 * Math.max(inlet.noise, 1e-9))) return { reason: "The inlet has no contrast above its noise." };
  const last = inlet.values.at(-1)!;
  if (last > 0.5 * most)
    return { reason: `The inlet still holds ${Math.round((100 * last) / most)} % of its contrast when the run ends.` };
  const gap = Math.min(...times.slice(1).map((t, k) => t - times[k]));
  const span = times[times.length - 1] - times[0];
  const dt = Math.max(gap, span / MOST_SAMPLES);
  const n = Math.floor(span / dt + 1e-6) + 1;
  const grid = Array.from({ length: n }, (_, k) => times[0] + k * dt);
  const solve = (values: readonly Float64Array[]) => {
    const [input, output] = values.map((one) => onGrid(one, times, grid));
    const plan = harmonicPlan(input, dt, [THRESHOLD]);
    return { plan, k: residue(output, plan) };
  };
  const first = solve([inlet.values, region.values]);
  const numbers = repeated([inlet, region], ["mtt", "tmax"], (values) => {
    const { k } = solve(values);
    const top = k.indexOf(Math.max(...k));
    const area = k.reduce((sum, v) => sum + v, 0) * dt;
    const mtt = area > 0 && k[top] > 0 ? mixedTransit(k[top] / area, Math.max(dt, SOFT_S)) : Number.NaN;
    const at = top + peakOffset(k, top);
    return { mtt, tmax: (at > n ? at - k.length : at) * dt };
  });
  const highest = Math.max(1, ...first.plan.harmonics);
  return {
    numbers,
    resolution: (first.plan.length * dt) / (2 * highest),
    times: grid.map((t) => t - grid[0]),
    response: first.k.slice(0, n),
  };
}

/**
 * The time constant of a well-mixed space whose response, seen through a Gaussian of `soft` s, has the height `height` (1/s,
 * area 1): height falls as the constant grows, so it is found by halving.
 */
function mixedTransit(height: number, soft: number): number {
  let [low, high] = [soft / 50, 200];
  for (let k = 0; k < 40; k++) {
    const middle = Math.sqrt(low * high);
    if (softHeight(middle, soft) > height) low = middle;
    else high = middle;
  }
  return high > 199 ? Number.NaN : Math.sqrt(low * high);
}

/** Largest value of exp(-t / tau) / tau, t > 0, through a Gaussian of `soft` s. */
function softHeight(tau: number, soft: number): number {
  const r = soft / tau;
  let most = 0;
  for (let x = -1; x <= 4; x += 0.05) {
    const arg = r * r * 0.5 - r * x;
    most = Math.max(most, (Math.exp(arg) * normalShare(x - r)) / tau);
  }
  return most;
}

/** Share of a normal distribution below x (Abramowitz and Stegun 7.1.26, within 2e-7). */
function normalShare(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-z * z);
  return x < 0 ? tail / 2 : 1 - tail / 2;
}

function onGrid(values: Float64Array, times: readonly number[], grid: readonly number[]): Float64Array {
  let at = 0;
  return Float64Array.from(grid, (t) => {
    while (at < times.length - 2 && times[at + 1] <= t) at++;
    const u = Math.min(1, (t - times[at]) / (times[at + 1] - times[at]));
    return values[at] + u * (values[at + 1] - values[at]);
  });
}

/** The response over the whole circle of 2n samples, from the harmonics that are kept. */
function residue(output: Float64Array, plan: ReturnType<typeof harmonicPlan>): Float64Array {
  const { length, harmonics, inverseRe, inverseIm, weight } = plan;
  const k = new Float64Array(length);
  harmonics.forEach((harmonic, q) => {
    let [a, b] = [0, 0];
    for (let t = 0; t < output.length; t++) {
      const angle = (2 * Math.PI * ((harmonic * t) % length)) / length;
      a += output[t] * Math.cos(angle);
      b -= output[t] * Math.sin(angle);
    }
    const omega = (2 * Math.PI * harmonic) / (length * plan.dt);
    const w = weight[q] * Math.exp(-((omega * Math.max(plan.dt, SOFT_S)) ** 2) / 2);
    const re = (a * inverseRe[q] - b * inverseIm[q]) * w;
    const im = (a * inverseIm[q] + b * inverseRe[q]) * w;
    for (let t = 0; t < length; t++) {
      const angle = (2 * Math.PI * ((harmonic * t) % length)) / length;
      k[t] += re * Math.cos(angle) - im * Math.sin(angle);
    }
  });
  return k;
}
