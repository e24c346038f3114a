import { useEffect, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { isBiplanePair } from "../cine/biplane.ts";
import { seriesImages } from "../pane/series-images.ts";

/**
 * The run to be shown beside a run: the other plane of its biplane acquisition; when it has none, the run that comes
 * next, else the one before.
 */
export function usePartner(run: SeriesView | undefined, runs: readonly SeriesView[]): SeriesView | undefined {
  const [pair, setPair] = useState<{ readonly of: string; readonly partner: string | undefined }>();
  useEffect(() => {
    if (!run) return;
    const abort = new AbortController();
    const instanceOf = (one: SeriesView) => seriesImages(one).then(({ instances }) => instances[0]);
    const candidates = runs.filter((one) => one.seriesUid !== run.seriesUid && one.studyUid === run.studyUid);
    const find = async () => {
      const own = await instanceOf(run);
      for (const one of candidates) {
        const other = await instanceOf(one);
        if (abort.signal.aborted) return;
        if (own && other && isBiplanePair(own, other)) return setPair({ of: run.seriesUid, partner: one.seriesUid });
      }
      setPair({ of: run.seriesUid, partner: undefined });
    };
    find().catch(() => {});
    return () => abort.abort();
  }, [run, runs]);
  const partner = pair?.of === run?.seriesUid ? runs.find(({ seriesUid }) => seriesUid === pair?.partner) : undefined;
  if (partner || !run) return partner;
  const at = runs.findIndex(({ seriesUid }) => seriesUid === run.seriesUid);
  return runs[at + 1] ?? runs[at - 1];
}
