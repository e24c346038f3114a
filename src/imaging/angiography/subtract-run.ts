import type { Cine } from "../../core/cine.ts";
import type { Limitation } from "../../core/limitation.ts";
import { blockMeans } from "./blocks.ts";
import { type DensityCurves, densityCurves } from "./bolus-phases.ts";
import { saturationOf } from "./filters.ts";
import { type LocalMask, localMask, localMotion } from "./local-register.ts";
import { chooseMaskFrom, maskBlockSize } from "./mask-choice.ts";
import { motionKernel } from "./motion-simd.ts";
import { type LogMask, logMask, shiftImage } from "./subtract.ts";

/** How one frame is to be subtracted: frames of its mask, contrast frames averaged, shift of the mask (right, down). */
export interface FramePlan {
  readonly mask: readonly number[];
  readonly average: number;
  readonly shift: readonly [number, number];
}

/** What is wanted of `subtractRun`. */
export interface SubtractRunOptions {
  /** "auto": found before contrast; frames from 0; or a plan for each frame, as the run states it. */
  readonly mask: "auto" | readonly number[] | readonly FramePlan[];
  /** False: the mask is not moved but by its plan. */
  readonly motion: boolean;
  /** A clock in ms for `steps`; without it they stay empty. */
  readonly now?: () => number;
  readonly told?: (step: string, fraction: number) => void;
}

/** A run subtracted as a whole. */
export interface SubtractedRun {
  /** Frames whose mean is the mask (of the first frame that has a plan, when it differs from frame to frame). */
  readonly mask: readonly number[];
  readonly maskFrom: "stated" | "automatic" | "chosen" | "guessed";
  /** ln(mask) - ln(live) of each frame, row-major, contrast positive. */
  readonly densities: readonly Float32Array[];
  /** Mean way of the mask onto each frame over the anatomy, pixels to the right and down; frames of the mask have their planned shift. */
  readonly shifts: readonly (readonly [number, number])[];
  /** What is left at the edges of the anatomy over its noise, per frame; null for frames of the mask and without motion. */
  readonly residuals: readonly (number | null)[];
  readonly residualsBefore: readonly (number | null)[];
  /** First frame with contrast; null: none was seen. */
  readonly arrival: number | null;
  readonly curves: DensityCurves | null;
  readonly limitations: readonly Limitation[];
  /** Seconds of each step. */
  readonly steps: Readonly<Record<string, number>>;
}

/**
 * Subtracts a whole run: chooses the mask when it is asked to, moves it place by place onto each frame (`localMotion`;
 * as a whole for pictures under 128 pixels there is no local movement), and says what it could not do. A run of one
 * frame gives a difference of zero and the limitation `one-frame`. Errors: `bad-request` for mask frames that are not there.
 */
export function subtractRun(run: Cine, options: SubtractRunOptions): SubtractedRun {
  const { rows, columns, frames } = run;
  const steps: Record<string, number> = {};
  const timed = <T>(name: string, work: () => T): T => {
    const start = options.now?.() ?? 0;
    const out = work();
    if (options.now) steps[name] = (steps[name] ?? 0) + (options.now() - start) / 1000;
    return out;
  };
  const limitations: Limitation[] = [];
  const size = maskBlockSize(rows, columns);
  const blocks = timed("mask_choice", () => frames.map((_, t) => blockMeans(run, t, size)));
  const choice = timed("mask_choice", () => chooseMaskFrom(blocks));
  const plans = plansOf(options.mask, choice.frames, frames.length);
  const first = plans[plans.length - 1] ?? { mask: [0], average: 1, shift: [0, 0] as const };
  const maskFrom =
    options.mask === "auto" ? (choice.clear ? "automatic" : "guessed") : isPlan(options.mask) ? "stated" : "chosen";
  if (frames.length > 1 && choice.arrival === null)
    limitations.push({
      code: "no-contrast",
      message: "No contrast was seen arriving: the run may begin with it or have none.",
    });
  if (maskFrom === "guessed" && frames.length > 1)
    limitations.push({
      code: "mask-guessed",
      message: "No frame before contrast could be told apart: the mask is a guess.",
    });
  const middle = run.frames[run.frames.length >> 1];
  if (middle) limitations.push(...saturationOf({ ...run, frame: middle }));

  const masks = new Map<string, { mask: LogMask; local: LocalMask | null }>();
  const canMove = options.motion && Math.min(rows, columns) >= 128 && frames.length > 1;
  const maskOf = (chosen: readonly number[]) => {
    const key = chosen.join();
    const known = masks.get(key);
    if (known) return known;
    const mask = logMask(run, chosen);
    const range: [number, number] = [mask.table[1], mask.table[2 ** Math.min(16, run.bitsStored) - 1]];
    masks.clear(); // one work space at a time: a plan goes from mask to mask
    const local = canMove ? localMask(mask.values, rows, columns, range, motionKernel(rows, columns)) : null;
    const made = { mask, local };
    masks.set(key, made);
    return made;
  };
  const densities: Float32Array[] = [];
  const shifts: [number, number][] = [];
  const residuals: (number | null)[] = [];
  const residualsBefore: (number | null)[] = [];
  frames.forEach((frame, t) => {
    options.told?.(`Subtracting frame ${t + 1} of ${frames.length}`, t / frames.length);
    const plan = plans[t];
    const { mask, local } = timed("mask", () => maskOf(plan.mask));
    let moved: Float32Array;
    if (local && !plan.mask.includes(t)) {
      const found = timed("motion", () => localMotion(local, frame as Uint16Array, mask.table));
      moved = Float32Array.from(local.moved);
      shifts.push([...found.mean]);
      residuals.push(found.residual);
      residualsBefore.push(found.before);
    } else {
      moved = Float32Array.from(shiftImage(mask.values, rows, columns, plan.shift[0], plan.shift[1]));
      shifts.push([plan.shift[0], plan.shift[1]]);
      residuals.push(null);
      residualsBefore.push(null);
    }
    timed("subtraction", () => takeOff(moved, run, t, plan.average, mask.table));
    densities.push(moved);
  });
  const curves = timed("phases", () => densityCurves(blocks, first.mask));
  const { arrival } = choice;
  return {
    mask: first.mask,
    maskFrom,
    densities,
    shifts,
    residuals,
    residualsBefore,
    arrival,
    curves,
    limitations,
    steps,
  };
}

function isPlan(mask: SubtractRunOptions["mask"]): mask is readonly FramePlan[] {
  return typeof mask !== "string" && typeof mask[0] === "object";
}

function plansOf(mask: SubtractRunOptions["mask"], found: readonly number[], n: number): readonly FramePlan[] {
  if (isPlan(mask)) return mask;
  const frames = mask === "auto" ? found : mask;
  return Array.from({ length: n }, () => ({ mask: frames, average: 1, shift: [0, 0] as const }));
}

/** Live (the mean of `average` frames from t on) taken off the moved mask, in place. */
function takeOff(moved: Float32Array, run: Cine, t: number, average: number, table: Float32Array): void {
  const last = Math.min(run.frames.length, t + average);
  const share = 1 / (last - t);
  for (let k = t; k < last; k++) {
    const live = run.frames[k];
    for (let p = 0; p < moved.length; p++) moved[p] -= share * table[live[p] & 0xffff];
  }
}
