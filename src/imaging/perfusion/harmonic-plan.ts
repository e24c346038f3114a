import { WillisError } from "../../core/errors.ts";
import type { Seconds } from "../../core/units.ts";

/** Truncation levels of oscillation-index SVD, scanned from the least to the most truncation (Wu 2003). */
export const OSVD_LEVELS: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) * 0.05);

/** Largest accepted oscillation index (Wu 2003, doi:10.1002/mrm.10522). */
export const OSCILLATION_LIMIT = 0.035;

/**
 * What the deconvolution needs of one arterial input function. The block-circulant matrix is diagonal in the Fourier
 * basis, so its singular values are |lambda_k| and a truncation level is a set of kept harmonics. The sets are nested:
 * `harmonics` is ordered by falling |lambda|, and `keep[j]` says how many of them level `levels[j]` keeps.
 */
export interface HarmonicPlan {
  /** Frames of a curve, and length of the zero-padded circle (always 2n). */
  readonly n: number;
  readonly length: number;
  readonly dt: Seconds;
  /** Kept harmonic numbers (0..n), by falling |lambda|. */
  readonly harmonics: Int32Array;
  /** 1/lambda of each kept harmonic. */
  readonly inverseRe: Float64Array;
  readonly inverseIm: Float64Array;
  /** Weight of each harmonic in a real synthesis: 1/L for k = 0 and k = n, else 2/L. */
  readonly weight: Float64Array;
  /** Distinct levels: index into the thresholds given, and the number of harmonics kept. */
  readonly levels: Int32Array;
  readonly keep: Int32Array;
  readonly thresholds: readonly number[];
}

/**
 * First column of the circulant of an arterial curve with the Volterra weights [1 4 1]/6.
 * `aif` has n samples (any unit); the result has 2n. Edge samples keep only the neighbours that exist.
 * Source: Ostergaard 1996 (doi:10.1002/mrm.1910360510), Wu 2003.
 */
export function circulantColumn(aif: ArrayLike<number>): Float64Array {
  const n = aif.length;
  const column = new Float64Array(2 * n);
  column[0] = aif[0];
  for (let k = 1; k < n - 1; k++) column[k] = (aif[k - 1] + 4 * aif[k] + aif[k + 1]) / 6;
  column[n - 1] = (aif[n - 2] + 4 * aif[n - 1]) / 6;
  column[n] = aif[n - 1] / 6;
  return column;
}

/**
 * Diagonalises the deconvolution for one arterial curve.
 * `aif`: n >= 4 samples in HU (or 1/s for MR), uniform in time; `dt` in s; `thresholds` ascending fractions of the
 * largest singular value. Levels that keep the same harmonics are named once (the first of them).
 * Throws `cannot-compute` when the curve is too short, not finite, or zero everywhere.
 * Source: circulant = F^H diag(lambda) F; Wu 2003, doi:10.1002/mrm.10522.
 */
export function harmonicPlan(
  aif: ArrayLike<number>,
  dt: Seconds,
  thresholds: readonly number[] = OSVD_LEVELS,
): HarmonicPlan {
  const n = aif.length;
  if (n < 4)
    throw new WillisError("cannot-compute", `An arterial curve of ${n} samples is too short: give at least 4.`);
  if (!(dt > 0)) throw new WillisError("cannot-compute", `The frame interval is ${dt} s: it must be above 0.`);
  const column = circulantColumn(aif);
  const length = 2 * n;
  const re = new Float64Array(n + 1);
  const im = new Float64Array(n + 1);
  const magnitude = new Float64Array(n + 1);
  let largest = 0;
  for (let k = 0; k <= n; k++) {
    for (let t = 0; t <= n; t++) {
      const angle = (2 * Math.PI * ((k * t) % length)) / length;
      re[k] += dt * column[t] * Math.cos(angle);
      im[k] -= dt * column[t] * Math.sin(angle);
    }
    magnitude[k] = Math.hypot(re[k], im[k]);
    largest = Math.max(largest, magnitude[k]);
  }
  if (!(largest > 0) || !Number.isFinite(largest))
    throw new WillisError("cannot-compute", "The arterial curve is zero or not finite: choose another place for it.");
  const least = thresholds[0] * largest;
  const order = Array.from(magnitude, (_, k) => k)
    .filter((k) => magnitude[k] >= least)
    .sort((a, b) => magnitude[b] - magnitude[a]);
  const levels: number[] = [];
  const keep: number[] = [];
  thresholds.forEach((threshold, j) => {
    const kept = order.filter((k) => magnitude[k] >= threshold * largest).length;
    if (kept !== keep[keep.length - 1]) {
      levels.push(j);
      keep.push(kept);
    }
  });
  return {
    n,
    length,
    dt,
    harmonics: Int32Array.from(order),
    inverseRe: Float64Array.from(order, (k) => re[k] / magnitude[k] ** 2),
    inverseIm: Float64Array.from(order, (k) => -im[k] / magnitude[k] ** 2),
    weight: Float64Array.from(order, (k) => (k === 0 || k === n ? 1 : 2) / length),
    levels: Int32Array.from(levels),
    keep: Int32Array.from(keep),
    thresholds,
  };
}

/** Time resolution of the residue function in s, 1/(2 f) of the highest harmonic that the least truncation keeps. */
export function resolutionLimit(plan: HarmonicPlan): Seconds {
  const highest = Math.max(1, ...plan.harmonics);
  return (plan.length * plan.dt) / (2 * highest);
}
