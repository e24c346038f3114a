import type { Seconds } from "../../core/units.ts";

/** The top of a contrast curve. */
export interface CurvePeak {
  readonly value: number;
  readonly time: Seconds;
  /** Standard error of the time by the noise given and the form between samples; NaN when the fit is exact (three samples) or not there. */
  readonly timeError: Seconds;
  /** True when the curve is largest at its last sample: its peak lies beyond the run. */
  readonly beyond: boolean;
}

/** How far down the top may reach for its fit, widest first: noise asks for many samples, exactness for few. */
const LEVELS = [0.4, 0.6, 0.8] as const;
/** Standard error of the form between samples, in intervals: what a cubic misses of the curves that were tried. */
const SHAPE_ERROR = 0.15;
const gram = new Float64Array(16);
const right = new Float64Array(8);

/**
 * The peak of one curve between its samples: a cubic fitted by least squares to the samples about the largest one that
 * are above 40 % of it (of 60, then 80 % when the residual says that the cubic does not fit), else the parabola through
 * three. `values` at `times` (s, ascending, any intervals); `noise`: standard deviation of one sample, same unit.
 * The level is found on the curve smoothed by [1 2 1] / 4, the fit is to the values themselves. On flat tops of 5 samples
 * and on gamma-variate curves 95 % of the times are within half an interval from a signal of about 20 standard
 * deviations on. Under three samples the largest one stands. Source: Strother 2010, doi:10.3174/ajnr.A2020 (parabola).
 */
export function curvePeak(values: Float64Array, times: readonly Seconds[], noise: number): CurvePeak {
  const n = values.length;
  const soft = (t: number): number => (2 * values[t] + values[t > 0 ? t - 1 : t] + values[t < n - 1 ? t + 1 : t]) / 4;
  let at = 0;
  let most = soft(0);
  for (let t = 1; t < n; t++) {
    const v = soft(t);
    if (v > most) {
      most = v;
      at = t;
    }
  }
  const plain = { value: values[at], time: times[at], timeError: Number.NaN };
  if (n < 3) return { ...plain, beyond: at === n - 1 };
  if (at === n - 1) return { ...plain, beyond: true };
  for (const level of LEVELS) {
    let [from, to] = [at, at];
    while (from > 0 && soft(from - 1) > level * most) from--;
    while (to < n - 1 && soft(to + 1) > level * most) to++;
    if (to - from < 3) break;
    const found = cubicPeak(values, times, from, to, noise);
    if (found) return { ...found, beyond: false };
  }
  return { ...parabola(values, times, Math.max(1, at)), beyond: false };
}

/** The maximum of the cubic through samples `from` to `to`; null where it does not fit or has none inside. */
function cubicPeak(
  values: Float64Array,
  times: readonly number[],
  from: number,
  to: number,
  noise: number,
): { value: number; time: number; timeError: number } | null {
  const count = to - from + 1;
  const half = (times[to] - times[from]) / 2;
  const middle = (times[to] + times[from]) / 2;
  gram.fill(0);
  right.fill(0);
  for (let t = from; t <= to; t++) {
    const x = (times[t] - middle) / half;
    let a = 1;
    for (let i = 0; i < 4; i++) {
      right[i] += values[t] * a;
      let b = a;
      for (let j = 0; j < 4; j++) {
        gram[4 * i + j] += b;
        b *= x;
      }
      a *= x;
    }
  }
  const inverse = inverted();
  if (!inverse) return null;
  const c = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].reduce((sum, j) => sum + inverse[4 * i + j] * right[j], 0));
  if (count > 4 && noise > 0) {
    let rest = 0;
    for (let t = from; t <= to; t++) {
      const x = (times[t] - middle) / half;
      rest += (values[t] - (c[0] + x * (c[1] + x * (c[2] + x * c[3])))) ** 2;
    }
    if (Math.sqrt(rest / (count - 4)) > 2 * noise) return null;
  }
  const x = vertexOf(c[1], c[2], c[3]);
  if (x === null) return null;
  const bend = 2 * c[2] + 6 * c[3] * x;
  const slope = [0, 1, 2 * x, 3 * x * x];
  let variance = 0;
  for (let i = 1; i < 4; i++) for (let j = 1; j < 4; j++) variance += slope[i] * inverse[4 * i + j] * slope[j];
  return {
    value: c[0] + x * (c[1] + x * (c[2] + x * c[3])),
    time: middle + half * x,
    timeError: Math.hypot(
      (half * noise * Math.sqrt(Math.max(0, variance))) / -bend,
      (SHAPE_ERROR * 2 * half) / (count - 1),
    ),
  };
}

/** Where b + 2 c x + 3 d x^2 is 0 and falls, within -1..1; null when nowhere. */
function vertexOf(b: number, c: number, d: number): number | null {
  if (Math.abs(d) < 1e-9 * Math.abs(c)) return c < 0 && Math.abs(b) <= -2 * c ? -b / (2 * c) : null;
  const root = c * c - 3 * b * d;
  if (root < 0) return null;
  const x = (-c - Math.sqrt(root)) / (3 * d);
  return x >= -1 && x <= 1 && c + 3 * d * x < 0 ? x : null;
}

/** Inverse of `gram` by Gauss-Jordan; null when it is singular. */
function inverted(): Float64Array | null {
  const a = Float64Array.from(gram);
  const out = new Float64Array(16);
  for (let i = 0; i < 4; i++) out[5 * i] = 1;
  for (let i = 0; i < 4; i++) {
    let pivot = i;
    for (let r = i + 1; r < 4; r++) if (Math.abs(a[4 * r + i]) > Math.abs(a[4 * pivot + i])) pivot = r;
    if (Math.abs(a[4 * pivot + i]) < 1e-9) return null;
    for (const m of [a, out])
      for (let j = 0; j < 4; j++) [m[4 * i + j], m[4 * pivot + j]] = [m[4 * pivot + j], m[4 * i + j]];
    const scale = 1 / a[5 * i];
    for (const m of [a, out]) for (let j = 0; j < 4; j++) m[4 * i + j] *= scale;
    for (let r = 0; r < 4; r++) {
      const f = a[4 * r + i];
      if (r === i || f === 0) continue;
      for (const m of [a, out]) for (let j = 0; j < 4; j++) m[4 * r + j] -= f * m[4 * i + j];
    }
  }
  return out;
}

/** Vertex of the parabola through sample `at` and its neighbours, at any intervals; the sample when it does not bend. */
function parabola(
  values: Float64Array,
  times: readonly number[],
  at: number,
): { value: number; time: number; timeError: number } {
  const [h, g] = [times[at] - times[at - 1], times[at + 1] - times[at]];
  const [u, v] = [(values[at] - values[at - 1]) / h, (values[at + 1] - values[at]) / g];
  const bend = (v - u) / (h + g);
  const plain = { value: values[at], time: times[at], timeError: Number.NaN };
  if (!(bend < 0)) return plain;
  const slope = (u * g + v * h) / (h + g);
  const offset = Math.max(-h, Math.min(g, -slope / (2 * bend)));
  return {
    value: values[at] + slope * offset + bend * offset * offset,
    time: times[at] + offset,
    timeError: Number.NaN,
  };
}
