import { useSyncExternalStore } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { calibrationOf } from "../measure/calibration.ts";
import { type JsonInstance, number, TAG } from "../pane/dicom-json.ts";
import { seriesImages } from "../pane/series-images.ts";
import { openRun, runRoadmap } from "./dsa-loader.ts";

/** The vessels of one run laid over another. */
export interface Roadmap {
  readonly source: SeriesView;
  /** White where contrast came, as opaque as it was deep. */
  readonly picture: HTMLCanvasElement;
  readonly opacity: number;
  /** Size of a pixel of the source in pixels of the run below, and where its middle lies from that run's middle, in pixels. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly shown: boolean;
}

interface RoadmapState {
  readonly roadmap: Roadmap | undefined;
  /** What is being made, or why it could not be; empty otherwise. */
  readonly words: string;
}

let state: RoadmapState = { roadmap: undefined, words: "" };
const listeners = new Set<() => void>();

function set(next: Partial<RoadmapState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

export function useRoadmap(): RoadmapState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Moves, scales, fades, hides or shows the roadmap. */
export function changeRoadmap(change: Partial<Roadmap>): void {
  if (state.roadmap) set({ roadmap: { ...state.roadmap, ...change } });
}

export function removeRoadmap(): void {
  set({ roadmap: undefined, words: "" });
}

/** Size of a pixel of one run in pixels of another by their calibrations; null when these are not of one kind. */
function sizeRatio(source: JsonInstance, below: JsonInstance): number | null {
  const [a, b] = [calibrationOf(source), calibrationOf(below)];
  return a.unit === "mm" && b.unit === "mm" && a.state === b.state ? a.columnSpacing / b.columnSpacing : null;
}

let asked = 0;

/** Makes the roadmap of a run from its deepest contrast in any frame, as it is subtracted now. */
export async function makeRoadmap(source: SeriesView, below: JsonInstance): Promise<void> {
  const mine = ++asked;
  set({ words: `Reading ${source.label || source.description}` });
  try {
    const images = await seriesImages(source);
    const raw = images.imageIds[0] ?? [];
    const instance = images.instances[0];
    if (raw.length < 2 || !instance) throw new Error("This run has one frame only: no roadmap can be made of it.");
    const { ids } = openRun(raw);
    const shares = await runRoadmap(ids);
    if (mine !== asked) return;
    const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
    const picture = document.createElement("canvas");
    picture.width = columns;
    picture.height = rows;
    const context = picture.getContext("2d")!;
    const data = context.createImageData(columns, rows);
    shares.forEach((share, p) => {
      // amber: told apart from grey vessels with any colour vision
      data.data.set([255, 176, 64, share], 4 * p);
    });
    context.putImageData(data, 0, 0);
    const scale = sizeRatio(instance, below);
    const roadmap = { source, picture, opacity: 0.55, scale: scale ?? 1, x: 0, y: 0, shown: true };
    set({
      words: scale === null ? "The size of a pixel is not stated for both runs: set the size by hand." : "",
      roadmap,
    });
  } catch (error) {
    if (mine === asked) set({ words: error instanceof Error ? error.message : String(error) });
  }
}
