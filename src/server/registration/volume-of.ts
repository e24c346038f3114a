import { WillisError } from "../../core/errors.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Progress } from "../../core/progress.ts";
import type { Volume } from "../../core/volume.ts";
import { type DataSet, text } from "../../dicom/data-set.ts";
import type { Instance } from "../../dicom/instance.ts";
import { toTimeSeries, toVolume } from "../../dicom/series-volume.ts";
import { slicesOf } from "../../dicom/slices.ts";
import { byPosition } from "../../dicom/stack.ts";
import { nodeCodecs } from "../codecs/node-codecs.ts";

/** A series as one volume, with what is to be said of it. */
export interface OneVolume {
  readonly volume: Volume;
  /** The header of its first object. */
  readonly first: DataSet;
  readonly sources: readonly string[];
  readonly limitations: readonly Limitation[];
}

/** Time points before the contrast that are averaged into one volume. */
const BASELINE = 4;

/**
 * One volume of a series, whatever it is: a volume as it is; of several images at each position (perfusion, diffusion)
 * the mean of the first four in time, which is told. `name` ("fixed", "moving") goes into the words.
 */
export async function volumeOf(instances: readonly Instance[], name: string, told: Progress): Promise<OneVolume> {
  const first = instances[0]?.dataSet;
  if (!first) throw new WillisError("cannot-compute", `The ${name} series holds no objects.`);
  const codecs = await nodeCodecs();
  const several = byPosition(slicesOf(instances)).some((slices) => slices.length > 1);
  const say = (list: readonly Limitation[]): Limitation[] =>
    list.map(({ code, message }) => ({ code, message: `The ${name} series: ${message}` }));
  if (!several) {
    const { sources, problems, ...volume } = toVolume(instances, { codecs, progress: told });
    return { volume, first, sources, limitations: say(problems) };
  }
  const { frames, times, sources, problems, clock: _, ...grid } = toTimeSeries(instances, { codecs, progress: told });
  const count = Math.min(BASELINE, frames.length);
  const data = new Float32Array(frames[0]!.length);
  for (const frame of frames.slice(0, count)) for (let p = 0; p < data.length; p++) data[p]! += frame[p]! / count;
  const message = `${times.length} images at each position: the mean of the first ${count} was taken; the patient may have moved later.`;
  return {
    volume: { ...grid, data },
    first,
    sources,
    limitations: say([...problems, { code: "time-series-mean", message }]),
  };
}

/** Largest slice distance (mm) that is no limitation of its own. */
const THICK_MM = 3;

/** What limits a registration of two volumes, whatever it finds. */
export function limitationsOf(fixed: OneVolume, moving: OneVolume): Limitation[] {
  const out: Limitation[] = [...fixed.limitations, ...moving.limitations];
  const differ = (keyword: string): boolean => {
    const [a, b] = [text(fixed.first, keyword), text(moving.first, keyword)];
    return a !== undefined && b !== undefined && a !== b;
  };
  if (differ("PatientID"))
    out.push({
      code: "patient-identifiers-differ",
      message: "The two series carry different patient identifiers. Make sure that they are of one patient.",
    });
  if (differ("FrameOfReferenceUID"))
    out.push({
      code: "frames-of-reference-differ",
      message: "The series have different frames of reference: their headers do not say how they lie to each other.",
    });
  for (const [name, { volume }] of [
    ["fixed", fixed],
    ["moving", moving],
  ] as const)
    if (Math.max(...volume.spacing) > THICK_MM)
      out.push({
        code: "thick-slices",
        message: `The ${name} series has ${Math.max(...volume.spacing).toFixed(1)} mm between slices: places along them are known to a part of that.`,
      });
  out.push({
    code: "rigid-only",
    message: "One rigid motion for everything: jaw, neck, and brain that has shifted since are not followed.",
  });
  return out;
}
