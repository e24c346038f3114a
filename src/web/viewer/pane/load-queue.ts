import { cache, Enums, imageLoader } from "@cornerstonejs/core";
import { LoadCancelled, type Urgency } from "../display/frame-requests.ts";

export interface LoadProgress {
  readonly loaded: number;
  readonly failed: number;
  readonly total: number;
}

/** Memory that stays free for what a reader goes to next. */
const KEPT_FREE = 48e6;
/** How many loads wait for each image that is on its way. */
const wanted = new Map<string, number>();

/**
 * Loads the images of a pane in the background, from `start` outwards, a few at a time; the image on the screen is
 * asked for by the viewport itself and overtakes them. Stops when `signal` is aborted (what is on its way and wanted by
 * nobody else is called off on the network) or when memory is full: further images then come when they are gone to.
 * Resolves with the last progress.
 */
export async function prefetch(
  imageIds: readonly string[],
  start: number,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
  urgency: Urgency = 1,
): Promise<LoadProgress> {
  const order = outward(imageIds.length, start);
  let loaded = 0;
  let failed = 0;
  let next = 0;
  let isFull = false;
  // What does not fit into memory is not waited for.
  const progress = () => ({ loaded, failed, total: isFull ? loaded + failed : imageIds.length });
  const worker = async () => {
    while (next < order.length && !signal.aborted) {
      if (cache.getBytesAvailable() < KEPT_FREE && !cache.isLoaded(imageIds[order[next]!]!)) {
        isFull = true;
        break;
      }
      const imageId = imageIds[order[next++]!]!;
      const callOff = want(imageId, signal);
      try {
        const options = { requestType: Enums.RequestType.Prefetch, priority: -5, urgency };
        await loadWanted(imageId, { ...options, additionalDetails: { imageId } }, signal);
        loaded++;
      } catch {
        if (!signal.aborted) failed++;
      } finally {
        callOff();
      }
      if (!signal.aborted) onProgress(progress());
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  if (isFull && !signal.aborted) onProgress(progress());
  return progress();
}

const ATTEMPTS = 4;

/**
 * Loads an image into memory. One that was called off by who asked for it before, while it was on its way, is asked for
 * anew as long as it is wanted here. Rejects as the loader does.
 */
export async function loadWanted(imageId: string, options: object, signal?: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await imageLoader.loadAndCacheImage(imageId, options as never);
      return;
    } catch (error) {
      const reason = (error as { error?: unknown } | undefined)?.error ?? error;
      if (!(reason instanceof LoadCancelled) || signal?.aborted || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 0)); // until it has left the memory
    }
  }
}

/** Somebody waits for an image until the answer is called; when the last one leaves early its load is called off. */
function want(imageId: string, signal: AbortSignal): () => void {
  wanted.set(imageId, (wanted.get(imageId) ?? 0) + 1);
  const leave = () => {
    const others = (wanted.get(imageId) ?? 1) - 1;
    if (others > 0) wanted.set(imageId, others);
    else wanted.delete(imageId);
    signal.removeEventListener("abort", onAbort);
    return others;
  };
  const onAbort = () => {
    if ((wanted.get(imageId) ?? 1) > 1 || cache.isLoaded(imageId)) return;
    (cache.getImageLoadObject(imageId) as { cancelFn?: () => void } | undefined)?.cancelFn?.();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return leave;
}

/** Indices 0..count-1 by distance from `start`. */
export function outward(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, k) => k).sort((a, b) => Math.abs(a - start) - Math.abs(b - start) || a - b);
}
