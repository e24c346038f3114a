import type { Seconds } from "../../core/units.ts";
import type { Deconvolution } from "./osvd.ts";

/** (1 - Hct of large vessels) / (1 - Hct of capillaries), with 0.45 and 0.25: about 0.73. */
export const KAPPA = 0.73;
/** Density of brain tissue, g/mL. */
export const RHO = 1.05;

/** Maps with one entry per measured voxel. */
export interface VoxelMaps {
  /** mL/100 g/min, mL/100 g, s, s (not clamped), s from the start of the series. */
  readonly cbf: Float32Array;
  readonly cbv: Float32Array;
  readonly mtt: Float32Array;
  readonly tmax: Float32Array;
  readonly ttp: Float32Array;
}

/**
 * Perfusion maps from curves and their deconvolution.
 * `curves` [frames][voxels] on uniform time, HU or 1/s; `volume`: area of each curve over the area of the (corrected)
 * arterial curve that `decon` was made with. Negative blood volume or flow becomes 0; MTT is CBV/CBF, at most the scan,
 * 0 where there is no flow. TTP is the parabola through the largest sample of the curve smoothed [1 2 1]/4.
 * Source: Fieselmann 2011, doi:10.1155/2011/467563.
 */
export function perfusionMaps(
  curves: Float32Array,
  volume: Float32Array,
  times: readonly Seconds[],
  dt: Seconds,
  decon: Pick<Deconvolution, "peak" | "tmax">,
): VoxelMaps {
  const voxels = volume.length;
  const cbf = new Float32Array(voxels);
  const cbv = new Float32Array(voxels);
  const mtt = new Float32Array(voxels);
  const ttp = new Float32Array(voxels);
  const longest = times.length * dt;
  for (let v = 0; v < voxels; v++) {
    cbf[v] = Math.max(0, (KAPPA / RHO) * 6000 * decon.peak[v]);
    cbv[v] = Math.max(0, (KAPPA / RHO) * 100 * volume[v]);
    mtt[v] = cbf[v] > 0 ? Math.min(longest, (60 * cbv[v]) / cbf[v]) : 0;
  }
  timeToPeak(curves, voxels, times, dt, ttp);
  return { cbf, cbv, mtt, tmax: decon.tmax, ttp };
}

function timeToPeak(c: Float32Array, voxels: number, times: readonly number[], dt: number, out: Float32Array): void {
  const n = times.length;
  const best = new Float32Array(voxels).fill(Number.NEGATIVE_INFINITY);
  const at = new Int16Array(voxels);
  const smooth = (t: number, v: number): number =>
    (c[(t - 1) * voxels + v] + 2 * c[t * voxels + v] + c[(t + 1) * voxels + v]) / 4;
  for (let t = 1; t < n - 1; t++)
    for (let v = 0; v < voxels; v++) {
      const x = smooth(t, v);
      if (x > best[v]) {
        best[v] = x;
        at[v] = t;
      }
    }
  for (let v = 0; v < voxels; v++) {
    const t = at[v];
    let offset = 0;
    if (t > 1 && t < n - 2) {
      const [a, b] = [smooth(t - 1, v), smooth(t + 1, v)];
      const bend = a - 2 * best[v] + b;
      if (bend < 0) offset = Math.max(-0.5, Math.min(0.5, (a - b) / (2 * bend)));
    }
    out[v] = times[t] + offset * dt;
  }
}
