import { type Cine, intensityRelationship } from "../core/cine.ts";
import { WillisError } from "../core/errors.ts";
import type { Limitation } from "../core/limitation.ts";
import type { Progress } from "../core/progress.ts";
import type { Seconds } from "../core/units.ts";
import { magnificationOf } from "./calibration.ts";
import { applyPalette, paletteOf } from "./colour.ts";
import { type DataSet, items, number, numbers, text } from "./data-set.ts";
import type { Codecs, Frame } from "./decode.ts";
import { frameCount } from "./frames.ts";
import { functionalGroup } from "./functional-groups.ts";
import { decodeInstance, type Instance } from "./instance.ts";
import { linearTable } from "./intensity.ts";
import { secondsOfDateTime } from "./time.ts";

/** Where the frame times of a run come from; "assumed" is 15 frames a second because nothing is stated. */
export type FrameClock = "frame-time-vector" | "frame-time" | "acquisition" | "cine-rate" | "duration" | "assumed";

/** Frames a second where nothing states how fast they were taken. */
export const ASSUMED_RATE = 15;

/** Frame times in seconds from the first frame, ascending; never from the frame rate when true times are stated. */
export interface FrameTimes {
  readonly times: readonly Seconds[];
  readonly clock: FrameClock;
}

/**
 * When each frame was taken: Frame Time Vector (0018,1065), Frame Time (0018,1063), the acquisition moments of an
 * enhanced object, Cine Rate (0018,0040) or Recommended Display Frame Rate, Effective Duration over the frames, else 15 a
 * second and marked `assumed`. A frame time of 0 does not count. Source: PS3.3 C.7.6.5.
 */
export function frameTimes(ds: DataSet): FrameTimes {
  const n = frameCount(ds);
  const every = (ms: number, clock: FrameClock): FrameTimes => ({
    times: Array.from({ length: n }, (_, i) => Math.round(i * ms * 1000) / 1e6),
    clock,
  });
  const vector = numbers(ds, "FrameTimeVector");
  if (vector.length >= n && n > 1 && vector.slice(1, n).every((v) => v >= 0) && vector.slice(1, n).some((v) => v > 0)) {
    let t = 0;
    const times = vector.slice(0, n).map((ms, i) => {
      t += i === 0 ? 0 : ms;
      return Math.round(t * 1000) / 1e6;
    });
    return { times, clock: "frame-time-vector" };
  }
  const frameTime = number(ds, "FrameTime");
  if (frameTime !== undefined && frameTime > 0) return every(frameTime, "frame-time");
  const moments = items(ds, "PerFrameFunctionalGroupsSequence").map((_, frame) => {
    const content = functionalGroup(ds, frame, "FrameContentSequence");
    const moment = content && (text(content, "FrameAcquisitionDateTime") ?? text(content, "FrameReferenceDateTime"));
    return secondsOfDateTime(moment ?? "");
  });
  if (moments.length === n && n > 1 && moments.every((m, i) => m !== undefined && (i === 0 || m > moments[i - 1]!))) {
    return { times: moments.map((m) => Math.round((m! - moments[0]!) * 1e6) / 1e6), clock: "acquisition" };
  }
  const rate = number(ds, "CineRate") ?? number(ds, "RecommendedDisplayFrameRate");
  if (rate !== undefined && rate > 0) return every(1000 / rate, "cine-rate");
  const duration = number(ds, "EffectiveDuration");
  if (duration !== undefined && duration > 0 && n > 1) return every((1000 * duration) / n, "duration");
  return every(1000 / ASSUMED_RATE, "assumed");
}

