import * as dicom from "../../../dicom/index.ts";
import { momentOf } from "../../../dicom/time.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { type JsonInstance, number, TAG } from "../pane/dicom-json.ts";

/** When each frame of a run was taken, in seconds from the first, and from which element that is known. */
export interface FrameTimes {
  readonly times: readonly number[];
  readonly source:
    | "frame time vector"
    | "frame time"
    | "acquisition times"
    | "display rate"
    | "duration"
    | "not stated";
}

const SOURCES: Readonly<Record<dicom.FrameClock, FrameTimes["source"]>> = {
  "frame-time-vector": "frame time vector",
  "frame-time": "frame time",
  acquisition: "acquisition times",
  "cine-rate": "display rate",
  duration: "duration",
  assumed: "not stated",
};

/**
 * Times of the frames of a multi-frame image, as `frameTimes` of the dicom room reads them (PS3.3 C.7.6.5). When nothing
 * states them, 15 frames a second are shown and `source` says so. `frames` other than the image has: evenly spread.
 */
export function frameTimes(instance: JsonInstance, frames: number): FrameTimes {
  const { times, clock } = dicom.frameTimes(dataSetOf(instance));
  if (times.length === frames) return { times, source: SOURCES[clock] };
  return { times: evenly(frames, dicom.ASSUMED_RATE), source: "not stated" };
}

/**
 * Times of a run: of one multi-frame image by its own elements; of single images that follow each other by when each was
 * acquired, when all say so and none goes back.
 */
export function runTimes(stack: readonly { readonly instance: JsonInstance }[]): FrameTimes {
  const first = stack[0]?.instance;
  if (!first) return { times: [], source: "not stated" };
  const single = stack.length > 1 && stack.every(({ instance }) => (number(instance, TAG.NumberOfFrames) ?? 1) < 2);
  if (!single) return frameTimes(first, stack.length);
  const moments = stack.map(({ instance }) => {
    const ds = dataSetOf(instance);
    return momentOf(ds, "Acquisition") ?? momentOf(ds, "Content");
  });
  const begin = moments[0];
  if (begin !== undefined && moments.every((m, k) => m !== undefined && (k === 0 || m > moments[k - 1]!))) {
    return { times: moments.map((m) => m! - begin), source: "acquisition times" };
  }
  return { times: evenly(stack.length, dicom.ASSUMED_RATE), source: "not stated" };
}

/** Times of frames at a rate. */
export function evenly(frames: number, rate: number): number[] {
  return Array.from({ length: frames }, (_, k) => k / rate);
}

/** Mean frames per second of a run; 0 for a single frame. */
export function frameRate(times: readonly number[]): number {
  const last = times[times.length - 1] ?? 0;
  return last > 0 ? (times.length - 1) / last : 0;
}
