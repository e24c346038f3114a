import { WillisError } from "../../core/errors.ts";
import type { Grid } from "../../core/geometry.ts";
import type { Progress } from "../../core/progress.ts";
import type { Seconds } from "../../core/units.ts";
import { type TimeSeries, voxelCount } from "../../core/volume.ts";
import { erode } from "../mask/distance.ts";
import { maskWhere } from "../mask/select.ts";
import { type Arrival, bolusArrival } from "./arrival.ts";
import { binFactor, binFrame, binGrid } from "./binning.ts";
import { type BrainMask, brainMask, brainMaskMr } from "./brain-mask.ts";
import { ctConcentration, dscConcentration, meanFrame } from "./concentration.ts";
import { chooseInputs, type InputFunction, inputAt } from "./input-function.ts";
import { applyPose, estimateMotion, type Pose } from "./motion.ts";
import { temporalNoise } from "./noise.ts";
import type { PerfusionOptions } from "./result.ts";
import { smoothInMask } from "./smoothing.ts";
import { planUniformTime, resample } from "./uniform-time.ts";

/** A series made ready for deconvolution, on the working grid. */
export interface Prepared {
  readonly grid: Grid;
  readonly factor: number;
  /** Measured tissue (0/1) and its voxel indices, in the order of the curves. */
  readonly valid: Uint8Array;
  readonly voxels: Int32Array;
  readonly skull: boolean;
  /** Smoothed concentrations on uniform time, [frames][voxels]. */
  readonly curves: Float32Array;
  readonly frames: number;
  readonly times: readonly Seconds[];
  readonly dt: Seconds;
  /** Arterial curve on the same time, scaled by the partial-volume factor when that is applied. */
  readonly aif: Float64Array;
  readonly arterial: InputFunction;
  readonly venous: InputFunction | null;
  readonly partialVolume: { readonly factor: number | null; readonly applied: number };
  readonly arrival: Arrival;
  readonly motion: readonly Pose[];
  readonly droppedFrames: readonly number[];
  readonly noise: { readonly frame: number; readonly smoothed: number; readonly sigma: number };
  /** Median over tissue of the largest enhancement. */
  readonly tissuePeak: number;
}

/** Blood volume in percent of a pure vessel's area beyond which a voxel counts as a vessel. */
const VESSEL_SHARE = 0.14;

/**
 * Bins, aligns, converts, masks, chooses the input curves, smooths and brings to uniform time.
 * `series` as in `perfusion`; `done(step)` is called after each step. Throws `cannot-compute` with the reason.
 */