/** What is wrong with the times that an image states for its frames, in words; empty for a single frame. */
export function frameTimeLimitations(ds: DataSet): Limitation[] {
  const n = frameCount(ds);
  if (n < 2) return [];
  const found: Limitation[] = [];
  const { times, clock } = frameTimes(ds);
  const vector = numbers(ds, "FrameTimeVector");
  const vectorUsed = clock === "frame-time-vector";
  if (vector.length > 0 && !vectorUsed) {
    const bad = vector.slice(1, n).findIndex((v) => !(v >= 0));
    const what =
      vector.length < n
        ? `has ${vector.length} values for ${n} frames`
        : bad >= 0
          ? `steps by ${vector[bad + 1]} ms before frame ${bad + 2}`
          : "is 0 throughout";
    found.push({ code: "frame-time-vector", message: `Frame Time Vector ${what}: not used.` });
  }
  if (number(ds, "FrameTime") === 0 && !vectorUsed) {
    found.push({ code: "zero-frame-time", message: "Frame Time is 0 ms: not used." });
  }
  const still = times.findIndex((t, i) => i > 0 && t === times[i - 1]);
  if (still > 0) {
    found.push({
      code: "frames-at-one-time",
      message: `Frames ${still} and ${still + 1} are stated to be at one time.`,
    });
  }
  if (clock === "assumed") {
    const message = `No frame times are stated: ${ASSUMED_RATE} frames a second are an assumption; times are not measured.`;
    found.push({ code: "no-frame-times", message });
  }
  return found;
}

/** A run with the object it came from and the clock of its times. */
export interface InstanceCine extends Cine {
  readonly clock: FrameClock;
  readonly source: string;
  /** Whether the object says how its values relate to the beam; when not, measure times, not densities. */
  readonly relationshipStated: boolean;
  /** Colour was reduced to luminance. */
  readonly fromColour: boolean;
}

/**
 * A projection run or clip (XA, RF, US ...) as frames of stored values with their true times. Colour becomes
 * luminance (ITU-R BT.601). `relationship` is what `intensityRelationship` says, and whether it is stated. Errors: `not-found` without pixels, `cannot-decode` as `decodeFrame`.
 */
export function toCine(instance: Instance, options: { codecs?: Codecs; progress?: Progress } = {}): InstanceCine {
  const ds = instance.dataSet;
  if (!instance.pixels) throw new WillisError("not-found", "This object has no pixel data.");
  const { times, clock } = frameTimes(ds);
  const palette = text(ds, "PhotometricInterpretation") === "PALETTE COLOR" ? paletteOf(ds) : null;
  let fromColour = false;
  const frames = times.map((_, i) => {
    const frame = decodeInstance(instance, i, options.codecs);
    options.progress?.(`Reading frame ${i + 1} of ${times.length}`, (i + 1) / times.length);
    const rgb = palette ? applyPalette(frame.samples, palette) : frame.samplesPerPixel === 3 ? frame.samples : null;
    if (!rgb) return greyOf(frame);
    fromColour = true;
    return luminance(rgb as Uint8Array, frame.rows * frame.columns);
  });
  const properties = functionalGroup(ds, 0, "FramePixelDataPropertiesSequence") ?? ds;
  const imager = numbers(properties, "ImagerPixelSpacing")[0];
  const magnification = magnificationOf(ds)?.value;
  const stated = text(properties, "PixelIntensityRelationship");
  const relationship = intensityRelationship(stated);
  const linear = fromColour ? null : linearTable(ds);
  const spaced = imager !== undefined && imager > 0;
  return {
    ...{ frames, times, clock, relationship, fromColour },
    relationshipStated: stated !== undefined,
    ...(linear ? { linear } : {}),
    rows: number(ds, "Rows") ?? 0,
    columns: number(ds, "Columns") ?? 0,
    bitsStored: fromColour ? 8 : (number(ds, "BitsStored") ?? 16),
    source: text(ds, "SOPInstanceUID") ?? "",
    ...(spaced ? { imagerSpacing: imager } : {}),
    ...(spaced && magnification ? { isocentreSpacing: imager / magnification } : {}),
  };
}

function greyOf({ samples }: Frame): Uint16Array | Int16Array | Uint8Array | Float32Array {
  if (samples instanceof Uint8Array || samples instanceof Uint16Array) return samples;
  if (samples instanceof Int16Array || samples instanceof Float32Array) return samples;
  return samples instanceof Int8Array ? Int16Array.from(samples) : Float32Array.from(samples);
}

function luminance(rgb: ArrayLike<number>, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels);
  for (let p = 0; p < pixels; p++) {
    out[p] = Math.round(0.299 * rgb[3 * p]! + 0.587 * rgb[3 * p + 1]! + 0.114 * rgb[3 * p + 2]!);
  }
  return out;
}
