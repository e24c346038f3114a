import type { Limitation } from "../core/limitation.ts";
import { type DataSet, items, number, numbers, text } from "./data-set.ts";
import { frameCount } from "./frames.ts";
import { functionalGroup } from "./functional-groups.ts";

/** How one frame is subtracted as its object says. Frame numbers count from 0. */
export interface FrameMask {
  readonly operation: "AVG_SUB" | "TID" | "REV_TID";
  /** Frames whose mean is the mask. */
  readonly mask: readonly number[];
  /** Contrast frames that are averaged, this one first (Contrast Frame Averaging). */
  readonly average: number;
  /** Movement of the mask before subtraction, pixels to the right and down. */
  readonly shift: readonly [number, number];
  /** False: the frame lies outside the range that the item is stated for and takes it only so that the run looks even. */
  readonly stated: boolean;
}

/** What the Mask Subtraction Sequence of a run says: a mask for each frame, or null when it states none that can be used. */
export interface StatedMasks {
  readonly frames: readonly FrameMask[] | null;
  readonly limitations: readonly Limitation[];
}

type Operation = FrameMask["operation"];
const OPERATIONS: readonly string[] = ["AVG_SUB", "TID", "REV_TID"] satisfies Operation[];

interface Item {
  readonly ranges: readonly (readonly [number, number])[];
  readonly maskOf: (frame: number) => FrameMask | null;
}

/**
 * Reads the Mask Subtraction Sequence (0028,6100) frame by frame: AVG_SUB (mean of Mask Frame Numbers), TID (the frame
 * TID Offset before; 1 when absent) and REV_TID (the mask runs backwards as contrast runs on), Mask Sub-pixel Shift
 * (stated as rows, then columns; of one frame by its Frame Pixel Shift when it has one), Contrast Frame Averaging and
 * Applicable Frame Range of several items, the first that applies. A frame in no range takes the item nearest to it and
 * is marked. Frame numbers that are not there, ranges upside down, unknown operations and masks that leave the run are
 * left out and said. Source: PS3.3 C.7.6.10, C.8.19.4.2.
 */
export function statedMasks(ds: DataSet): StatedMasks {
  const sequence = items(ds, "MaskSubtractionSequence");
  if (sequence.length === 0) return { frames: null, limitations: [] };
  const n = frameCount(ds);
  const limitations: Limitation[] = [];
  const told = (code: string, message: string): void => {
    if (!limitations.some((one) => one.message === message)) limitations.push({ code, message });
  };
  const all = sequence.flatMap((item) => itemOf(item, n, told) ?? []);
  const frames: FrameMask[] = [];
  for (let t = 0; t < n; t++) {
    const found = maskOf(all, t);
    if (!found) continue;
    const own = numbers(functionalGroup(ds, t, "FramePixelShiftSequence") ?? new Map(), "MaskSubPixelShift");
    frames[t] = own.length === 2 && own.every(Number.isFinite) ? { ...found, shift: [own[1]!, own[0]!] } : found;
  }
  const complete = Object.keys(frames).length;
  if (all.length === 0 || complete === 0) return { frames: null, limitations };
  if (complete < n) {
    // TID gives no mask to the first frames: they take that of the first frame that has one
    const first = frames.find((one) => one !== undefined)!;
    for (let t = 0; t < n; t++) frames[t] ??= { ...first, stated: false };
    told("mask-not-for-all", `The run states a mask for ${complete} of its ${n} frames; the others take the nearest.`);
  }
  return { frames, limitations };
}

function maskOf(all: readonly Item[], t: number): FrameMask | null {
  for (const { ranges, maskOf: of } of all) {
    if (ranges.some(([from, to]) => t >= from && t <= to)) {
      const found = of(t);
      if (found) return found;
    }
  }
  const away = ({ ranges }: Item): number => Math.min(...ranges.map(([from, to]) => Math.max(from - t, t - to)));
  const near = [...all].sort((a, b) => away(a) - away(b))[0];
  if (!near) return null;
  const end = near.ranges.reduce((best, one) => (distance(one, t) < distance(best, t) ? one : best));
  const found = near.maskOf(Math.max(end[0], Math.min(end[1], t)));
  return found && { ...found, stated: false };
}

