import type { Seconds } from "../../core/units.ts";
import { curvePeak } from "./curve-peak.ts";

/** What is read off one time-density curve. NaN: the curve has no such point, or it lies beyond the run. */
export interface CurvePoints {
  /** s from the first frame: 15 % of the peak on the way up. */
  readonly arrival: Seconds;
  /** s from the first frame: the top. */
  readonly ttp: Seconds;
  readonly ttpError: Seconds;
  /** ln units. */
  readonly peak: number;
  /** ln units times s, from the frame before arrival to the last. */
  readonly auc: number;
  /** First moment of that area, s after arrival. */
  readonly mtt: Seconds;
  /** Between half the peak on the way up and on the way down, s. */
  readonly fwhm: Seconds;
  /** ln units a second between 20 and 80 % of the peak on the way up. */
  readonly washIn: number;
  /** s: the time constant of the fall from 80 to 20 % of the peak. */
  readonly washOut: Seconds;
  /** Mean of the last two samples over the peak: how much contrast is still there when the run ends. */
  readonly endShare: number;
}

export const NO_POINTS: CurvePoints = {
  arrival: Number.NaN,
  ttp: Number.NaN,
  ttpError: Number.NaN,
  peak: Number.NaN,
  auc: Number.NaN,
  mtt: Number.NaN,
  fwhm: Number.NaN,
  washIn: Number.NaN,
  washOut: Number.NaN,
  endShare: Number.NaN,
};

const ARRIVAL = 0.15;
/** Above this share of the peak at the end of the run, the area has so much of it missing that its moment means nothing. */
const CUT_OFF = 0.5;

/**
 * Reads one time-density curve (baseline 0, contrast positive). `values` at `times` (s, ascending, any intervals);
 * `noise`: standard deviation of a sample. Linear between samples except at the top (`curvePeak`). A curve that does not
 * rise gives NaN throughout; one whose top is its last sample has no time to peak, width, transit or wash-out; one that
 * ends above half its peak has no transit. Wash-out needs three samples between 80 and 20 %.
 * Source: Strother 2010, doi:10.3174/ajnr.A2020.
 */
export function readCurve(values: Float64Array, times: readonly Seconds[], noise: number): CurvePoints {
  const n = values.length;
  if (n === 0) return NO_POINTS;
  const top = curvePeak(values, times, noise);
  if (!(top.value > 0)) return NO_POINTS;
  const peak = top.value;
  let at = 0;
  while (at < n - 1 && times[at + 1] <= top.time) at++;
  if (at < n - 1 && values[at + 1] > values[at]) at++;
  const up = (share: number): number => crossing(values, times, at, -1, share * peak);
  const down = (share: number): number => crossing(values, times, at, 1, share * peak);
  const arrival = up(ARRIVAL);
  let start = 0;
  while (start < n - 1 && times[start + 1] <= arrival) start++;
  let [auc, moment] = [0, 0];
  for (let t = start + 1; t < n; t++) {
    const dt = times[t] - times[t - 1];
    auc += ((values[t] + values[t - 1]) / 2) * dt;
    moment += ((values[t] * times[t] + values[t - 1] * times[t - 1]) / 2) * dt;
  }
  const endShare = (values[n - 1] + values[Math.max(0, n - 2)]) / 2 / peak;
  const whole = !top.beyond && endShare < CUT_OFF;
  const rise = up(0.8) - up(0.2);
  return {
    arrival,
    ttp: top.beyond ? Number.NaN : top.time,
    ttpError: top.beyond ? Number.NaN : top.timeError,
    peak,
    auc,
    mtt: whole && auc > 0 ? moment / auc - arrival : Number.NaN,
    fwhm: top.beyond ? Number.NaN : down(0.5) - up(0.5),
    washIn: rise > 0 ? (0.6 * peak) / rise : Number.NaN,
    washOut: top.beyond ? Number.NaN : fallConstant(values, times, at, peak),
    endShare,
  };
}

/** The time at which the curve passes `level` walking from `at` by `step`; NaN when it never does (rising: the first time). */
function crossing(values: Float64Array, times: readonly number[], at: number, step: 1 | -1, level: number): number {
  let t = at;
  while (values[t] > level) {
    const next = t + step;
    if (next < 0) return times[0];
    if (next >= values.length) return Number.NaN;
    if (values[next] <= level)
      return times[t] + ((values[t] - level) / (values[t] - values[next])) * (times[next] - times[t]);
    t = next;
  }
  return times[t];
}

/** Time constant of the fall from 80 to 20 %: least squares of the logarithm, weighted by the square of the value. */
function fallConstant(values: Float64Array, times: readonly number[], at: number, peak: number): number {
  let t = at;
  while (t < values.length && values[t] > 0.8 * peak) t++;
  let [w, wt, wl, wtt, wtl, count] = [0, 0, 0, 0, 0, 0];
  for (; t < values.length && values[t] > 0.2 * peak; t++) {
    const weight = values[t] ** 2;
    const log = Math.log(values[t]);
    w += weight;
    wt += weight * times[t];
    wl += weight * log;
    wtt += weight * times[t] * times[t];
    wtl += weight * times[t] * log;
    count++;
  }
  const spread = w * wtt - wt * wt;
  if (count < 3 || !(spread > 0)) return Number.NaN;
  const slope = (w * wtl - wt * wl) / spread;
  return slope < 0 ? -1 / slope : Number.NaN;
}
