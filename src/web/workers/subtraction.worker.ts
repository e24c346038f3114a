import { blockMeans } from "./blocks.ts";
import { logMask, type MaskImage, subtractFrame } from "./subtract-frame.ts";
import type { WorkerAnswer, WorkerMessage } from "./subtraction-messages.ts";

/** Masks are kept as log images; the last few are enough for two planes and a change of mind. */
const KEPT = 6;
const masks = new Map<string, MaskImage>();

const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerMessage>) => void;
  postMessage: (answer: WorkerAnswer, transfer: Transferable[]) => void;
};

scope.onmessage = ({ data }) => {
  if (data.kind === "mask") {
    masks.delete(data.key);
    masks.set(data.key, logMask(data.frames, data.relationship, data.bitsStored));
    for (const key of masks.keys()) if (masks.size > KEPT) masks.delete(key);
    return;
  }
  try {
    if (data.kind === "blocks") {
      const blocks = blockMeans(data.live, data.rows, data.columns, data.relationship === "LOG");
      scope.postMessage({ id: data.id, blocks }, [blocks.buffer]);
      return;
    }
    const mask = masks.get(data.key);
    if (!mask) throw new Error("mask-gone");
    const pixels = subtractFrame(mask, data.live, data.rows, data.columns, data);
    scope.postMessage({ id: data.id, pixels }, [pixels.buffer]);
  } catch (error) {
    scope.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) }, []);
  }
};
