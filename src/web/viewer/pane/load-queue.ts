import { cache, Enums, imageLoader } from "@cornerstonejs/core";

export interface LoadProgress {
  readonly loaded: number;
  readonly failed: number;
  readonly total: number;
}

/**
 * Loads the images of a pane in the background, from `start` outwards, a few at a time; the image on the screen is
 * asked for by the viewport itself and overtakes them. Stops when `signal` is aborted or memory is full. Resolves with
 * the last progress.
 */
export async function prefetch(
  imageIds: readonly string[],
  start: number,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadProgress> {
  const order = outward(imageIds.length, start);
  let loaded = 0;
  let failed = 0;
  let next = 0;
  const progress = () => ({ loaded, failed, total: imageIds.length });
  const worker = async () => {
    while (next < order.length && !signal.aborted) {
      const imageId = imageIds[order[next++]!]!;
      try {
        await imageLoader.loadAndCacheImage(imageId, {
          requestType: Enums.RequestType.Prefetch,
          priority: -5,
          additionalDetails: { imageId },
        } as never);
        loaded++;
      } catch {
        failed++;
      }
      if (!signal.aborted) onProgress(progress());
      if (cache.getBytesAvailable() < 16e6) return;
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return progress();
}

/** Indices 0..count-1 by distance from `start`. */
export function outward(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, k) => k).sort((a, b) => Math.abs(a - start) - Math.abs(b - start) || a - b);
}
