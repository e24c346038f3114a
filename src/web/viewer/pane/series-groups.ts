import { type JsonInstance, number, TAG, texts } from "./dicom-json.ts";
import { parallel } from "./geometry.ts";
import { letters } from "./orientation.ts";
import { type FrameRef, framesOf, orderFrames, type StackOrder } from "./stack-order.ts";

/** Frames of a series that are read as one stack, and what sets them apart from its other groups, in words. */
export interface SeriesGroup {
  readonly why: string;
  readonly order: StackOrder;
}

interface Parts {
  readonly frames: FrameRef[];
  readonly isLocaliser: boolean;
}

const IMAGE_TYPE = "00080008";

function isLocaliser(instance: JsonInstance): boolean {
  return texts(instance, IMAGE_TYPE).some((word) => /^LOCALI[SZ]ER$/.test(word.trim()));
}

function size({ instance }: FrameRef): string {
  return `${number(instance, TAG.Columns) ?? 0} × ${number(instance, TAG.Rows) ?? 0}`;
}

function isClip({ instance }: FrameRef): boolean {
  return (number(instance, TAG.NumberOfFrames) ?? 1) > 1;
}

/** Whether two frames belong to one stack: both with a place or without, of one matrix, spacing and orientation. */
function alike(a: FrameRef, b: FrameRef): boolean {
  if (Boolean(a.plane) !== Boolean(b.plane) || size(a) !== size(b)) return false;
  if (isLocaliser(a.instance) !== isLocaliser(b.instance)) return false;
  if (!a.plane || !b.plane) return isClip(a) === isClip(b);
  const near = (p: number, q: number) => Math.abs(p - q) <= 1e-3 * Math.max(p, q);
  return (
    parallel(a.plane.normal, b.plane.normal) &&
    near(a.plane.rowSpacing, b.plane.rowSpacing) &&
    near(a.plane.columnSpacing, b.plane.columnSpacing)
  );
}

/**
 * The frames of a series in groups that can be read as one stack each (orientation, matrix, spacing, localiser, clips
 * and stills), in the order in which they came, each with what sets it apart. Every frame is in exactly one group. One group, without
 * words, is a series that needs no split.
 */
export function splitSeries(instances: readonly JsonInstance[]): readonly SeriesGroup[] {
  const parts: Parts[] = [];
  for (const frame of instances.flatMap(framesOf)) {
    const found = parts.find(({ frames }) => alike(frames[0]!, frame));
    if (found) found.frames.push(frame);
    else parts.push({ frames: [frame], isLocaliser: isLocaliser(frame.instance) });
  }
  if (parts.length <= 1) return parts.map(({ frames }) => ({ why: "", order: orderFrames(frames) }));
  const differs = (of: (part: Parts) => string) => new Set(parts.map(of)).size > 1;
  const words = [orientation, ({ frames }: Parts) => size(frames[0]!), spacing, kind].filter(differs);
  return parts.map((part) => ({
    why: [part.isLocaliser ? "localiser" : "", ...words.map((of) => of(part))].filter(Boolean).join(", "),
    order: orderFrames(part.frames),
  }));
}

function orientation({ frames }: Parts): string {
  const normal = frames[0]!.plane?.normal;
  if (!normal) return "no place in the patient";
  const main = letters(normal);
  const name = /^[HF]/.test(main) ? "axial" : /^[AP]/.test(main) ? "coronal" : "sagittal";
  return main.length > 1 ? `${name}, oblique` : name;
}

function spacing({ frames }: Parts): string {
  const plane = frames[0]!.plane;
  return plane ? `${plane.columnSpacing.toFixed(2)} mm pixels` : "";
}

function kind({ frames }: Parts): string {
  return frames[0]!.plane ? "" : isClip(frames[0]!) ? "clips" : "single images";
}

/** All frames in one list, in the order of their numbers as they were received; no volume, no times. */
export function asReceived(instances: readonly JsonInstance[]): StackOrder {
  const frames = instances.flatMap(framesOf);
  const place = ({ order }: FrameRef) => order[0] ?? 0;
  return { kind: "slices", times: [[...frames].sort((a, b) => place(a) - place(b))], volume: false, timeWords: [] };
}
