import type { PaneHandle } from "../pane/pane.tsx";
import { setSubtraction, subtracted } from "./dsa-loader.ts";
import type { Subtraction } from "./mask-frames.ts";

const RAW_WINDOW_SHARE = 0.5;
const pending = new WeakMap<object, { next: Subtraction | undefined; running: boolean }>();
const current = new Map<string, Subtraction>();

/** How the run of a pane is subtracted now; undefined when the pane holds no run to subtract. */
export function subtractionOf(handle: PaneHandle | undefined): Subtraction | undefined {
  const content = handle?.content;
  return content?.subtraction && (current.get(content.series.seriesUid) ?? content.subtraction);
}

/**
 * Subtracts the run of a pane anew and puts the frame on the screen in place of the old one. Calls that come while one
 * is computed are melted into one: the last wins.
 */
export async function applySubtraction(handle: PaneHandle, next: Subtraction): Promise<void> {
  const { controller, content } = handle;
  if (!content?.subtraction) return;
  const before = subtractionOf(handle)!;
  current.set(content.series.seriesUid, next);
  const queue = pending.get(controller) ?? { next: undefined, running: false };
  pending.set(controller, queue);
  queue.next = next;
  if (queue.running) return;
  queue.running = true;
  let raw = before.raw;
  try {
    while (queue.next) {
      const wanted = queue.next;
      queue.next = undefined;
      setSubtraction(content.show.imageIds, wanted);
      const imageId = controller.currentImageId();
      if (!imageId) return;
      const image = await subtracted(imageId);
      if (queue.next || controller.currentImageId() !== imageId) continue;
      controller.replace(image);
      if (wanted.raw !== raw) {
        raw = wanted.raw;
        const full = Number(image.windowWidth);
        controller.setWindow(raw ? { width: full, level: full * RAW_WINDOW_SHARE } : { width: 600, level: -150 });
      }
    }
  } finally {
    queue.running = false;
  }
}

/** Subtracted to raw and back. */
export async function toggleRaw(handle: PaneHandle): Promise<void> {
  const now = subtractionOf(handle);
  if (now) await applySubtraction(handle, { ...now, raw: !now.raw });
}
