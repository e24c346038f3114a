import { type JsonInstance, number, numbers, TAG } from "../pane/dicom-json.ts";

/** When each frame of a run was taken, in seconds from the first, and from which element that is known. */
export interface FrameTimes {
  readonly times: readonly number[];
  readonly source: "frame time vector" | "frame time" | "display rate" | "cine rate" | "duration" | "not stated";
}

/**
 * Times of the frames of a multi-frame image (PS3.3 C.7.6.5): Frame Time Vector (increments, ms), Frame Time (ms), then
 * the rates (frames per second), then the duration. When nothing states them, 4 frames a second are shown and `source`
 * says so.
 */
export function frameTimes(instance: JsonInstance, frames: number): FrameTimes {
  const vector = numbers(instance, TAG.FrameTimeVector);
  if (vector.length >= frames && vector.slice(1, frames).every((step) => step > 0)) {
    let at = 0;
    const times = vector.slice(0, frames).map((step, k) => {
      at += k === 0 ? 0 : step / 1000;
      return at;
    });
    return { times, source: "frame time vector" };
  }
  const even = (step: number, source: FrameTimes["source"]): FrameTimes => ({
    times: Array.from({ length: frames }, (_, k) => k * step),
    source,
  });
  const frameTime = number(instance, TAG.FrameTime);
  if (frameTime && frameTime > 0) return even(frameTime / 1000, "frame time");
  const display = number(instance, TAG.RecommendedDisplayFrameRate);
  const cine = number(instance, TAG.CineRate);
  if (cine && cine > 0) return even(1 / cine, "cine rate");
  if (display && display > 0) return even(1 / display, "display rate");
  const duration = number(instance, TAG.EffectiveDuration);
  if (duration && duration > 0 && frames > 1) return even(duration / frames, "duration");
  return even(0.25, "not stated");
}

/**
 * Which frame is due `elapsed` seconds after the first, repeating from the start. The last frame stays as long as the
 * one before it did. O(log n).
 */
export function frameAt(times: readonly number[], elapsed: number): number {
  const count = times.length;
  if (count < 2) return 0;
  const last = times[count - 1]!;
  const period = last + (last - times[count - 2]!);
  if (!(period > 0)) return 0;
  const t = ((elapsed % period) + period) % period;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle]! <= t + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Mean frames per second of a run; 0 for a single frame. */
export function frameRate(times: readonly number[]): number {
  const last = times[times.length - 1] ?? 0;
  return last > 0 ? (times.length - 1) / last : 0;
}
