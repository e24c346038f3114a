import type { Seconds } from "../../core/units.ts";
import { type CurveMeasures, measureCurve } from "../perfusion/curve.ts";

/** Time-density of one region and what is read off it; times in s from the first frame. */
export interface TimeDensity {
  readonly times: readonly Seconds[];
  /** Mean density of the region in each frame, ln units. */
  readonly values: Float64Array;
  readonly measures: CurveMeasures;
  /** First crossing of a tenth of the peak on the way up. */
  readonly arrival: Seconds | null;
  /** First moment of the curve after arrival, s: sum t D / sum D, from arrival. */
  readonly meanTransit: Seconds | null;
}

/**
 * Reads the curve of a region from subtracted frames (`subtract`, without landmark).
 * `densities[t]` row-major; `region` 0/1 of the same size; `times` in s, ascending. Peak time by the parabola through
 * the largest frame. Arrival and mean transit are null for a curve that does not rise. An empty region gives zeros.
 * Areas of DISP runs and of different projections must not be compared. Source: Strother 2010, doi:10.3174/ajnr.A2020.
 */
export function timeDensity(
  densities: readonly Float32Array[],
  region: Uint8Array,
  times: readonly Seconds[],
): TimeDensity {
  const pixels: number[] = [];
  for (let p = 0; p < region.length; p++) if (region[p]) pixels.push(p);
  const values = Float64Array.from(densities, (frame) =>
    pixels.length === 0 ? 0 : pixels.reduce((sum, p) => sum + frame[p], 0) / pixels.length,
  );
  const measures = measureCurve(values, times);
  let arrival: number | null = null;
  let meanTransit: number | null = null;
  if (measures.peak > 0) {
    const tenth = measures.peak / 10;
    let t = values.indexOf(measures.peak);
    while (t > 0 && values[t - 1] > tenth) t--;
    arrival =
      t === 0
        ? times[0]
        : times[t - 1] + ((tenth - values[t - 1]) / (values[t] - values[t - 1])) * (times[t] - times[t - 1]);
    let [area, moment] = [0, 0];
    for (let k = Math.max(1, t); k < values.length; k++) {
      const dt = times[k] - times[k - 1];
      const d = Math.max(0, values[k]);
      area += d * dt;
      moment += d * dt * (times[k] - arrival);
    }
    meanTransit = area > 0 ? moment / area : null;
  }
  return { times, values, measures, arrival, meanTransit };
}
