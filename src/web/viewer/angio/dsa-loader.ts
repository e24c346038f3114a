import { cache, imageLoader, type Types } from "@cornerstonejs/core";
import type { GlobalShift } from "../../../imaging/angiography/register.ts";
import type { RawPixels } from "../../workers/subtraction-messages.ts";
import { type JsonInstance, number, TAG } from "../pane/dicom-json.ts";
import { madeImage } from "../pane/made-image.ts";
import { frameOf, withScheme } from "../pane/series-images.ts";
import { boneShare, openingSubtraction, relationshipOf, type Subtraction, shiftAt } from "./mask-frames.ts";
import { align, sendMask, subtract } from "./subtraction-worker.ts";

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
  subtraction: Subtraction;
  sentMask: string;
}

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
    run = { rawIds, results: new Map(), subtraction: openingSubtraction(instance, rawIds.length), sentMask: "" };
    runs.set(key, run);
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

/** The image of a frame as the run is subtracted now; from memory when it was computed before. */
export async function subtracted(imageId: string): Promise<Types.IImage> {
  const run = runs.get(runKey(imageId));
  const frame = Number(/\/frames\/(\d+)$/.exec(imageId)?.[1] ?? 1) - 1;
  const rawId = withScheme("wadors", imageId);
  const instance = frameOf(imageId)?.instance;
  if (!run || !instance) throw new Error("This run is not known here. Open it again.");
  const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
  const { mask, landmark, raw } = run.subtraction;
  const [shiftX, shiftY] = shiftAt(run.subtraction, frame);
  const bitsStored = number(instance, TAG.BitsStored) ?? 12;
  if (raw) return rawImage(imageId, await rawPixels(rawId), rows, columns, bitsStored);
  const key = `${frame} ${mask.join()} ${shiftX} ${shiftY} ${landmark}`;
  let pixels = run.results.get(key);
  if (!pixels) {
    const live = await rawPixels(rawId);
    const maskKey = await giveMask(run, imageId, instance, mask);
    pixels = await subtract({ key: maskKey, live, shiftX, shiftY, landmark: boneShare(landmark) }).catch(
      (error: Error) => {
        run.sentMask = "";
        throw error;
      },
    );
    keep(run, key, pixels);
  }
  return madeImage(imageId, pixels, rows, columns, { width: 600, level: -150 });
}

/** Gives the worker the mask when it does not hold it; returns the key it goes by. */
async function giveMask(run: Run, imageId: string, instance: JsonInstance, mask: readonly number[]): Promise<string> {
  const key = `${runKey(imageId)} ${mask.join()}`;
  if (run.sentMask === key) return key;
  const frames = await Promise.all(mask.map((k) => rawPixels(run.rawIds[k] ?? run.rawIds[0]!)));
  const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
  const bitsStored = number(instance, TAG.BitsStored) ?? 12;
  sendMask({ key, frames, rows, columns, relationship: relationshipOf(instance), bitsStored });
  run.sentMask = key;
  return key;
}

/** How the mask has to move to fit a frame. */
export async function fittingShift(imageId: string, mask: readonly number[]): Promise<GlobalShift> {
  const run = runs.get(runKey(imageId));
  const instance = frameOf(imageId)?.instance;
  if (!run || !instance) throw new Error("This run is not known here. Open it again.");
  const live = await rawPixels(withScheme("wadors", imageId));
  return align({ key: await giveMask(run, imageId, instance, mask), live });
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
