import { blockMeans } from "../../imaging/angiography/blocks.ts";
import { edgeEnhanced, roadmap, weightedPicture } from "../../imaging/angiography/filters.ts";
import { type LocalMask, localMask, localMotion } from "../../imaging/angiography/local-register.ts";
import { maskBlockSize } from "../../imaging/angiography/mask-choice.ts";
import { motionKernel } from "../../imaging/angiography/motion-simd.ts";
import { globalShift, type RegistrationMask, registrationMask } from "../../imaging/angiography/register.ts";
import { type LogMask, logFrame, logMask, shiftImage, subtractedPicture } from "../../imaging/angiography/subtract.ts";
import type {
  AlignMessage,
  FoundMotion,
  Question,
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

const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerMessage>) => void;
  postMessage: (answer: WorkerAnswer, transfer: Transferable[]) => void;
};

scope.onmessage = ({ data }) => {
  if (data.kind === "mask") {
    const run = { ...data, times: [] };
    const mask = logMask(
      run,
      data.frames.map((_, k) => k),
    );
    masks.delete(data.key);
    const moved = { x: 0, y: 0, values: mask.values };
    masks.set(data.key, { mask, bitsStored: data.bitsStored, moved, registration: undefined });
    for (const key of masks.keys()) if (masks.size > KEPT) masks.delete(key);
    return;
  }
  try {
    const { answer, transfer } = reply(data);
    scope.postMessage(answer, transfer);
  } catch (error) {
    scope.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) }, []);
  }
};

function reply(question: Question): { answer: WorkerAnswer; transfer: Transferable[] } {
  const { id } = question;
  if (question.kind === "blocks") {
    const { rows, columns, live } = question;
    const blocks = blockMeans({ ...question, frames: [live], times: [] }, 0, maskBlockSize(rows, columns));
    return { answer: { id, blocks }, transfer: [blocks.buffer] };
  }
  if (question.kind === "filter") {
    const { pictures, weights, rows, columns, edges } = question;
    const pixels = edgeEnhanced(weightedPicture(pictures, weights), rows, columns, edges);
    return { answer: { id, pixels }, transfer: [pixels.buffer] };
  }
  if (question.kind === "roadmap") {
    const map = roadmap(question.pictures);
    return { answer: { id, roadmap: map }, transfer: [map.buffer] };
  }
  const kept = masks.get(question.key);
  if (!kept) throw new Error("The mask is gone. Choose it again.");
  if (question.kind === "align") return { answer: { id, motion: motionOf(kept, question) }, transfer: [] };
  const pixels = pictureOf(kept, question);
  return { answer: { id, pixels }, transfer: [pixels.buffer] };
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

function motionOf(kept: Kept, { key, live, local: byPlace }: AlignMessage): FoundMotion {
  const { mask } = kept;
  if (!byPlace || Math.min(mask.rows, mask.columns) < 128) {
    kept.registration ??= registrationMask(mask.values, mask.rows, mask.columns);
    return globalShift(kept.registration, logFrame(live, mask.table));
  }
  const found = localMotion(workSpace(key, kept), live, mask.table);
  const { field, shift, residual, before, largest } = found;
  return { x: shift.x, y: shift.y, residual, before, field, largest };
}

function pictureOf(kept: Kept, question: SubtractMessage): Int16Array {
  const { mask } = kept;
  const { shiftX: x, shiftY: y, field, landmark } = question;
  let values: Float32Array;
  if (field) {
    const space = workSpace(question.key, kept);
    values = space.kernel.warp(space.mask[space.mask.length - 1]!, mask.rows, mask.columns, field, space.moved);
  } else {
    if (kept.moved.x !== x || kept.moved.y !== y)
      kept.moved = { x, y, values: shiftImage(mask.values, mask.rows, mask.columns, x, y) };
    values = kept.moved.values;
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