export function prepare(
  series: TimeSeries,
  options: PerfusionOptions,
  progress: Progress,
  done: (step: string) => void,
): Prepared {
  const modality = options.modality ?? "CT";
  planUniformTime(series.times);
  if (series.frames.length !== series.times.length || series.frames.some((x) => x.length !== voxelCount(series)))
    throw new WillisError(
      "cannot-compute",
      `${series.frames.length} frames, ${series.times.length} times and a grid of ${series.shape.join(" x ")} do not fit together.`,
    );
  const factor = binFactor(series);
  const grid = binGrid(series, factor);
  const binned = series.frames.map((frame, t) => {
    progress("binning", 0.1 * (t / series.frames.length));
    return binFrame(frame, series, factor);
  });
  done("binning");

  const sign = modality === "CT" ? 1 : -1;
  const skip = modality === "CT" ? 0 : Math.min(2, series.frames.length >> 3);
  // the inside of the head, away from its edges, where a moved head does not look like a bolus
  const early = meanFrame(binned, skip, skip + 2);
  const plane: readonly [number, number] = [grid.spacing[0], grid.spacing[1]];
  const inside = erode(maskOf(early, grid, modality).intracranial, grid.shape, plane, 4);
  let arrival = bolusArrival(binned, series.times, inside, sign, skip);
  const motion =
    options.motion === false
      ? []
      : align(binned, grid, arrival, skip, modality, (x) => progress("motion", 0.1 + 0.3 * x));
  const spoilt = motion.flatMap((pose, t) => (pose.spoilt ? [t] : []));
  const dropped = spoilt.length > binned.length / 3 ? [] : spoilt;
  const kept = binned.map((_, t) => t).filter((t) => !dropped.includes(t));
  const frames = kept.map((t) => binned[t]);
  const times = kept.map((t) => series.times[t] - series.times[0]);
  done("motion");

  progress("brain", 0.42);
  arrival = bolusArrival(frames, times, inside, sign, skip);
  const moved = motion.some((pose) => pose.displacement > 1);
  if (modality === "CT" && !moved && washesOut(frames)) arrival = { ...arrival, clear: false };
  const calm = meanFrame(frames, Math.min(skip, arrival.baselineFrames - 1), arrival.baselineFrames - 1);
  const masks = maskOf(calm, grid, modality);
  if (!masks.tissue.includes(1))
    throw new WillisError("cannot-compute", "No brain tissue was found in the series: is it a head, in HU?");
  if (modality === "CT") ctConcentration(frames, calm);
  else dscConcentration(frames, calm, options.echoTime);
  done("brain");

  progress("input curves", 0.48);
  // beside the skull a head that moved looks like a vein
  const places = moved ? erode(masks.intracranial, grid.shape, plane, 2) : masks.intracranial;
  const auto = chooseInputs(frames, times, grid, masks.intracranial, places, arrival.baselineFrames);
  const arterial = options.arterialPosition ? inputAt(frames, times, grid, options.arterialPosition) : auto.arterial;
  const venous = options.venousPosition ? inputAt(frames, times, grid, options.venousPosition) : auto.venous;
  if (arterial === null)
    throw new WillisError(
      "cannot-compute",
      options.arterialPosition
        ? `There is no enhancement at ${options.arterialPosition.map((x) => x.toFixed(1)).join(", ")} mm: choose an artery.`
        : "No artery was found: no voxel enhances like one. Place the arterial curve by hand.",
    );
  const ratio = venous === null ? null : venous.measures.area / arterial.measures.area;
  const applied = ratio !== null && ratio > 1 && ratio <= 3 ? ratio : 1;
  const valid = withoutVessels(frames, times, masks.tissue, arterial.measures.area * applied);
  done("input curves");

  progress("smoothing", 0.52);
  const noise = temporalNoise(frames, valid);
  const sigma = options.smoothing ?? smoothingFor(noise, grid, modality);
  smoothInMask(frames, valid, grid.shape, grid.spacing, [sigma, sigma, grid.spacing[2] < 3 ? sigma : 0]);
  const smoothed = temporalNoise(frames, valid);
  done("smoothing");

  progress("uniform time", 0.66);
  const voxels = Int32Array.from(indices(valid));
  const raw = new Float32Array(frames.length * voxels.length);
  for (let t = 0; t < frames.length; t++) {
    const frame = frames[t];
    const row = raw.subarray(t * voxels.length, (t + 1) * voxels.length);
    for (let v = 0; v < voxels.length; v++) row[v] = frame[voxels[v]];
  }
  const plan = planUniformTime(times);
  const curves = resample(raw, voxels.length, plan);
  const aif = Float64Array.from(resample(Float32Array.from(arterial.values), 1, plan), (x) => x * applied);
  const peaks = frames.length > 0 ? medianPeak(curves, voxels.length, plan.times.length) : 0;
  done("uniform time");
  return {
    grid,
    factor,
    valid,
    voxels,
    skull: masks.skull,
    curves,
    frames: plan.times.length,
    times: plan.times,
    dt: plan.dt,
    aif,
    arterial,
    venous,
    partialVolume: { factor: ratio, applied },
    arrival,
    motion,
    droppedFrames: dropped,
    noise: { frame: noise, smoothed, sigma },
    tissuePeak: peaks,
  };
}

function maskOf(frame: Float32Array, grid: Grid, modality: "CT" | "DSC"): BrainMask {
  return modality === "CT" ? brainMask(frame, grid.shape, grid.spacing) : brainMaskMr(frame, grid.shape, grid.spacing);
}

