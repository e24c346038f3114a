import { cache, imageLoader, type Types } from "@cornerstonejs/core";
import { linearTable } from "../../../dicom/intensity.ts";
import { recursiveWeights } from "../../../imaging/angiography/filters.ts";
import type { RawPixels, RunValues } from "../../workers/subtraction-messages.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { type JsonInstance, number, TAG } from "../pane/dicom-json.ts";
import { madeImage } from "../pane/made-image.ts";
import { frameOf, withScheme } from "../pane/series-images.ts";
import {
  type AlignKind,
  boneShare,
  type FrameMotion,
  fieldOf,
  liveAt,
  maskAt,
  openingSubtraction,
  relationshipOf,
  type Subtraction,
  shiftAt,
} from "./mask-frames.ts";
import { align, filtered, roadmapOf, sendMask, startSubtracting, subtract } from "./subtraction-worker.ts";

/**
 * `dsa:` shows the frames of a run subtracted, live, from the raw frames that `wadors:` loads and Cornerstone caches.
 * The id of a frame does not change with mask or shift, or every measurement on it would be lost: what was computed is
 * kept under frame AND parameters in a cache of its own, and the image on the screen is replaced in place.
 */
const runs = new Map<string, Run>();
const KEPT_BYTES = 192 * 1024 ** 2;

interface Run {
  readonly rawIds: readonly string[];
  readonly results: Map<string, Int16Array>;
  /** Movements found, by kind, mask and frame: found once for what they were found from. */
  readonly motions: Map<string, FrameMotion>;
  subtraction: Subtraction;
  /** The masks that the worker was given, newest last; it keeps a few. */
  sent: string[];
}

/** The worker keeps six masks of all runs; a run counts on three. */
const SENT = 3;

/** "…/instances/UID" of a frame's id: the run it belongs to. */
function runKey(imageId: string): string {
  return imageId.slice(imageId.indexOf(":") + 1).replace(/\/frames\/\d+$/, "");
}

export function registerSubtraction(): void {
  imageLoader.registerImageLoader("dsa", ((imageId: string) => ({ promise: subtracted(imageId) })) as never);
}

/** Makes a run known (its raw ids in frame order) and returns the ids to show and how it opens. */
export function openRun(rawIds: readonly string[]): { readonly ids: string[]; readonly subtraction: Subtraction } {
  const key = runKey(rawIds[0] ?? "");
  const instance = frameOf(rawIds[0] ?? "")?.instance ?? {};
  let run = runs.get(key);
  if (!run) {
    const subtraction = openingSubtraction(instance, rawIds.length);
    run = { rawIds, results: new Map(), motions: new Map(), subtraction, sent: [] };
    runs.set(key, run);
    startSubtracting(); // while its frames are on their way
  }
  return { ids: rawIds.map((id) => withScheme("dsa", id)), subtraction: run.subtraction };
}

/** Changes how a run is subtracted; images of it that Cornerstone holds are dropped. */
export function setSubtraction(ids: readonly string[], subtraction: Subtraction): void {
  const run = runs.get(runKey(ids[0] ?? ""));
  if (!run) return;
  run.subtraction = subtraction;
  for (const id of ids) if (cache.getImageLoadObject(id)) cache.removeImageLoadObject(id, { force: true } as never);
}

interface OpenFrame {
  readonly run: Run;
  readonly frame: number;
  readonly imageId: string;
  readonly instance: JsonInstance;
}

function openFrame(imageId: string): OpenFrame {
  const run = runs.get(runKey(imageId));
  const frame = Number(/\/frames\/(\d+)$/.exec(imageId)?.[1] ?? 1) - 1;
  const instance = frameOf(imageId)?.instance;
  if (!run || !instance) throw new Error("This run is not known here. Open it again.");
  return { run, frame, imageId, instance };
}

/** How the stored values of a run are read. */
export function runValues(instance: JsonInstance): RunValues {
  const linear = linearTable(dataSetOf(instance));
  return {
    rows: number(instance, TAG.Rows) ?? 0,
    columns: number(instance, TAG.Columns) ?? 0,
    bitsStored: number(instance, TAG.BitsStored) ?? 12,
    relationship: relationshipOf(instance),
    ...(linear ? { linear } : {}),
  };
}

