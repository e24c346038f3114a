import { dot } from "../../core/index.ts";
import { type JsonInstance, number, TAG, text } from "./dicom-json.ts";
import { type PlaneGeometry, parallel, planeOf } from "./geometry.ts";

/** One frame of one instance, with its place. `frame` counts from 0. */
export interface FrameRef {
  readonly instance: JsonInstance;
  readonly sopUid: string;
  readonly frame: number;
  readonly plane: PlaneGeometry | null;
}

/** How a series is read: slices in space, frames in time, or slices at several times. */
export interface StackOrder {
  readonly kind: "slices" | "run";
  /** For "slices" in the order of the stack: from the feet up, from the right, from the front. */
  readonly frames: readonly FrameRef[];
  /** Number of times each place was imaged; `frames` holds the first time only when it is more than 1. */
  readonly timePoints: number;
  /** True when the slices are parallel and evenly spaced (within 1 %), so that a volume may be built. */
  readonly volume: boolean;
}

const HEAD_FRONT_RIGHT = [2, 1, 0] as const;

/**
 * Puts the frames of a series in order. Frames with a plane are sorted along the common normal; frames that share a
 * place are times of it, and the first of each (by instance and frame number) is kept. Frames without a plane, and
 * multi-frame runs in one plane, stay in the order of instance and frame number.
 */
export function orderStack(instances: readonly JsonInstance[]): StackOrder {
  const frames = instances
    .flatMap((instance) => {
      const count = Math.max(1, number(instance, TAG.NumberOfFrames) ?? 1);
      const sopUid = text(instance, TAG.SOPInstanceUID) ?? "";
      return Array.from({ length: count }, (_, frame) => ({
        instance,
        sopUid,
        frame,
        plane: planeOf(instance, frame),
      }));
    })
    .sort((a, b) => instanceNumber(a) - instanceNumber(b) || a.frame - b.frame);
  const first = frames[0]?.plane;
  const run: StackOrder = { kind: "run", frames, timePoints: 1, volume: false };
  if (!first || frames.some(({ plane }) => !plane)) return run;
  const axis = axisOf(first);
  const placed = frames.map((frame) => ({ frame, at: frame.plane!.origin[axis] * 1 }));
  const oneNormal = frames.every(({ plane }) => parallel(plane!.normal, first.normal));
  const along = first.normal.map((n) => (first.normal[axis] < 0 ? -n : n)) as unknown as typeof first.normal;
  for (const item of placed) item.at = dot(item.frame.plane!.origin, along);
  const groups = new Map<number, FrameRef[]>();
  for (const { frame, at } of placed) {
    const key = Math.round(at * 100);
    groups.set(key, [...(groups.get(key) ?? []), frame]);
  }
  if (groups.size === 1 && frames.length > 1) return run;
  const keys = [...groups.keys()].sort((a, b) => a - b);
  const timePoints = Math.max(...[...groups.values()].map((group) => group.length));
  const gaps = keys.slice(1).map((key, k) => key - keys[k]!);
  const even = gaps.length > 1 && Math.max(...gaps) - Math.min(...gaps) <= Math.max(2, 0.02 * Math.max(...gaps));
  const sameSize = frames.every(({ plane }) => plane!.rows === first.rows && plane!.columns === first.columns);
  return {
    kind: "slices",
    frames: keys.map((key) => groups.get(key)![0]!),
    timePoints,
    volume: oneNormal && even && sameSize,
  };
}

/** 0, 1 or 2: the patient axis nearest to the normal of the plane. */
function axisOf(plane: PlaneGeometry): 0 | 1 | 2 {
  return HEAD_FRONT_RIGHT.reduce<0 | 1 | 2>(
    (best, axis) => (Math.abs(plane.normal[axis]) > Math.abs(plane.normal[best]) ? axis : best),
    2,
  );
}

function instanceNumber(frame: FrameRef): number {
  return number(frame.instance, TAG.InstanceNumber) ?? 0;
}
