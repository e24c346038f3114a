import { type HarmonicPlan, OSCILLATION_LIMIT } from "./harmonic-plan.ts";

/** What the deconvolution says of each voxel; all arrays have one entry per voxel. */
export interface Deconvolution {
  /** Largest sample of k(t) = F R(t), per second. */
  readonly flow: Float32Array;
  /** Largest value of k(t) between the samples too (exact trigonometric interpolation), per second. */
  readonly peak: Float32Array;
  /** Time of that peak in s, signed: a peak in the second half of the circle is a tissue curve ahead of the artery. */
  readonly tmax: Float32Array;
  /** Index of the largest sample, 0..2n-1. */
  readonly index: Int32Array;
  /** Index of the accepted truncation level in `plan.thresholds`. */
  readonly level: Uint8Array;
  /** 1 where no level met the oscillation limit and the most truncated one was taken. */
  readonly unresolved: Uint8Array;
}

/** Empty results for a number of voxels. */
export function emptyDeconvolution(voxels: number): Deconvolution {
  return {
    flow: new Float32Array(voxels),
    peak: new Float32Array(voxels),
    tmax: new Float32Array(voxels),
    index: new Int32Array(voxels),
    level: new Uint8Array(voxels),
    unresolved: new Uint8Array(voxels),
  };
}

/**
 * Delay-insensitive deconvolution with the oscillation index (oSVD), by its exact harmonic form.
 * `curves`: concentrations, [n frames][voxels] (all voxels of a frame together), HU or 1/s; `plan` of the arterial
 * curve. Levels are tried in order and the first with OI < `limit` is taken, never bisected: OI is not monotone.
 * A curve without enhancement gives flow near 0 and a Tmax without meaning. Pure; the reference of the SIMD kernel.
 * Source: Wu 2003, doi:10.1002/mrm.10522; OI = (1/L)(1/max k) sum |k[j] - 2 k[j-1] + k[j-2]|, L = 2n.
 */
export function osvd(
  curves: Float32Array,
  voxels: number,
  plan: HarmonicPlan,
  limit: number = OSCILLATION_LIMIT,
): Deconvolution {
  const { n, length, harmonics, weight } = plan;
  const count = harmonics.length;
  const cos = new Float64Array(count * length);
  const sin = new Float64Array(count * length);
  for (let q = 0; q < count; q++)
    for (let t = 0; t < length; t++) {
      const angle = (2 * Math.PI * ((harmonics[q] * t) % length)) / length;
      cos[q * length + t] = Math.cos(angle);
      sin[q * length + t] = Math.sin(angle);
    }
  const out = emptyDeconvolution(voxels);
  const xr = new Float64Array(count);
  const xi = new Float64Array(count);
  const k = new Float64Array(length);
  for (let v = 0; v < voxels; v++) {
    k.fill(0);
    for (let q = 0; q < count; q++) {
      let a = 0;
      let b = 0;
      for (let t = 0; t < n; t++) {
        const c = curves[t * voxels + v];
        a += c * cos[q * length + t];
        b -= c * sin[q * length + t];
      }
      xr[q] = (a * plan.inverseRe[q] - b * plan.inverseIm[q]) * weight[q];
      xi[q] = (a * plan.inverseIm[q] + b * plan.inverseRe[q]) * weight[q];
      for (let t = 0; t < length; t++) k[t] += xr[q] * cos[q * length + t] - xi[q] * sin[q * length + t];
    }
    for (let j = 0; j < plan.keep.length; j++) {
      if (j > 0)
        for (let q = plan.keep[j]; q < plan.keep[j - 1]; q++)
          for (let t = 0; t < length; t++) k[t] -= xr[q] * cos[q * length + t] - xi[q] * sin[q * length + t];
      const { largest, at, oscillation } = oscillationIndex(k);
      const accepted = oscillation < limit;
      if (!accepted && j < plan.keep.length - 1) continue;
      const refined = refinePeak(xr, xi, plan, plan.keep[j], at);
      out.flow[v] = largest;
      out.index[v] = at;
      out.level[v] = accepted ? plan.levels[j] : plan.thresholds.length - 1;
      out.unresolved[v] = accepted ? 0 : 1;
      out.peak[v] = refined.value;
      out.tmax[v] = signedTime(at + refined.offset, plan);
      break;
    }
  }
  return out;
}

/** Seconds of a position on the circle of 2n samples: beyond the half it counts as negative. */
export function signedTime(position: number, plan: HarmonicPlan): number {
  return (position > plan.n ? position - plan.length : position) * plan.dt;
}

/** Oscillation index, largest sample and its index of one residue curve (any length >= 3). */
export function oscillationIndex(k: Float64Array): { largest: number; at: number; oscillation: number } {
  let largest = k[0];
  let at = 0;
  let sum = 0;
  for (let t = 1; t < k.length; t++) {
    if (k[t] > largest) {
      largest = k[t];
      at = t;
    }
    if (t > 1) sum += Math.abs(k[t] - 2 * k[t - 1] + k[t - 2]);
  }
  return { largest, at, oscillation: sum / (k.length * Math.max(largest, 1e-12)) };
}

/**
 * Peak of the trigonometric polynomial near sample `at`: three Newton steps on its derivative from that sample's
 * parabola-free start, kept within one sample. Returns the offset in samples and the value.
 */
export function refinePeak(
  xr: Float64Array,
  xi: Float64Array,
  plan: HarmonicPlan,
  keep: number,
  at: number,
): { offset: number; value: number } {
  let offset = 0;
  let value = 0;
  for (let step = 0; step < 5; step++) {
    let f = 0;
    let d = 0;
    let dd = 0;
    for (let q = 0; q < keep; q++) {
      const w = (2 * Math.PI * plan.harmonics[q]) / plan.length;
      const c = Math.cos(w * (at + offset));
      const s = Math.sin(w * (at + offset));
      const even = xr[q] * c - xi[q] * s;
      f += even;
      d -= w * (xr[q] * s + xi[q] * c);
      dd -= w * w * even;
    }
    value = f;
    if (step === 4 || !(dd < 0)) break;
    offset = Math.max(-1, Math.min(1, offset - d / dd));
  }
  return { offset, value };
}
