import { WillisError } from "../../core/errors.ts";
import type { Seconds } from "../../core/units.ts";

/** Mean of frames `first` .. `last` (inclusive), voxel by voxel, in the unit of the frames. */
export function meanFrame(frames: readonly Float32Array[], first: number, last: number): Float32Array {
  const out = new Float32Array(frames[0].length);
  for (let t = first; t <= last; t++) for (let p = 0; p < out.length; p++) out[p] += frames[t][p];
  const count = last - first + 1;
  for (let p = 0; p < out.length; p++) out[p] /= count;
  return out;
}

/**
 * CT: enhancement over the baseline, in HU, in place. Iodine concentration is proportional to it (factor 1 here: it
 * cancels against the arterial curve).
 */
export function ctConcentration(frames: readonly Float32Array[], baseline: Float32Array): void {
  for (const frame of frames) for (let p = 0; p < frame.length; p++) frame[p] -= baseline[p];
}

/**
 * DSC MR: change of R2* in 1/s, -ln(S/S0)/TE, in place. `echoTime` in s. Signals at or under 0 count as 1 % of the
 * baseline, a baseline at or under 0 gives 0 throughout. Throws `cannot-compute` when the echo time is not above 0.
 * Source: Fieselmann 2011, doi:10.1155/2011/467563.
 */
export function dscConcentration(
  frames: readonly Float32Array[],
  baseline: Float32Array,
  echoTime: Seconds | undefined,
): void {
  if (!(echoTime !== undefined && echoTime > 0))
    throw new WillisError("cannot-compute", `DSC needs an echo time above 0 s, it is ${echoTime}: give it.`);
  for (const frame of frames)
    for (let p = 0; p < frame.length; p++)
      frame[p] = baseline[p] > 0 ? -Math.log(Math.max(frame[p], 0.01 * baseline[p]) / baseline[p]) / echoTime : 0;
}
