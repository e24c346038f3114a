import { dot, type Vec3 } from "../../../core/index.ts";
import { functionalGroup, type JsonInstance, number, TAG, text } from "./dicom-json.ts";
import { type PlaneGeometry, parallel, planeOf } from "./geometry.ts";

/** One frame of one instance, with its place. `frame` counts from 0. */
export interface FrameRef {
  readonly instance: JsonInstance;
  readonly sopUid: string;
  readonly frame: number;
  readonly plane: PlaneGeometry | null;
  /** Numbers by which frames of one place follow each other, the weightiest first. */
  readonly order: readonly number[];
}

/** How a series is read: slices in space (at one or several times), or frames in time. */
export interface StackOrder {
  readonly kind: "slices" | "run";
  /** `times[t]` is a whole stack: slices from the feet up (or from the right, from the front), or one clip. */
  readonly times: readonly (readonly FrameRef[])[];
  /** True when the slices are parallel and evenly spaced (within 2 %), so that a volume may be built. */
  readonly volume: boolean;
  /** What each time is, where the images say what tells them apart: "b 1000 s/mm²", "echo 2, 90 ms"; else empty. */
  readonly timeWords: readonly string[];
}

/**
 * Puts the frames of a series in order. Frames with a plane are sorted along the common normal, toward the left, the
 * back or the head; frames that share a place are its times, in the order of instance number, then of what tells the
 * frames of an enhanced object apart (temporal position, b-value, echo time), then of frame number. A place
 * without an image at time t shows its last one. Slices that are not parallel follow each other, orientation by orientation. Frames without a plane, and runs in one plane, stay in the order of
 * instance and frame number.
 */
export function orderStack(instances: readonly JsonInstance[]): StackOrder {
  return orderFrames(instances.flatMap(framesOf));
}

/** The same for frames that were taken out of their instances. */
export function orderFrames(all: readonly FrameRef[]): StackOrder {
  const frames = [...all].sort((a, b) => {
    const apart = a.order.findIndex((value, k) => value !== b.order[k]);
    return apart < 0 ? 0 : a.order[apart]! - b.order[apart]!;
  });
  const first = frames[0]?.plane;
  const run: StackOrder = { kind: "run", times: clips(frames), volume: false, timeWords: [] };
  if (!first || frames.some(({ plane }) => !plane)) return run;
  if (!frames.every(({ plane }) => parallel(plane!.normal, first.normal))) return mixed(frames);
  const along = upward(first);
  const places = new Map<number, FrameRef[]>();
  for (const frame of frames) {
    const key = Math.round(100 * dot(frame.plane!.origin, along));
    const place = places.get(key);
    if (place) place.push(frame);
    else places.set(key, [frame]);
  }
  if (places.size === 1 && frames.length > 1) return run;
  const keys = [...places.keys()].sort((a, b) => a - b);
  const count = Math.max(...[...places.values()].map((place) => place.length));
  const times = Array.from({ length: count }, (_, t) =>
    keys.map((key) => {
      const place = places.get(key)!;
      return place[Math.min(t, place.length - 1)]!;
    }),
  );
  const gaps = keys.slice(1).map((key, k) => key - keys[k]!);
  const even = gaps.length > 1 && Math.max(...gaps) - Math.min(...gaps) <= Math.max(2, 0.02 * Math.max(...gaps));
  const alike = frames.every(({ plane }) => plane!.rows === first.rows && plane!.columns === first.columns);
  return { kind: "slices", times, volume: even && alike, timeWords: wordsOfTimes(times) };
}

/** Slices of several orientations (a localizer, many stacks in one object): one after the other, each in its own order. */
function mixed(frames: readonly FrameRef[]): StackOrder {
  const groups: FrameRef[][] = [];
  for (const frame of frames) {
    const found = groups.find(([one]) => parallel(one!.plane!.normal, frame.plane!.normal));
    if (found) found.push(frame);
    else groups.push([frame]);
  }
  for (const group of groups) {
    const along = upward(group[0]!.plane!);
    const place = (frame: FrameRef) => Math.round(100 * dot(frame.plane!.origin, along));
    group.sort((a, b) => place(a) - place(b)); // stable: what shares a place keeps its order
  }
  return { kind: "slices", times: [groups.flat()], volume: false, timeWords: [] };
}

/** What tells the times of slices apart: group of an enhanced object, its tag, the tag of a classic one, and words. */
const APART: readonly (readonly [string, string, string, (value: number) => string])[] = [
  ["00189117", "00189087", "00189087", (b) => `b ${b} s/mm²`],
  ["00189114", "00189082", "00180081", (ms) => `echo ${Number(ms.toFixed(1))} ms`],
  ["00189118", "00209241", "00209241", (percent) => `${percent} % of the cycle`],
  ["00209111", "00209128", "00200100", (position) => `time ${position}`],
  ["", "", "00181060", (ms) => `trigger ${ms} ms`],
];

/** The first quantity that is one number in each time and not the same in all; empty when nothing tells them apart. */
function wordsOfTimes(times: readonly (readonly FrameRef[])[]): readonly string[] {
  if (times.length < 2) return [];
  for (const [group, own, classic, words] of APART) {
    const values = times.map((stack) => {
      const all = new Set(
        stack.map(
          ({ instance, frame }) =>
            (group ? number(functionalGroup(instance, frame, group), own) : undefined) ?? number(instance, classic),
        ),
      );
      return all.size === 1 ? [...all][0] : undefined;
    });
    if (values.some((value) => value === undefined) || new Set(values).size < 2) continue;
    return values.map((value) => words(value!));
  }
  return [];
}

/** The frames of an instance with their places. */
export function framesOf(instance: JsonInstance): FrameRef[] {
  const count = Math.max(1, number(instance, TAG.NumberOfFrames) ?? 1);
  const sopUid = text(instance, TAG.SOPInstanceUID) ?? "";
  return Array.from({ length: count }, (_, frame) => ({
    ...{ instance, sopUid, frame, plane: planeOf(instance, frame) },
    order: [number(instance, TAG.InstanceNumber) ?? 0, ...withinObject(instance, frame), frame],
  }));
}

const TEMPORAL_POSITION_INDEX = "00209128";
const DIFFUSION_B_VALUE = "00189087";
const EFFECTIVE_ECHO_TIME = "00189082";

/** What tells frames of one enhanced object apart that share a place; an object may hold its frames in any order. */
function withinObject(instance: JsonInstance, frame: number): readonly number[] {
  const of = (group: string, tag: string) => number(functionalGroup(instance, frame, group), tag) ?? 0;
  return [
    of("00209111", TEMPORAL_POSITION_INDEX),
    of("00189117", DIFFUSION_B_VALUE),
    of("00189114", EFFECTIVE_ECHO_TIME),
  ];
}

/** Several multi-frame images of one series are so many clips; single images stay one run. */
function clips(frames: readonly FrameRef[]): readonly (readonly FrameRef[])[] {
  const byImage = Map.groupBy(frames, ({ sopUid }) => sopUid);
  const all = [...byImage.values()];
  return all.length > 1 && all.every((clip) => clip.length > 1) ? all : [frames];
}

/** The normal of a plane in the sense in which its main component grows (to the left, the back, the head). */
function upward({ normal }: PlaneGeometry): Vec3 {
  const main = normal.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return main < 0 ? [-normal[0], -normal[1], -normal[2]] : normal;
}
