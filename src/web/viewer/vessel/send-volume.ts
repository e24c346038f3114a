import type { SliceQuestion } from "../../workers/vessel-messages.ts";
import { volumeSamples } from "../volumes/volume-source.ts";

/** The largest volume that is copied to a worker, voxels: 2 bytes each there, and one for the mask. */
const MOST_VOXELS = 400e6;

/**
 * Loads the volume of a stack of images and hands it to a worker, slice by slice. `told` hears words and the share of it
 * that is done. Throws words when it is too large for a page.
 */
export async function sendVolume(
  imageIds: readonly string[],
  send: (question: SliceQuestion, transfer: Transferable[]) => Promise<unknown>,
  signal: AbortSignal,
  told: (step: string, fraction: number) => void,
): Promise<void> {
  const { volume } = await volumeSamples(imageIds, signal, (loaded) =>
    told(`Loading slice ${loaded} of ${imageIds.length}`, (0.66 * loaded) / imageIds.length),
  );
  const { grid, slices, slope, intercept, unit } = volume;
  const voxels = grid.shape[0] * grid.shape[1] * grid.shape[2];
  if (voxels > MOST_VOXELS)
    throw new Error(
      `The series has ${Math.round(voxels / 1e6)} million voxels, more than this page can segment. Ask the server for it.`,
    );
  for (let k = 0; k < slices.length; k++) {
    const samples = slices[k]!.slice();
    const question: SliceQuestion = { kind: "slice", grid, unit, k, samples, slope, intercept };
    const taken = send(question, [samples.buffer as ArrayBuffer]);
    // a few at a time: copying everything at once would hold the page and its memory twice
    if (k % 24 === 23 || k === slices.length - 1) {
      await taken;
      told("Handing over the volume", 0.66 + (0.34 * k) / slices.length);
    } else taken.catch(() => {});
  }
}
