import { useEffect, useMemo, useState } from "react";
import { type DensityCurves, densityCurves } from "../../../imaging/angiography/bolus-phases.ts";
import { chooseMaskFrom, type MaskChoice } from "../../../imaging/angiography/mask-choice.ts";
import { number, TAG } from "../pane/dicom-json.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import { withScheme } from "../pane/series-images.ts";
import { rawPixels } from "./dsa-loader.ts";
import { relationshipOf } from "./mask-frames.ts";
import { blocks } from "./subtraction-worker.ts";

export interface RunCurves {
  readonly done: number;
  readonly total: number;
  /** Null: not all frames are here yet, or no contrast was seen (`done === total`). */
  readonly curves: DensityCurves | null;
  /** The frames before contrast, once all frames are here. */
  readonly choice: MaskChoice | null;
}

/** Reads a run frame by frame and makes its time-density curves; they wait until all frames are here. */
export function useRunCurves(content: PaneContent | undefined, mask: readonly number[]): RunCurves {
  const [means, setMeans] = useState<readonly Float32Array[]>([]);
  const ids = content?.subtraction ? content.show.imageIds : undefined;
  const instance = content?.instance;
  useEffect(() => {
    setMeans([]);
    if (!ids || !instance) return;
    let stop = false;
    const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
    const relationship = relationshipOf(instance);
    const bitsStored = number(instance, TAG.BitsStored) ?? 12;
    const read = async () => {
      const found: Float32Array[] = [];
      for (const id of ids) {
        const live = await rawPixels(withScheme("wadors", id));
        if (stop) return;
        found.push(await blocks({ live, rows, columns, relationship, bitsStored }));
        if (stop) return;
        if (found.length % 4 === 0 || found.length === ids.length) setMeans([...found]);
      }
    };
    read().catch(() => {});
    return () => {
      stop = true;
    };
  }, [ids, instance]);
  const total = ids?.length ?? 0;
  const complete = total > 0 && means.length === total;
  const curves = useMemo(() => (complete ? densityCurves(means, mask) : null), [complete, means, mask]);
  const choice = useMemo(() => (complete ? chooseMaskFrom(means) : null), [complete, means]);
  return { done: means.length, total, curves, choice };
}
