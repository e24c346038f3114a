import type { Seconds } from "../../core/units.ts";

/** Peak opacification of a run: the most density that each pixel ever has, and when. */
export interface PeakOpacification {
  readonly peak: Float32Array;
  /** s from the first frame; NaN where the peak stays under the noise limit. */
  readonly time: Float32Array;
  /** Four standard deviations of the frames before contrast: what is under it has no time. */
  readonly limit: number;
}

/**
 * Peak opacification over subtracted frames, with the time of the peak refined by a parabola.
 * `densities[t]` ln units, row-major; `times` s; `calm`: indices of frames before contrast, whose spread is the noise
 * (without any the limit is 0.02). Source: Strother 2010, doi:10.3174/ajnr.A2020 (maximum-opacity and TTP images).
 */
export function peakOpacification(
  densities: readonly Float32Array[],
  times: readonly Seconds[],
  calm: readonly number[],
): PeakOpacification {
  const size = densities[0]?.length ?? 0;
  const peak = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  const at = new Int16Array(size);
  densities.forEach((frame, t) => {
    for (let p = 0; p < size; p++)
      if (frame[p] > peak[p]) {
        peak[p] = frame[p];
        at[p] = t;
      }
  });
  let limit = 0.02;
  if (calm.length > 0) {
    let sum = 0;
    for (const t of calm) for (let p = 0; p < size; p += 5) sum += densities[t][p] ** 2;
    limit = 4 * Math.sqrt(sum / (calm.length * Math.ceil(size / 5)));
  }
  const time = new Float32Array(size);
  for (let p = 0; p < size; p++) {
    const t = at[p];
    if (peak[p] < limit) {
      time[p] = Number.NaN;
      continue;
    }
    let offset = 0;
    if (t > 0 && t < densities.length - 1) {
      const [a, b] = [densities[t - 1][p], densities[t + 1][p]];
      const bend = a - 2 * peak[p] + b;
      if (bend < 0) offset = Math.max(-0.5, Math.min(0.5, (a - b) / (2 * bend)));
    }
    const step = offset < 0 ? times[t] - times[t - 1] : (times[t + 1] ?? times[t]) - times[t];
    time[p] = times[t] + offset * step;
  }
  return { peak, time, limit };
}
