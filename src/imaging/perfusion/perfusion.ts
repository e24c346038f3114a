import { WillisError } from "../../core/errors.ts";
import { type Grid, voxelMl } from "../../core/geometry.ts";
import type { Progress } from "../../core/progress.ts";
import type { TimeSeries, Volume } from "../../core/volume.ts";
import { unbin } from "./binning.ts";
import { harmonicPlan } from "./harmonic-plan.ts";
import { coreTissue, delayedTissue, medianInMask, normalCbf, RCBF_STRIP, TMAX_STRIP, volumeMl } from "./lesions.ts";
import { perfusionMaps } from "./maps.ts";
import { perfusionMeasurements } from "./measurements.ts";
import { osvd } from "./osvd.ts";
import { osvdSimd } from "./osvd-simd.ts";
import { type Prepared, prepare } from "./preparation.ts";
import { qualityNotes } from "./quality.ts";
import { correctResolution, resolutionTable } from "./resolution.ts";
import { PERFUSION_METHOD, type PerfusionOptions, type PerfusionResult, type ThresholdVolume } from "./result.ts";

/**
 * CT or DSC perfusion from a 4-D series: maps, lesions, numbers and checks.
 * `series`: frames in HU (CT) or signal (DSC) on one grid, times in s. Maps come back on that grid (float32: CBF
 * mL/100 g/min, CBV mL/100 g, MTT, Tmax and TTP s; 0 outside the measured tissue; Tmax at least 0) with masks (uint8).
 * Order: bin, align, baseline, brain, arterial and venous curve, smooth, uniform time, oSVD, lesions, checks. Core is
 * CBF under 30 % of the mean CBF of tissue with Tmax up to 4 s, inside Tmax over 6 s.
 * Throws `cannot-compute` with the reason when there is no brain, no artery, or too few frames.
 * Sources: Wu 2003, doi:10.1002/mrm.10522; Fieselmann 2011, doi:10.1155/2011/467563; Straka 2010, doi:10.1002/jmri.22338.
 */
export function perfusion(
  series: TimeSeries,
  options: PerfusionOptions = {},
  progress: Progress = () => {},
): PerfusionResult {
  const now = options.now ?? (() => 0);
  const steps: Record<string, number> = {};
  let since = now();
  const done = (step: string): void => {
    const time = now();
    steps[step] = Math.round(time - since) / 1000;
    since = time;
  };
  const ready = prepare(series, options, progress, done);
  const { grid, voxels, valid } = ready;

  progress("deconvolution", 0.7);
  const full = solve(ready, ready.frames, options, (x) => progress("deconvolution", 0.7 + 0.15 * x));
  done("deconvolution");

  progress("lesions", 0.88);
  const scatter = (list: Float32Array): Float32Array => {
    const out = new Float32Array(valid.length);
    for (let v = 0; v < voxels.length; v++) out[voxels[v]] = list[v];
    return out;
  };
  const found = lesions(ready, scatter(full.maps.tmax), scatter(full.maps.cbf));
  const tail = Math.ceil(10 / ready.dt);
  let shortened: { coreMl: number; tmax6Ml: number } | null = null;
  if (ready.frames - tail >= 20 && ready.arterial.measures.fallsToHalf) {
    const part = solve(ready, ready.frames - tail, options);
    const less = lesions(ready, scatter(part.maps.tmax), scatter(part.maps.cbf), [6], [30]);
    shortened = { coreMl: less.volumes.core_rcbf30, tmax6Ml: less.volumes.tmax6 };
  }
  done("lesions");

  progress("maps", 0.95);
  const ml = voxelMl(grid);
  const quality = qualityNotes({
    ...ready,
    modality: options.modality ?? "CT",
    times: series.times,
    factor: ready.partialVolume.factor,
    dropped: ready.droppedFrames,
    noise: ready.noise.smoothed,
    negativeShare: share(full.maps.tmax, (x) => x < -2),
    unresolvedShare: share(full.decon.unresolved, (x) => x > 0),
    brainMl: voxels.length * ml,
    coreMl: found.volumes.core_rcbf30,
    tmax6Ml: found.volumes.tmax6,
    coreSides: sides(found.core, grid, valid, ml),
    tmax6Sides: sides(found.tmax6, grid, valid, ml),
    shortened,
    usualReference: found.reference.usual,
  });
  const onSource = (map: Float32Array, unit: string): Volume => ({
    shape: series.shape,
    spacing: series.spacing,
    origin: series.origin,
    direction: series.direction,
    data: unbin(map, series, ready.factor),
    unit,
  });
  const mask = (m: Uint8Array): Volume => ({
    ...onSource(new Float32Array(m), "1"),
    data: new Uint8Array(unbin(new Float32Array(m), series, ready.factor)),
  });
  const { maps } = full;
  const result: PerfusionResult = {
    maps: {
      cbf: onSource(scatter(maps.cbf), "mL/100 g/min"),
      cbv: onSource(scatter(maps.cbv), "mL/100 g"),
      mtt: onSource(scatter(maps.mtt), "s"),
      tmax: onSource(scatter(maps.tmax.map((x) => Math.max(0, x))), "s"),
      ttp: onSource(scatter(maps.ttp), "s"),
    },
    masks: { core: mask(found.core), tmax6: mask(found.tmax6), tissue: mask(valid) },
    volumes: found.volumes,
    mismatchRatio: found.mismatchRatio,
    mismatchRatioReason: found.mismatchRatioReason,
    hypoperfusionIntensityRatio: found.intensityRatio,
    thresholds: found.thresholds,
    reference: {
      cbf: found.reference.value,
      ml: found.reference.voxels * ml,
      definition: found.reference.usual
        ? "mean CBF of brain tissue with Tmax up to 4 s, both hemispheres, without vessels and fluid"
        : "mean CBF of all brain tissue without vessels and fluid",
    },
    measurements: perfusionMeasurements({
      ...found,
      ...found.thresholds,
      referenceCbf: found.reference.value,
      sources: options.sources ?? [],
    }),
    arterial: ready.arterial,
    venous: ready.venous,
    partialVolume: ready.partialVolume,
    motion: ready.motion,
    droppedFrames: ready.droppedFrames,
    baselineFrames: ready.arrival.baselineFrames,
    noise: ready.noise,
    quality,
    method: PERFUSION_METHOD,
    steps,
  };
  done("maps");
  progress("done", 1);
  return result;
}

