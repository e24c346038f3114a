import { cache, type Types, volumeLoader } from "@cornerstonejs/core";
import type { Samples } from "../../../core/volume.ts";
import { rebuildSlice } from "../../../imaging/volume/rebuild.ts";
import type { SliceVolume } from "../../../imaging/volume/sample.ts";
import { type SliceGrid, sliceGrid } from "../../../imaging/volume/slice-grid.ts";
import { prefetch } from "../pane/load-queue.ts";
import { frameOf } from "../pane/series-images.ts";

const NO_PLACE: SliceGrid = {
  state: "refused",
  limitation: {
    code: "no-place",
    message: "These images do not say where they lie in the patient: no section is cut.",
  },
};

const grids = new WeakMap<readonly string[], SliceGrid>();

/** The grid that a stack of images makes, or why it makes none. */
export function gridOf(imageIds: readonly string[]): SliceGrid {
  let grid = grids.get(imageIds);
  if (!grid) {
    const planes = imageIds
      .map((imageId) => frameOf(imageId)?.plane)
      .filter((plane) => plane !== null && plane !== undefined);
    grid = planes.length === imageIds.length ? sliceGrid(planes) : NO_PLACE;
    grids.set(imageIds, grid);
  }
  return grid;
}

/** The frame of reference of a stack of images; empty where there is none. */
export function referenceOf(imageIds: readonly string[]): string {
  const first = imageIds[0];
  return (first && frameOf(first)?.plane?.frameOfReference) || "";
}

const users = new Map<string, number>();
const LEFT_ALONE_MS = 4000;

/** A pane begins to show a volume. Returns how to stop: a volume that nobody shows for 4 s is let go. */
export function holdVolume(volumeId: string): () => void {
  users.set(volumeId, (users.get(volumeId) ?? 0) + 1);
  let done = false;
  return () => {
    if (done) return;
    done = true;
    users.set(volumeId, (users.get(volumeId) ?? 1) - 1);
    setTimeout(() => {
      if ((users.get(volumeId) ?? 0) > 0) return;
      users.delete(volumeId);
      const made = cache.getVolume(volumeId)?.imageIds.filter((imageId) => imageId.startsWith(volumeId)) ?? [];
      if (cache.getVolumeLoadObject(volumeId)) cache.removeVolumeLoadObject(volumeId);
      for (const imageId of made)
        if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId, { force: true });
    }, LEFT_ALONE_MS);
  };
}

/**
 * Builds the volume of slices that do not lie evenly (tilted gantry, gaps), under `volumeId` in Cornerstone's cache.
 * Their images must be in memory.
 */
export function buildRebuilt(
  volumeId: string,
  imageIds: readonly string[],
  grid: SliceGrid & { state: "rebuilt" },
): Types.IImageVolume {
  const found = cache.getVolume(volumeId);
  if (found) return found;
  const images = imageIds.map((imageId) => cache.getImage(imageId)!);
  const first = images[0]!;
  const slices = images.map((image) => image.getPixelData() as Samples);
  const { shape, spacing, origin, direction } = grid.grid;
  const size = shape[0] * shape[1];
  const scalarData = sameKind(slices[0]!, size * shape[2]);
  const outside = Math.min(...images.map((image) => image.minPixelValue));
  grid.recipe.forEach((recipe, k) => {
    const out = scalarData.subarray(k * size, (k + 1) * size);
    rebuildSlice(slices, recipe, first.columns, first.rows, out, shape[0], shape[1], outside);
  });
  const instance = frameOf(imageIds[0]!)!.instance;
  const value = (tag: string) => instance[tag]?.Value?.[0];
  return volumeLoader.createLocalVolume(volumeId, {
    dimensions: [...shape],
    spacing: [...spacing],
    origin: [...origin],
    direction: [...direction.i, ...direction.j, ...direction.k],
    scalarData,
    metadata: {
      BitsAllocated: scalarData.BYTES_PER_ELEMENT * 8,
      BitsStored: scalarData.BYTES_PER_ELEMENT * 8,
      HighBit: scalarData.BYTES_PER_ELEMENT * 8 - 1,
      SamplesPerPixel: 1,
      PixelRepresentation: scalarData instanceof Uint16Array || scalarData instanceof Uint8Array ? 0 : 1,
      PhotometricInterpretation: "MONOCHROME2",
      Modality: String(value("00080060") ?? ""),
      SeriesInstanceUID: String(value("0020000E") ?? ""),
      FrameOfReferenceUID: referenceOf(imageIds),
      ImageOrientationPatient: [...direction.i, ...direction.j],
      PixelSpacing: [spacing[1], spacing[0]],
      Columns: shape[0],
      Rows: shape[1],
      voiLut: [{ windowCenter: first.windowCenter, windowWidth: first.windowWidth }],
      VOILUTFunction: "LINEAR",
    },
  } as never) as Types.IImageVolume;
}