/** Aligns frames in place when any moved by more than half a millimetre; returns the poses of all. */
function align(
  frames: Float32Array[],
  grid: Grid,
  arrival: Arrival,
  skip: number,
  modality: "CT" | "DSC",
  told: (fraction: number) => void,
): Pose[] {
  // a baseline that itself moved would be blurred: take its middle frames only
  const middle = Math.max(skip, (arrival.baselineFrames - 1) >> 1);
  const reference = meanFrame(frames, Math.max(skip, middle - 1), Math.min(arrival.baselineFrames - 1, middle + 1));
  const most = frames[0].reduce((a, b) => Math.max(a, b), 0);
  const bone = reference.reduce((count, x) => count + (x > 200 ? 1 : 0), 0) > 0.005 * reference.length;
  // without a skull the edge of the brain must guide, and contrast may not
  const window: readonly [number, number] = modality === "DSC" ? [0, most] : bone ? [-150, 300] : [-150, 45];
  const poses = estimateMotion(frames, reference, grid, window, (x) => told(0.7 * x));
  poses.forEach((pose, t) => {
    if (!pose.spoilt && pose.displacement > 0.4) frames[t] = applyPose(frames[t], grid, pose);
    told(0.7 + 0.3 * ((t + 1) / poses.length));
  });
  return poses;
}

/** True when vessels are brightest in the first frame: they hold contrast that is leaving already. */
function washesOut(frames: readonly Float32Array[]): boolean {
  const end = meanFrame(frames, frames.length - 3, frames.length - 1);
  let count = 0;
  for (let p = 0; p < end.length; p++) if (end[p] > 0 && end[p] < 120 && frames[0][p] - end[p] > 60) count++;
  return count >= 12;
}

/** Gaussian sigma in mm that brings the noise to about 0.9 HU, within 0.8 to 3 mm (MR: 1 mm). */
function smoothingFor(noise: number, grid: Grid, modality: "CT" | "DSC"): number {
  const pixel = Math.sqrt(grid.spacing[0] * grid.spacing[1]);
  if (modality === "DSC") return Math.max(1, 0.6 * pixel);
  const wanted = (pixel * noise) / (0.9 * 2 * Math.sqrt(Math.PI));
  return Math.max(0.8, Math.min(3, wanted));
}

/** Tissue without voxels whose blood volume is that of a vessel. */
function withoutVessels(
  frames: readonly Float32Array[],
  times: readonly number[],
  tissue: Uint8Array,
  area: number,
): Uint8Array {
  const sum = new Float32Array(tissue.length);
  for (let t = 0; t < frames.length; t++) {
    const before = t === 0 ? 0 : times[t] - times[t - 1];
    const after = t === frames.length - 1 ? 0 : times[t + 1] - times[t];
    const weight = (before + after) / 2;
    for (let p = 0; p < sum.length; p++) sum[p] += weight * frames[t][p];
  }
  // noise must not decide: dropping its high side alone would bias every curve downwards
  const { middle, spread } = spreadOf(sum, tissue);
  const limit = Math.max(VESSEL_SHARE * area, middle + 5 * spread);
  return maskWhere(tissue.length, (p) => tissue[p] && sum[p] < limit);
}

/** Median and robust standard deviation of a map in a mask, from at most 20,000 voxels. */
function spreadOf(map: Float32Array, mask: Uint8Array): { middle: number; spread: number } {
  const all = indices(mask);
  const step = Math.max(1, Math.floor(all.length / 20000));
  const values = all.filter((_, q) => q % step === 0).map((p) => map[p]);
  values.sort((a, b) => a - b);
  const middle = values[values.length >> 1] ?? 0;
  const sizes = values.map((x) => Math.abs(x - middle)).sort((a, b) => a - b);
  return { middle, spread: 1.4826 * (sizes[sizes.length >> 1] ?? 0) };
}

function indices(mask: Uint8Array): number[] {
  const out: number[] = [];
  for (let p = 0; p < mask.length; p++) if (mask[p]) out.push(p);
  return out;
}

function medianPeak(curves: Float32Array, voxels: number, frames: number): number {
  const step = Math.max(1, Math.floor(voxels / 20000));
  const peaks: number[] = [];
  for (let v = 0; v < voxels; v += step) {
    let peak = 0;
    for (let t = 0; t < frames; t++) peak = Math.max(peak, curves[t * voxels + v]);
    peaks.push(peak);
  }
  peaks.sort((a, b) => a - b);
  return peaks[peaks.length >> 1] ?? 0;
}
