import type { HarmonicPlan } from "./harmonic-plan.ts";
import { type Deconvolution, refinePeak } from "./osvd.ts";

/** What truncation does to an exponential residue of unit flow, for each distinct level of a plan. */
export interface ResolutionTable {
  /** Mean transit times of the grid, s, ascending. */
  readonly mtt: Float64Array;
  /** For each level: measured peak (1 = all of the flow), its time after the true delay in s, mtt / peak. */
  readonly peak: readonly Float64Array[];
  readonly lag: readonly Float64Array[];
  readonly apparent: readonly Float64Array[];
}

const LEAST_PEAK = 0.45;

/**
 * Simulates exponential residues through the same arterial curve and the same truncation: a truncated deconvolution
 * has a resolution of seconds, so it reads the peak too low and too late. `aif`: the curve of `plan` (any unit, uniform
 * `plan.dt`). Between samples the arterial curve is taken as linear. Transit times 1 to 40 s in 28 steps.
 * Source: the band-limit argument of Wu 2003 (doi:10.1002/mrm.10522); the table is ours.
 */
export function resolutionTable(aif: ArrayLike<number>, plan: HarmonicPlan): ResolutionTable {
  const { n, length, dt, harmonics } = plan;
  const mtt = Float64Array.from({ length: 28 }, (_, i) => 40 ** (i / 27));
  const peak = Array.from(plan.keep, () => new Float64Array(mtt.length));
  const lag = Array.from(plan.keep, () => new Float64Array(mtt.length));
  const apparent = Array.from(plan.keep, () => new Float64Array(mtt.length));
  const xr = new Float64Array(harmonics.length);
  const xi = new Float64Array(harmonics.length);
  mtt.forEach((m, at) => {
    const curve = tissueOf(aif, dt, m);
    for (let q = 0; q < harmonics.length; q++) {
      let [a, b] = [0, 0];
      for (let t = 0; t < n; t++) {
        const angle = (2 * Math.PI * ((harmonics[q] * t) % length)) / length;
        a += curve[t] * Math.cos(angle);
        b -= curve[t] * Math.sin(angle);
      }
      xr[q] = (a * plan.inverseRe[q] - b * plan.inverseIm[q]) * plan.weight[q];
      xi[q] = (a * plan.inverseIm[q] + b * plan.inverseRe[q]) * plan.weight[q];
    }
    for (let j = 0; j < plan.keep.length; j++) {
      let best = 0;
      let bestValue = Number.NEGATIVE_INFINITY;
      for (let t = 0; t < n; t++) {
        let value = 0;
        for (let q = 0; q < plan.keep[j]; q++) {
          const angle = (2 * Math.PI * ((harmonics[q] * t) % length)) / length;
          value += xr[q] * Math.cos(angle) - xi[q] * Math.sin(angle);
        }
        if (value > bestValue) {
          bestValue = value;
          best = t;
        }
      }
      const refined = refinePeak(xr, xi, plan, plan.keep[j], best);
      peak[j][at] = refined.value;
      lag[j][at] = Math.max(0, (best + refined.offset) * dt);
      apparent[j][at] = Math.max(at > 0 ? apparent[j][at - 1] : 0, m / refined.value);
    }
  });
  return { mtt, peak, lag, apparent };
}

/** Tissue curve of unit flow with an exponential residue: dC/dt = Ca - C / mtt, exact for a linear Ca between samples. */
function tissueOf(aif: ArrayLike<number>, dt: number, mtt: number): Float64Array {
  const out = new Float64Array(aif.length);
  const decay = Math.exp(-dt / mtt);
  for (let t = 1; t < aif.length; t++) {
    const slope = (aif[t] - aif[t - 1]) / dt;
    const steady = mtt * (aif[t - 1] - mtt * slope);
    out[t] = (out[t - 1] - steady) * decay + steady + mtt * slope * dt;
  }
  return out;
}

/**
 * Peak flow (1/s) and Tmax (s) of each voxel as an exponential residue of the same blood volume would have them before
 * truncation. `volume`: area of the tissue over area of the artery (dimensionless, so volume / peak is the apparent
 * transit time in s). The peak is raised at most to 1/0.45 of what was measured. Voxels without volume stay as they are.
 */
export function correctResolution(
  decon: Deconvolution,
  volume: Float32Array,
  plan: HarmonicPlan,
  table: ResolutionTable,
): { readonly peak: Float32Array; readonly tmax: Float32Array } {
  const place = new Int16Array(plan.thresholds.length).fill(plan.keep.length - 1);
  for (let j = plan.levels.length - 1; j >= 0; j--) place[plan.levels[j]] = j;
  const peak = decon.peak.slice();
  const tmax = decon.tmax.slice();
  const last = table.mtt.length - 1;
  for (let v = 0; v < peak.length; v++) {
    if (!(volume[v] > 0) || !(decon.peak[v] > 0)) continue;
    const j = place[decon.level[v]];
    const apparent = table.apparent[j];
    const m = volume[v] / decon.peak[v];
    let at = 0;
    while (at < last - 1 && apparent[at + 1] < m) at++;
    const span = apparent[at + 1] - apparent[at];
    const u = span > 0 ? Math.max(0, Math.min(1, (m - apparent[at]) / span)) : 0;
    const share = table.peak[j][at] + u * (table.peak[j][at + 1] - table.peak[j][at]);
    peak[v] /= Math.max(LEAST_PEAK, Math.min(1, share));
    tmax[v] -= table.lag[j][at] + u * (table.lag[j][at + 1] - table.lag[j][at]);
  }
  return { peak, tmax };
}