function sameKind(like: Samples, length: number): Samples {
  if (like instanceof Uint8Array) return new Uint8Array(length);
  if (like instanceof Uint16Array) return new Uint16Array(length);
  if (like instanceof Int16Array) return new Int16Array(length);
  return new Float32Array(length);
}

/** A series as samples that can be cut, with what it lacks. */
export interface SeriesSamples {
  readonly volume: SliceVolume;
  readonly grid: SliceGrid & { state: "as-acquired" | "rebuilt" };
}

const samples = new Map<string, { readonly asked: Promise<SeriesSamples>; readonly signal: AbortSignal }>();
const KEPT = 2;

/**
 * The samples of a stack of images, loaded if they are not in memory. Even slices are used where they lie in
 * Cornerstone's memory; uneven ones are rebuilt. Rejects with words when they make no volume.
 */
export function volumeSamples(
  imageIds: readonly string[],
  signal: AbortSignal,
  onProgress: (loaded: number) => void = () => {},
): Promise<SeriesSamples> {
  const key = `${imageIds[0]} ${imageIds.length}`;
  const found = samples.get(key);
  // One that was given up by who asked for it is no answer for the next.
  const entry = found && !found.signal.aborted ? found : { asked: read(imageIds, signal, onProgress), signal };
  const { asked } = entry;
  samples.delete(key);
  samples.set(key, entry);
  asked.then(
    () => {
      // What is here stays good whatever becomes of who asked.
      if (samples.get(key) === entry) samples.set(key, { asked, signal: new AbortController().signal });
    },
    () => {
      if (samples.get(key) === entry) samples.delete(key);
    },
  );
  for (const old of samples.keys()) if (samples.size > KEPT) samples.delete(old);
  return asked;
}

async function read(
  imageIds: readonly string[],
  signal: AbortSignal,
  onProgress: (loaded: number) => void,
): Promise<SeriesSamples> {
  const grid = gridOf(imageIds);
  if (grid.state === "refused") throw new Error(grid.limitation.message);
  const { loaded } = await prefetch(imageIds, 0, signal, (progress) => onProgress(progress.loaded));
  const images = imageIds.map((imageId) => cache.getImage(imageId));
  if (signal.aborted) throw new Error("Loading was stopped.");
  if (images.some((image) => !image)) {
    throw new Error(`Only ${loaded} of ${imageIds.length} slices could be loaded: close other panes, then try again.`);
  }
  const first = images[0]!;
  if (first.numberOfComponents > 1) throw new Error("Colour images make no volume.");
  const given = images.map((image) => image!.getPixelData() as Samples);
  const isScaled = first.preScale?.scaled ?? false;
  const scale = isScaled ? { slope: 1, intercept: 0 } : { slope: first.slope, intercept: first.intercept };
  const unit = String(frameOf(imageIds[0]!)?.instance["00080060"]?.Value?.[0] ?? "") === "CT" ? "HU" : "";
  if (grid.state === "as-acquired") return { volume: { grid: grid.grid, slices: given, ...scale, unit }, grid };
  const [columns, rows] = grid.grid.shape;
  const outside = Math.min(...images.map((image) => image!.minPixelValue));
  const slices = grid.recipe.map((recipe) =>
    rebuildSlice(given, recipe, first.columns, first.rows, sameKind(given[0]!, columns * rows), columns, rows, outside),
  );
  return { volume: { grid: grid.grid, slices, ...scale, unit }, grid };
}
