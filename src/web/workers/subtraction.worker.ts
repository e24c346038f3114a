import { blockMeans } from "../../imaging/angiography/blocks.ts";
import { edgeEnhanced, roadmap, weightedPicture } from "../../imaging/angiography/filters.ts";
import { type LocalMask, localMask, localMotion } from "../../imaging/angiography/local-register.ts";
import { maskBlockSize } from "../../imaging/angiography/mask-choice.ts";
import { motionKernel } from "../../imaging/angiography/motion-simd.ts";
import { globalShift, type RegistrationMask, registrationMask } from "../../imaging/angiography/register.ts";
import { type LogMask, logFrame, logMask, shiftImage, subtractedPicture } from "../../imaging/angiography/subtract.ts";
import { answerQuestions } from "./answer-questions.ts";
import type {
  AlignMessage,
  FoundMotion,
  MaskMessage,
  RawPixels,
  SubtractMessage,
  WorkerAnswer,
  WorkerMessage,
} from "./subtraction-messages.ts";

/** A mask, the last movement of it that was asked for, and what aligning needs of it once it was asked for. */
interface Kept {
  readonly mask: LogMask;
  readonly bitsStored: number;
  moved: { readonly x: number; readonly y: number; readonly values: Float32Array };
  registration: RegistrationMask | undefined;
}

/** The last few are enough for two planes and a change of mind. */
const KEPT = 6;
const masks = new Map<string, Kept>();
/** One work space (some 40 MB for 1024 x 1024) for the mask that is moved place by place. */
let local: { readonly key: string; readonly mask: LocalMask } | undefined;

/** Pictures and blocks are handed over; the field of a movement is copied. */
function handedOver(answer: WorkerAnswer | undefined): Transferable[] {
  if (!answer || "motion" in answer) return [];
  return Object.values(answer as Readonly<Record<string, Int16Array<ArrayBuffer>>>).map(({ buffer }) => buffer);
}

answerQuestions(reply, handedOver);

function keep(mask: MaskMessage): void {
  const run = { ...mask, times: [] };
  const made = logMask(
    run,
    mask.frames.map((_, k) => k),
  );
  masks.delete(mask.key);
  const moved = { x: 0, y: 0, values: made.values };
  masks.set(mask.key, { mask: made, bitsStored: mask.bitsStored, moved, registration: undefined });
  for (const key of masks.keys()) if (masks.size > KEPT) masks.delete(key);
}

function reply(question: WorkerMessage): WorkerAnswer | undefined {
  switch (question.kind) {
    case "mask":
      keep(question);
      return;
    case "blocks": {
      const { rows, columns, live } = question;
      return { blocks: blockMeans({ ...question, frames: [live], times: [] }, 0, maskBlockSize(rows, columns)) };
    }
    case "filter": {
      const { pictures, weights, rows, columns, edges } = question;
      return { pixels: edgeEnhanced(weightedPicture(pictures, weights), rows, columns, edges) };
    }
    case "roadmap":
      return { roadmap: roadmap(question.pictures) };
    case "align":
      return { motion: motionOf(kept(question.key), question) };
    case "subtract":
      return { pixels: pictureOf(kept(question.key), question) };
  }
}

function kept(key: string): Kept {
  const found = masks.get(key);
  if (!found) throw new Error("The mask is gone. Choose it again.");
  return found;
}

function workSpace(key: string, { mask, bitsStored }: Kept): LocalMask {
  if (local?.key === key) return local.mask;
  const { rows, columns, values, table } = mask;
  // what the detector cannot tell apart (saturated, empty) has no edges to be matched
  const range: [number, number] = [table[1]!, table[2 ** bitsStored - 1]!];
  local = undefined;
  const made = localMask(values, rows, columns, range, motionKernel(rows, columns));
  local = { key, mask: made };
  return made;
}

function motionOf(of: Kept, { key, live, local: byPlace }: AlignMessage): FoundMotion {
  const { mask } = of;
  if (!byPlace || Math.min(mask.rows, mask.columns) < 128) {
    of.registration ??= registrationMask(mask.values, mask.rows, mask.columns);
    return globalShift(of.registration, logFrame(live, mask.table));
  }
  const found = localMotion(workSpace(key, of), live, mask.table);
  const { field, shift, residual, before, largest } = found;
  return { x: shift.x, y: shift.y, residual, before, field, largest };
}

function pictureOf(of: Kept, question: SubtractMessage): Int16Array {
  const { mask } = of;
  const { shiftX: x, shiftY: y, field, landmark } = question;
  let values: Float32Array;
  if (field) {
    const space = workSpace(question.key, of);
    values = space.kernel.warp(space.mask[space.mask.length - 1]!, mask.rows, mask.columns, field, space.moved);
  } else {
    if (of.moved.x !== x || of.moved.y !== y)
      of.moved = { x, y, values: shiftImage(mask.values, mask.rows, mask.columns, x, y) };
    values = of.moved.values;
  }
  const [live] = question.live;
  if (question.live.length === 1 && live) return subtractedPicture(mask, values, live, landmark);
  return averaged(question.live.map((one: RawPixels) => subtractedPicture(mask, values, one, landmark)));
}

function averaged(pictures: readonly Int16Array[]): Int16Array {
  return weightedPicture(
    pictures,
    pictures.map(() => 1 / pictures.length),
  );
}
