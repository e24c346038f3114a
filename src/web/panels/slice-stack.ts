import type { SeriesView } from "../../cases/views.ts";
import { numbers, TAG } from "../viewer/pane/dicom-json.ts";
import { edgeLetters, NO_LETTERS } from "../viewer/pane/orientation.ts";
import { frameAddress, seriesMetadata, seriesRoot } from "../viewer/pane/series-metadata.ts";
import { orderStack } from "../viewer/pane/stack-order.ts";

/** The slices of a series as the server renders them, in order, and the letters at the image's left and right edge. */
export interface SliceStack {
  readonly addresses: readonly string[];
  readonly left: string;
  readonly right: string;
}

type Vec3 = readonly [number, number, number];

/** Asks for the slices of a series. Rejects with a sentence that says what to do. */
export async function sliceStack(view: SeriesView, signal: AbortSignal): Promise<SliceStack> {
  const instances = await seriesMetadata(view, signal);
  const frames = orderStack(instances).times[0] ?? [];
  const root = seriesRoot(view);
  const cosines = numbers(frames[0]?.instance, TAG.ImageOrientationPatient);
  const letters =
    cosines.length === 6
      ? edgeLetters(cosines.slice(0, 3) as unknown as Vec3, cosines.slice(3) as unknown as Vec3)
      : NO_LETTERS;
  return {
    addresses: frames.map((frame) => frameAddress(root, frame)),
    left: letters.left.charAt(0),
    right: letters.right.charAt(0),
  };
}