const distance = ([from, to]: readonly [number, number], t: number): number => Math.max(0, from - t, t - to);

function itemOf(item: DataSet, n: number, told: (code: string, message: string) => void): Item | null {
  // an item that names frames and no operation can only mean their mean
  const operation = text(item, "MaskOperation") ?? (numbers(item, "MaskFrameNumbers").length > 0 ? "AVG_SUB" : "");
  if (operation === "NONE") return null;
  if (!OPERATIONS.includes(operation)) {
    told("mask-operation-unknown", `The mask operation "${operation || "(none)"}" is not known: choose a mask.`);
    return null;
  }
  const [down = 0, right = 0] = numbers(item, "MaskSubPixelShift");
  const sound = Number.isFinite(down) && Number.isFinite(right) && Math.max(Math.abs(down), Math.abs(right)) <= 512;
  if (!sound) told("mask-shift-wrong", `A mask shift of ${down} rows and ${right} columns is left out.`);
  const shift: readonly [number, number] = sound ? [right, down] : [0, 0];
  const asked = number(item, "ContrastFrameAveraging") ?? 1;
  const average = Number.isInteger(asked) && asked >= 1 && asked <= n ? asked : 1;
  if (asked !== average) told("mask-averaging-wrong", `Averaging of ${asked} contrast frames is left out.`);
  const ranges = rangesOf(item, n, told);
  const kind = operation as Operation;
  const base = { operation: kind, average, shift, stated: true };
  if (kind === "AVG_SUB") {
    const named = numbers(item, "MaskFrameNumbers");
    const there = named.filter((frame) => Number.isInteger(frame) && frame >= 1 && frame <= n);
    const gone = named.filter((frame) => !there.includes(frame));
    if (gone.length > 0)
      told("mask-frames-wrong", `The run names mask frame ${gone.join(", ")}, but it has frames 1 to ${n}.`);
    if (named.length === 0) told("mask-frames-wrong", "The run asks for subtraction but names no mask frame.");
    if (there.length === 0) return null;
    const mask = [...new Set(there)].map((frame) => frame - 1);
    return { ranges: ranges ?? [[0, n - 1]], maskOf: () => ({ ...base, mask }) };
  }
  const offset = number(item, "TIDOffset") ?? 1;
  if (!Number.isInteger(offset) || offset === 0 || Math.abs(offset) >= n) {
    told("mask-frames-wrong", `A TID offset of ${offset} leaves a run of ${n} frames.`);
    return null;
  }
  const within = (k: number): FrameMask | null => (k >= 0 && k < n ? { ...base, mask: [k] } : null);
  if (kind === "TID") {
    const own: readonly [number, number] = [Math.max(0, offset), Math.min(n - 1, n - 1 + offset)];
    return { ranges: ranges ?? [own], maskOf: (t) => within(t - offset) };
  }
  if (!ranges) {
    told("mask-frames-wrong", "REV_TID without an applicable frame range says no mask.");
    return null;
  }
  const order = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, k) => from + k));
  return { ranges, maskOf: (t) => within(t - offset - 2 * Math.max(0, order.indexOf(t))) };
}

/** Pairs of first and last frame from 0; null when none is stated. */
function rangesOf(
  item: DataSet,
  n: number,
  told: (code: string, message: string) => void,
): readonly (readonly [number, number])[] | null {
  const stated = numbers(item, "ApplicableFrameRange");
  const ranges: [number, number][] = [];
  for (let k = 0; k + 1 < stated.length; k += 2) {
    const [from, to] = [stated[k]!, stated[k + 1]!];
    if (from >= 1 && to >= from && from <= n) ranges.push([from - 1, Math.min(n, to) - 1]);
    if (!(from >= 1 && to >= from && to <= n))
      told("mask-range-wrong", `The mask is stated for frames ${from} to ${to}; the run has frames 1 to ${n}.`);
  }
  return ranges.length > 0 ? ranges : null;
}
