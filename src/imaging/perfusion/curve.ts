import type { Seconds } from "../../core/units.ts";

/** What is read off one contrast curve. Times in s from the start of the series; NaN where the curve has no such point. */
export interface CurveMeasures {
  readonly peak: number;
  readonly peakTime: Seconds;
  /** Half of the peak on the way up, and on the way down (the last time when it never falls that far). */
  readonly halfRise: Seconds;
  readonly halfFall: Seconds;
  readonly width: Seconds;
  readonly fallsToHalf: boolean;
  /** Last sample (mean of the last two) over the peak. */
  readonly endShare: number;
  /** Integral over the series, value times s. */
  readonly area: number;
}

/**
 * Measures one curve of enhancement (baseline at 0) on uniform or other ascending `times`, with linear interpolation
 * between samples. A flat or negative curve has peak <= 0 and NaN times.
 */
export function measureCurve(curve: ArrayLike<number>, times: readonly Seconds[]): CurveMeasures {
  const n = curve.length;
  let at = 0;
  for (let t = 1; t < n; t++) if (curve[t] > curve[at]) at = t;
  const peak = curve[at];
  let area = 0;
  for (let t = 1; t < n; t++) area += ((curve[t] + curve[t - 1]) / 2) * (times[t] - times[t - 1]);
  const endShare = peak > 0 ? (curve[n - 1] + curve[n - 2]) / 2 / peak : Number.NaN;
  if (!(peak > 0)) {
    const none = Number.NaN;
    return { peak, peakTime: none, halfRise: none, halfFall: none, width: none, fallsToHalf: false, endShare, area };
  }
  const half = peak / 2;
  let up = at;
  while (up > 0 && curve[up - 1] > half) up--;
  const halfRise = up === 0 ? times[0] : cross(curve, times, up - 1, half);
  let down = at;
  while (down < n - 1 && curve[down + 1] > half) down++;
  const fallsToHalf = down < n - 1;
  const halfFall = fallsToHalf ? cross(curve, times, down, half) : times[n - 1];
  return {
    peak,
    peakTime: times[at] + peakOffset(curve, at) * intervalAt(times, at),
    halfRise,
    halfFall,
    width: halfFall - halfRise,
    fallsToHalf,
    endShare,
    area,
  };
}

function cross(curve: ArrayLike<number>, times: readonly number[], a: number, value: number): number {
  const u = (value - curve[a]) / (curve[a + 1] - curve[a]);
  return times[a] + u * (times[a + 1] - times[a]);
}

function intervalAt(times: readonly number[], at: number): number {
  return at + 1 < times.length ? times[at + 1] - times[at] : times[at] - times[at - 1];
}

/** Vertex of the parabola through a peak sample and its neighbours, in samples from it (-0.5..0.5; 0 at the ends). */
export function peakOffset(curve: ArrayLike<number>, at: number): number {
  if (at <= 0 || at >= curve.length - 1) return 0;
  const bend = curve[at - 1] - 2 * curve[at] + curve[at + 1];
  if (!(bend < 0)) return 0;
  return Math.max(-0.5, Math.min(0.5, (curve[at - 1] - curve[at + 1]) / (2 * bend)));
}
