import { blockMeans } from "../../imaging/angiography/blocks.ts";
import { maskBlockSize } from "../../imaging/angiography/mask-choice.ts";
import { globalShift, type RegistrationMask, registrationMask } from "../../imaging/angiography/register.ts";
import { type LogMask, logFrame, logMask, shiftImage, subtractedPicture } from "../../imaging/angiography/subtract.ts";
import type { Question, WorkerAnswer, WorkerMessage } from "./subtraction-messages.ts";

/** A mask, the last shift of it that was asked for, and what aligning needs of it once it was asked for. */
interface Kept {
  readonly mask: LogMask;
  moved: { readonly x: number; readonly y: number; readonly values: Float32Array };
  registration: RegistrationMask | undefined;
}

/** The last few are enough for two planes and a change of mind. */
const KEPT = 6;
const masks = new Map<string, Kept>();

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
    masks.set(data.key, { mask, moved: { x: 0, y: 0, values: mask.values }, registration: undefined });
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
  const { id, live } = question;
  if (question.kind === "blocks") {
    const { rows, columns } = question;
    const blocks = blockMeans({ ...question, frames: [live], times: [] }, 0, maskBlockSize(rows, columns));
    return { answer: { id, blocks }, transfer: [blocks.buffer] };
  }
  const kept = masks.get(question.key);
  if (!kept) throw new Error("The mask is gone. Choose it again.");
  const { mask } = kept;
  if (question.kind === "align") {
    kept.registration ??= registrationMask(mask.values, mask.rows, mask.columns);
    return { answer: { id, shift: globalShift(kept.registration, logFrame(live, mask.table)) }, transfer: [] };
  }
  const { shiftX: x, shiftY: y } = question;
  if (kept.moved.x !== x || kept.moved.y !== y) {
    kept.moved = { x, y, values: shiftImage(mask.values, mask.rows, mask.columns, x, y) };
  }
  const pixels = subtractedPicture(mask, kept.moved.values, live, question.landmark);
  return { answer: { id, pixels }, transfer: [pixels.buffer] };
}
