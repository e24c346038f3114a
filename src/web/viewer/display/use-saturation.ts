import { useEffect, useState } from "react";
import type { Limitation } from "../../../core/limitation.ts";
import { saturationOf } from "../../../imaging/angiography/filters.ts";
import { rawPixels } from "../angio/dsa-loader.ts";
import { number, TAG } from "../pane/dicom-json.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import { withScheme } from "../pane/series-images.ts";

const RUNS = new Set(["DSA", "XA"]);
const NONE: readonly Limitation[] = [];
const found = new WeakMap<object, readonly Limitation[]>();

/** What the pixels of a run show that its header cannot say: saturation, read from its middle frame once `ready`. */
export function useSaturation(content: PaneContent | undefined, ready: boolean): readonly Limitation[] {
  const instance = content?.instance;
  const [, setRead] = useState(0);
  const isRun = content?.show.kind === "stack" && RUNS.has(content.series.role);
  const ids = content?.show.kind === "stack" ? content.show.imageIds : undefined;
  const middle = ids?.[ids.length >> 1];
  useEffect(() => {
    if (!isRun || !ready || !instance || !middle || found.has(instance)) return;
    const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
    const bitsStored = number(instance, TAG.BitsStored) ?? 16;
    // a frame that cannot be read says so itself
    rawPixels(withScheme("wadors", middle)).then(
      (frame) => {
        found.set(instance, saturationOf({ frame, rows, columns, bitsStored }));
        setRead((n) => n + 1);
      },
      () => {},
    );
  }, [isRun, ready, instance, middle]);
  return (instance && isRun && found.get(instance)) || NONE;
}
