import type { Limitation } from "../../core/limitation.ts";
import { type CurvePoints, readCurve } from "./curve-points.ts";
import { type DensityRun, densityNoise } from "./density-run.ts";
import { softener } from "./soften-simd.ts";

/** Names of the parametric maps of a run, in the order in which they are offered. */
export const FLOW_MAPS = ["ttp", "arrival", "peak", "auc", "mtt", "fwhm", "washIn", "washOut"] as const;
export type FlowMapName = (typeof FLOW_MAPS)[number];

/** How to make the maps. */
export interface FlowOptions {
  /** Pixels whose peak is not above so many standard deviations of the noise stay blank. 6; sensible from 4. */
  readonly sigmas?: number;
  /** False: pixel by pixel. True (the default): over 5 x 5 pixels by a binomial, which keeps 27 % of white noise. */
  readonly soften?: boolean;
}

/** Parametric maps of a run, row-major; NaN where the peak is in the noise or the curve has no such point. */
export interface FlowMaps extends Readonly<Record<FlowMapName, Float32Array>> {
  readonly rows: number;
  readonly columns: number;
  /** Standard error of `ttp`, s, from the noise (NaN where three samples make the peak). */
  readonly ttpError: Float32Array;
  /** Standard deviation of one pixel of one frame, ln units. */
  readonly noise: Float32Array;
  readonly sigmas: number;
  /** Pixels that are not blank, and those of them that were still rising, or above half their peak, when the run ended. */
  readonly shown: number;
  readonly cutOff: number;
  readonly limitations: readonly Limitation[];
}

export const FLOW_VERSION = "1.0.0";
const KEPT_NOISE = 70 / 256;

/**
 * Arrival, time to peak, peak, area, mean transit, width, wash-in slope and wash-out constant of every pixel of a run
 * (`readCurve`; times in s from the first frame, by the times given, uniform or not). A pixel is blank unless its peak
 * is above `sigmas` times the noise of one pixel of one frame, softened in one frame or as it is in two frames running. `told` hears the fraction done
 * and stops the work by answering false: then the result is null. Limitations are stated for too few frames before
 * contrast, DISP values, runs that end before the contrast has left, and runs without any.
 * Source: Strother 2010, doi:10.3174/ajnr.A2020.
 */
export function flowMaps(
  run: DensityRun,
  options: FlowOptions = {},
  told: (fraction: number) => boolean | undefined = () => true,
): FlowMaps | null {
  const { rows, columns, times } = run;
  const size = rows * columns;
  const sigmas = options.sigmas ?? 6;
  const soft = options.soften ?? true;
  const noise = densityNoise(run);
  const soften = softener(rows, columns);
  const frames: Float32Array[] = [];
  for (const frame of run.densities) {
    frames.push(soft ? soften(frame) : frame);
    if (told((0.6 * frames.length) / run.densities.length) === false) return null;
  }
  const blank = (): Float32Array => new Float32Array(size).fill(Number.NaN);
  const maps = Object.fromEntries([...FLOW_MAPS, "ttpError"].map((name) => [name, blank()])) as Record<
    FlowMapName | "ttpError",
    Float32Array
  >;
  const n = frames.length;
  const curve = new Float64Array(n);
  let [shown, cutOff] = [0, 0];
  const most = largest(frames, run.densities, size);
  for (let p = 0; p < size; p++) {
    if ((p & 0xffff) === 0 && told(0.6 + (0.4 * p) / size) === false) return null;
    if (!(most[p] > sigmas * noise[p]) || !(most[p] > 0)) continue;
    for (let t = 0; t < n; t++) curve[t] = frames[t][p];
    const points: CurvePoints = readCurve(curve, times, soft ? KEPT_NOISE * noise[p] : noise[p]);
    shown++;
    if (Number.isNaN(points.mtt)) cutOff++;
    for (const name of FLOW_MAPS) maps[name][p] = points[name];
    maps.ttpError[p] = points.ttpError;
  }
  return { ...maps, rows, columns, noise, sigmas, shown, cutOff, limitations: limits(run, sigmas, shown, cutOff) };
}

/** The most that a pixel has: softened in one frame, or as it is over two frames running (vessels of one pixel). */
function largest(soft: readonly Float32Array[], plain: readonly Float32Array[], size: number): Float32Array {
  const most = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  soft.forEach((frame, t) => {
    const [now, next] = [plain[t], plain[t + 1] ?? plain[t - 1] ?? plain[t]];
    for (let p = 0; p < size; p++) {
      const value = Math.max(frame[p], Math.min(now[p], next[p]));
      if (value > most[p]) most[p] = value;
    }
  });
  return most;
}

function limits(run: DensityRun, sigmas: number, shown: number, cutOff: number): Limitation[] {
  const found: Limitation[] = [];
  if (run.densities.length < 4)
    found.push({
      code: "too-few-frames",
      message: `The run has ${run.densities.length} frames: times cannot be read from fewer than 4.`,
    });
  if (run.calm.length < 2)
    found.push({
      code: "noise-from-one-frame",
      message: "One frame is the mask, so the noise is estimated from neighbouring pixels and may be too low.",
    });
  if (run.relationship === "DISP")
    found.push({
      code: "display-values",
      message: "Values are for display (DISP): times may be read, peak, area and ratios of them are not amounts.",
    });
  if (shown === 0)
    found.push({ code: "no-contrast", message: `No pixel rises above ${sigmas} standard deviations of the noise.` });
  else if (cutOff > 0.2 * shown)
    found.push({
      code: "run-ends-early",
      message: `In ${Math.round((100 * cutOff) / shown)} % of the pixels contrast is above half its peak when the run ends: no transit or wash-out there.`,
    });
  return found;
}