/** The image of a frame as the run is subtracted now; from memory when it was computed before. */
export async function subtracted(imageId: string): Promise<Types.IImage> {
  const open = openFrame(imageId);
  const { run, frame, instance } = open;
  const { rows, columns, bitsStored } = runValues(instance);
  const { raw, edges = 0, smoothing = 0, landmark } = run.subtraction;
  if (raw) return rawImage(imageId, await rawPixels(withScheme("wadors", imageId)), rows, columns, bitsStored);
  const weights = recursiveWeights(smoothing, frame);
  const pictures = await Promise.all(weights.map((_, k) => picture(open, frame - k, landmark)));
  const pixels =
    edges > 0 || pictures.length > 1 ? await filtered({ pictures, weights, rows, columns, edges }) : pictures[0]!;
  return madeImage(imageId, pixels, rows, columns, { width: 600, level: -150 });
}

/** One frame of a run subtracted, without filters; from memory when it was computed before. */
async function picture(open: OpenFrame, frame: number, landmark: number): Promise<Int16Array> {
  const { run } = open;
  const now = run.subtraction;
  const mask = maskAt(now, frame);
  const [shiftX, shiftY] = shiftAt(now, frame);
  const field = fieldOf(now, frame);
  const frames = liveAt(now, frame, run.rawIds.length);
  const key = `${frame} ${mask.join()} ${shiftX} ${shiftY} ${landmark} ${field ? "local" : "shift"} ${frames.length}`;
  const known = run.results.get(key);
  if (known) return known;
  const asked = Promise.all(frames.map((k) => rawPixels(run.rawIds[k]!)));
  const [live, maskKey] = await Promise.all([asked, giveMask(open, mask)]);
  const pixels = await subtract({ key: maskKey, live, shiftX, shiftY, field, landmark: boneShare(landmark) }).catch(
    (error: Error) => {
      run.sent = [];
      throw error;
    },
  );
  keep(run, key, pixels);
  return pixels;
}

/** Gives the worker the mask when it does not hold it; returns the key it goes by. */
async function giveMask({ run, imageId, instance }: OpenFrame, mask: readonly number[]): Promise<string> {
  const key = `${runKey(imageId)} ${mask.join()}`;
  if (run.sent.includes(key)) return key;
  const frames = await Promise.all(mask.map((k) => rawPixels(run.rawIds[k] ?? run.rawIds[0]!)));
  if (!run.sent.includes(key)) {
    sendMask({ key, frames, ...runValues(instance) });
    run.sent = [...run.sent, key].slice(-SENT);
  }
  return key;
}

/** How the mask of a frame has to move to fit it; found once for each frame, mask and kind of movement. */
export async function fittingMotion(imageId: string, kind: AlignKind): Promise<FrameMotion> {
  const open = openFrame(imageId);
  const mask = maskAt(open.run.subtraction, open.frame);
  const key = `${kind} ${open.frame} ${mask.join()}`;
  const known = open.run.motions.get(key);
  if (known) return known;
  const live = await rawPixels(withScheme("wadors", imageId));
  const found = await align({ key: await giveMask(open, mask), live, local: kind === "local" });
  open.run.motions.set(key, found);
  return found;
}

/** The roadmap of a run as it is subtracted now: how far contrast came at each place in any frame, 0 to 255. */
export async function runRoadmap(ids: readonly string[]): Promise<Uint8Array> {
  const open = openFrame(ids[0] ?? "");
  const pictures: Int16Array[] = [];
  for (let frame = 0; frame < ids.length; frame++) pictures.push(await picture(open, frame, 0));
  return roadmapOf(pictures);
}

/** The raw samples of a frame, through Cornerstone's loader (any transfer syntax) and cache. */
export async function rawPixels(rawId: string): Promise<RawPixels> {
  const image = await imageLoader.loadAndCacheImage(rawId);
  const pixels = image.getPixelData();
  if (pixels instanceof Uint16Array || pixels instanceof Int16Array || pixels instanceof Uint8Array) return pixels;
  return Uint16Array.from(pixels as ArrayLike<number>);
}

/** The raw frame as int16, so that switching between raw and subtracted keeps the same texture. */
function rawImage(imageId: string, raw: RawPixels, rows: number, columns: number, bitsStored: number): Types.IImage {
  const down = Math.max(0, bitsStored - 15);
  const full = 2 ** Math.min(15, bitsStored);
  const pixels = Int16Array.from(raw as Uint16Array, (value) => value >> down);
  return madeImage(imageId, pixels, rows, columns, { width: full, level: full / 2 });
}

function keep(run: Run, key: string, pixels: Int16Array): void {
  run.results.set(key, pixels);
  let bytes = 0;
  for (const { results } of runs.values()) for (const kept of results.values()) bytes += kept.byteLength;
  for (const { results } of runs.values()) {
    for (const [old, kept] of results) {
      if (bytes <= KEPT_BYTES) return;
      if (results === run.results && old === key) continue;
      results.delete(old);
      bytes -= kept.byteLength;
    }
  }
}
