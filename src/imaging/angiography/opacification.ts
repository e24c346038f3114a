import type { DensityRun } from "./density-run.ts";

/** Pictures that hold the whole run in one, row-major, ln units (summed: ln units times s). */
export interface Opacification {
  /** The most density that each pixel has: maximum opacification, which is the minimum of intensity. */
  readonly most: Float32Array;
  /** The least density: where this is far below 0 something moved. */
  readonly least: Float32Array;
  /** Density over time, by the trapezoid rule at the times of the frames. */
  readonly summed: Float32Array;
}

/**
 * Minimum, maximum and summed opacification over frames `from` to `to` (both included; all when left out).
 * No frame gives zeros. Source: Strother 2010, doi:10.3174/ajnr.A2020 (maximum opacification).
 */
export function opacification(run: DensityRun, from = 0, to = run.densities.length - 1): Opacification {
  const size = run.rows * run.columns;
  const first = run.densities[from];
  const most = first ? Float32Array.from(first) : new Float32Array(size);
  const least = Float32Array.from(most);
  const summed = new Float32Array(size);
  for (let t = from + 1; t <= Math.min(to, run.densities.length - 1); t++) {
    const [frame, before] = [run.densities[t], run.densities[t - 1]];
    const half = (run.times[t] - run.times[t - 1]) / 2;
    for (let p = 0; p < size; p++) {
      const value = frame[p];
      if (value > most[p]) most[p] = value;
      if (value < least[p]) least[p] = value;
      summed[p] += half * (value + before[p]);
    }
  }
  return { most, least, summed };
}
