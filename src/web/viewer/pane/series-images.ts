import { wadors } from "@cornerstonejs/dicom-image-loader";
import type { SeriesView } from "../../../cases/views.ts";
import type { JsonInstance } from "./dicom-json.ts";
import { withIntensityTables } from "./intensity-tables.ts";
import { asReceived, type SeriesGroup, splitSeries } from "./series-groups.ts";
import { frameAddress, seriesMetadata, seriesRoot } from "./series-metadata.ts";
import { type FrameRef, orderStack, type StackOrder } from "./stack-order.ts";

/** A series ready to be shown: its frames in order, each with the id under which Cornerstone loads it. */
export interface SeriesImages {
  readonly view: SeriesView;
  readonly order: StackOrder;
  readonly instances: readonly JsonInstance[];
  /** `imageIds[t][k]`: slice k (or frame k) at time t, scheme `wadors:`. */
  readonly imageIds: readonly (readonly string[])[];
  /** The groups that the series is split into, largest and no localiser first to be shown at `opening`; one: no split. */
  readonly groups: readonly SeriesGroup[];
  readonly opening: number;
}

/** Part of a series as if it were one: one of its groups, or all frames in the order in which they came. */
export function groupOf(images: SeriesImages, group: number | "all"): SeriesImages {
  const order = group === "all" ? asReceived(images.instances) : (images.groups[group]?.order ?? images.order);
  const idOf = new Map<string, string>();
  for (const id of images.imageIds.flat()) {
    const frame = frameOf(id);
    if (frame) idOf.set(`${frame.sopUid} ${frame.frame}`, id);
  }
  const imageIds = order.times.map((stack) =>
    stack.map(({ sopUid, frame }) => idOf.get(`${sopUid} ${frame}`)).filter((id) => id !== undefined),
  );
  return { ...images, order, imageIds };
}

const frames = new Map<string, FrameRef>();
const known = new Map<string, Promise<SeriesImages>>();

/** The frame behind an image id of any of our schemes; they differ only before the first colon. */
export function frameOf(imageId: string): FrameRef | undefined {
  const mark = imageId.indexOf("#");
  return frames.get(imageId.slice(imageId.indexOf(":") + 1, mark < 0 ? undefined : mark));
}

/** The same frame under another loader: `wadors`, `pmap` (colour map), `dsa` (subtraction) or `view` (greys by tables). */
export function withScheme(scheme: "wadors" | "pmap" | "dsa" | "view", imageId: string): string {
  return `${scheme}:${imageId.slice(imageId.indexOf(":") + 1)}`;
}

/**
 * Metadata of a series by one WADO-RS request, kept until the series has grown. Rejects with a sentence that says what
 * to do when the server refuses or cannot be reached.
 */
export function seriesImages(view: SeriesView, signal?: AbortSignal): Promise<SeriesImages> {
  const key = `${view.seriesUid} ${view.instances}`;
  const found = known.get(key);
  if (found) return found;
  const asked = load(view, signal);
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

async function load(view: SeriesView, signal?: AbortSignal): Promise<SeriesImages> {
  const root = seriesRoot(view);
  const instances = await withIntensityTables(await seriesMetadata(view, signal));
  const order = orderStack(instances);
  const path = (frame: FrameRef) => frameAddress(root, frame);
  const imageIds = order.times.map((stack) => stack.map((frame) => `wadors:${path(frame)}`));
  for (const stack of order.times) for (const frame of stack) frames.set(path(frame), frame);
  for (const frame of new Set(order.times.flat())) {
    if (frame.frame > 0) continue;
    // A copy: for frames after the first the loader writes what their groups say onto what it was given.
    wadors.metaDataManager.add(`wadors:${path(frame)}`, { ...frame.instance } as never);
  }
  const groups = splitSeries(instances);
  const weight = ({ why, order: { times } }: SeriesGroup) => (why.startsWith("localiser") ? 0 : times.flat().length);
  const opening = groups.reduce((best, group, k) => (weight(group) > weight(groups[best]!) ? k : best), 0);
  return { view, order, instances, imageIds, groups, opening };
}
