import { normal, uniform } from "../../core/random.ts";
import type { Seconds } from "../../core/units.ts";
import { type CurvePoints, readCurve } from "./curve-points.ts";
import type { DensityRun } from "./density-run.ts";

/** Mean density of a region over time. */
export interface RegionCurve {
  readonly times: readonly Seconds[];
  /** ln units, one a frame. */
  readonly values: Float64Array;
  /** Standard deviation of such a mean in one frame, and of what the mask adds to all frames alike. */
  readonly noise: number;
  readonly maskNoise: number;
  readonly pixels: number;
}

/** Noise of detectors is correlated over about so many pixels: a mean of n pixels is as good as one of n / 4. */
const CORRELATED = 4;

/**
 * The curve of a region: `region` holds row-major pixel indices, `noise` comes from `densityNoise`. The noise of the mean
 * counts four neighbouring pixels as one. An empty region gives zeros and no pixels.
 */
export function regionCurve(run: DensityRun, region: Int32Array, noise: Float32Array): RegionCurve {
  const { length } = region;
  const values = Float64Array.from(run.densities, (frame) => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += frame[region[k]];
    return length === 0 ? 0 : sum / length;
  });
  let square = 0;
  for (let k = 0; k < length; k++) square += noise[region[k]] ** 2;
  const whole = length === 0 ? 0 : Math.sqrt(square / length / Math.max(1, length / CORRELATED));
  const m = Math.max(1, run.calm.length);
  return {
    times: run.times,
    values,
    noise: whole * Math.sqrt(m / (m + 1)),
    maskNoise: whole / Math.sqrt(m + 1),
    pixels: length,
  };
}

/** Numbers that are read off a curve or two, each with a standard error. NaN: cannot be computed. */
export type WithError<Name extends string> = Readonly<Record<Name, { readonly value: number; readonly error: number }>>;

type PointName = Exclude<keyof CurvePoints, "ttpError">;
export type RegionMeasures = WithError<PointName>;

const POINTS = ["arrival", "ttp", "peak", "auc", "mtt", "fwhm", "washIn", "washOut", "endShare"] as const;
const REPEATS = 200;
/** Times between frames are interpolated: this share of the interval is added to their error. */
const SHAPE = 0.15;
const TIMES: ReadonlySet<string> = new Set(["arrival", "ttp", "mtt", "fwhm", "washOut", "delay", "mttDifference"]);

/** The numbers of one curve; their errors by 200 repetitions with its noise (seeded, so the same each time). */
export function measureRegion(curve: RegionCurve): RegionMeasures {
  return repeated([curve], POINTS, ([one]) => readCurve(one, curve.times, curve.noise));
}

/** A region relative to the artery that feeds it, which takes out how the injection was made. */
export type RelativeMeasures = WithError<"delay" | "areaShare" | "peakShare" | "mttDifference">;

/**
 * Delay of the peak (s), area and peak (% of the parent's) and difference of transit (s) of a region against its parent
 * artery. Both curves are of one run. Errors as in `measureRegion`, with the noise of both. Areas mix depth: what lies
 * over the region counts. Not to be read for areas when the run is DISP.
 * Source: relative times of Strother 2010, doi:10.3174/ajnr.A2020.
 */
export function relativeTo(parent: RegionCurve, region: RegionCurve): RelativeMeasures {
  return repeated([parent, region], ["delay", "areaShare", "peakShare", "mttDifference"], ([p, r]) => {
    const a = readCurve(p, parent.times, parent.noise);
    const b = readCurve(r, region.times, region.noise);
    return {
      delay: b.ttp - a.ttp,
      areaShare: (100 * b.auc) / a.auc,
      peakShare: (100 * b.peak) / a.peak,
      mttDifference: b.mtt - a.mtt,
    };
  });
}

/**
 * Values of `read` on the curves as they are, with the standard deviation over 200 repetitions in which each curve gets
 * noise of its size in every frame, and that of the mask in all frames alike. Times get a share of the frame interval
 * added. An error is NaN where fewer than half of the repetitions have a value.
 */
export function repeated<Name extends string>(
  curves: readonly RegionCurve[],
  names: readonly Name[],
  read: (values: readonly Float64Array[]) => Readonly<Record<Name, number>>,
): WithError<Name> {
  const random = normal(uniform(20_26));
  const found = read(curves.map(({ values }) => values));
  const sums = new Map(names.map((name) => [name, { n: 0, sum: 0, square: 0 }]));
  for (let k = 0; k < REPEATS; k++) {
    const shaken = curves.map(({ values, noise, maskNoise }) => {
      const base = maskNoise * random();
      return values.map((value) => value + base + noise * random());
    });
    const again = read(shaken);
    for (const name of names) {
      const away = again[name] - found[name];
      if (Number.isNaN(away)) continue;
      const s = sums.get(name)!;
      s.n++;
      s.sum += away;
      s.square += away * away;
    }
  }
  const times = curves[0]?.times ?? [];
  const interval = times.length > 1 ? (times[times.length - 1] - times[0]) / (times.length - 1) : 0;
  return Object.fromEntries(
    names.map((name) => {
      const { n, sum, square } = sums.get(name)!;
      const spread = n < REPEATS / 2 ? Number.NaN : Math.sqrt(Math.max(0, square / n - (sum / n) ** 2));
      return [name, { value: found[name], error: TIMES.has(name) ? Math.hypot(spread, SHAPE * interval) : spread }];
    }),
  ) as WithError<Name>;
}