function solve(ready: Prepared, frames: number, options: PerfusionOptions, told?: (fraction: number) => void) {
  const count = ready.voxels.length;
  const curves = frames === ready.frames ? ready.curves : ready.curves.subarray(0, frames * count);
  const aif = ready.aif.subarray(0, frames);
  const plan = harmonicPlan(aif, ready.dt);
  const kernel = options.engine === "reference" ? osvd : osvdSimd;
  const raw = kernel(curves, count, plan, undefined, told);
  const area = aif.reduce((a, b) => a + b, 0) * ready.dt;
  if (!(area > 0)) throw new WillisError("cannot-compute", "The arterial curve has no area: choose another place.");
  const volume = new Float32Array(count);
  for (let t = 0; t < frames; t++) for (let v = 0; v < count; v++) volume[v] += curves[t * count + v];
  for (let v = 0; v < count; v++) volume[v] *= ready.dt / area;
  const decon =
    options.resolution === false
      ? raw
      : { ...raw, ...correctResolution(raw, volume, plan, resolutionTable(aif, plan)) };
  return { decon, maps: perfusionMaps(curves, volume, ready.times.slice(0, frames), ready.dt, decon) };
}

function lesions(
  ready: Prepared,
  rawTmax: Float32Array,
  rawCbf: Float32Array,
  seconds: readonly number[] = TMAX_STRIP,
  percents: readonly number[] = RCBF_STRIP,
) {
  const { grid, valid } = ready;
  const ml = voxelMl(grid);
  const radius = Math.max(1, Math.min(2, Math.round(1.8 / Math.min(grid.spacing[0], grid.spacing[1]))));
  const tmax = medianInMask(rawTmax, valid, grid.shape, radius);
  const cbf = medianInMask(rawCbf, valid, grid.shape, radius);
  const reference = normalCbf(rawTmax, rawCbf, valid);
  const input = { shape: grid.shape, voxelMl: ml, tmax, cbf, valid, referenceCbf: reference.value };
  const byTmax = new Map(seconds.map((s) => [s, delayedTissue(input, s)]));
  const tmax6 = byTmax.get(6) as Uint8Array;
  const tmaxMl: ThresholdVolume[] = [...byTmax].map(([threshold, m]) => ({ threshold, ml: volumeMl(m, ml) }));
  const byCbf = new Map(percents.map((p) => [p, coreTissue(input, p, tmax6)]));
  const core = byCbf.get(30) as Uint8Array;
  const rcbfMl: ThresholdVolume[] = [...byCbf].map(([threshold, m]) => ({ threshold, ml: volumeMl(m, ml) }));
  const at = (s: number): number => tmaxMl.find((x) => x.threshold === s)?.ml ?? 0;
  const coreMl = volumeMl(core, ml);
  const volumes = {
    core_rcbf30: coreMl,
    tmax4: at(4),
    tmax6: at(6),
    tmax8: at(8),
    tmax10: at(10),
    mismatch: at(6) - coreMl,
  };
  const noRatio =
    at(6) === 0
      ? "No tissue has Tmax over 6 s, so there is no mismatch."
      : coreMl === 0
        ? "The ratio is infinite: no tissue met the core threshold."
        : null;
  return {
    reference,
    core,
    tmax6,
    volumes,
    mismatchRatio: noRatio === null ? at(6) / coreMl : null,
    mismatchRatioReason: noRatio,
    intensityRatio: at(6) > 0 ? at(10) / at(6) : null,
    thresholds: { tmax: tmaxMl, rcbf: rcbfMl },
  };
}

function share(list: Float32Array | Uint8Array, meets: (x: number) => boolean): number {
  let count = 0;
  for (const x of list) if (meets(x)) count++;
  return list.length > 0 ? count / list.length : 0;
}

/** Volumes of a mask below and above the middle column of the valid tissue, mL. */
function sides(mask: Uint8Array, grid: Grid, valid: Uint8Array, ml: number): [number, number] {
  const [ni] = grid.shape;
  let [sum, count] = [0, 0];
  for (let p = 0; p < valid.length; p++)
    if (valid[p]) {
      sum += p % ni;
      count++;
    }
  const middle = count > 0 ? sum / count : 0;
  const out: [number, number] = [0, 0];
  for (let p = 0; p < mask.length; p++) if (mask[p]) out[p % ni < middle ? 0 : 1] += ml;
  return out;
}
