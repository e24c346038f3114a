import { useEffect, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import type { SliceVolume } from "../../../imaging/volume/sample.ts";
import { seriesImages } from "../pane/series-images.ts";
import { volumeSamples } from "../volumes/volume-source.ts";

/** Both series in memory, or how far they are, or why they cannot be. */
export type FitSamples =
  | { readonly state: "loading"; readonly words: string }
  | { readonly state: "failed"; readonly words: string }
  | {
      readonly state: "here";
      readonly fixed: SliceVolume;
      readonly moving: SliceVolume;
      /** What the volumes lack, in words. */
      readonly limited: readonly string[];
    };

/** Loads two series as volumes. Of a series over time the first time point is taken. */
export function useFitSamples(fixed: SeriesView, moving: SeriesView): FitSamples {
  const [samples, setSamples] = useState<FitSamples>({ state: "loading", words: "Opening both series" });
  useEffect(() => {
    const stop = new AbortController();
    const read = async (series: SeriesView, name: string) => {
      const images = await seriesImages(series, stop.signal);
      const ids = images.imageIds[0] ?? [];
      const { volume, grid } = await volumeSamples(ids, stop.signal, (loaded) => {
        if (!stop.signal.aborted) setSamples({ state: "loading", words: `${name}: ${loaded} of ${ids.length} slices` });
      });
      const limited = grid.state === "rebuilt" ? grid.limitations.map(({ message }) => `${name}: ${message}`) : [];
      return { volume, limited };
    };
    const both = async (): Promise<void> => {
      const a = await read(fixed, "Fixed series");
      const b = await read(moving, "Moving series");
      if (stop.signal.aborted) return;
      setSamples({ state: "here", fixed: a.volume, moving: b.volume, limited: [...a.limited, ...b.limited] });
    };
    both().catch((error) => {
      if (!stop.signal.aborted) setSamples({ state: "failed", words: (error as Error).message });
    });
    return () => stop.abort();
  }, [fixed, moving]);
  return samples;
}
