import { imageLoader } from "@cornerstonejs/core";
import { useEffect, useState } from "react";
import type { Show } from "../pane/pane-state.ts";
import { seriesImages, withScheme } from "../pane/series-images.ts";
import type { PageProps } from "./object-page.tsx";
import { OverImage } from "./over-image.tsx";
import { SummaryView } from "./summary-view.tsx";

const FLOAT_PIXELS = "7FE00008";
const nothing = () => {};

/** A parametric map that no analysis here made: in grey over its own range, with the quantity and unit that it states. */
export function MapView({ id, object, series }: PageProps) {
  const [show, setShow] = useState<Show>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let stale = false;
    const open = async () => {
      const images = await seriesImages(series);
      const floats = object.json[FLOAT_PIXELS] !== undefined;
      const all = images.imageIds[0]!;
      const imageIds = floats ? all.map((imageId) => withScheme("pmap", imageId)) : all;
      const start = Math.floor(imageIds.length / 2);
      const { minPixelValue: low, maxPixelValue: high } = await imageLoader.loadAndCacheImage(imageIds[start]!);
      const window =
        Number.isFinite(low) && high > low ? { window: { width: high - low, level: (high + low) / 2 } } : {};
      if (!stale) setShow({ kind: "stack", imageIds, start, ...window });
    };
    open().catch((error: unknown) => {
      if (!stale) setProblem(error instanceof Error ? error.message : "Its values cannot be shown here: use Download.");
    });
    return () => {
      stale = true;
    };
  }, [object, series]);
  return (
    <div className="o-beside">
      {show && <OverImage id={id} show={show} draw={nothing} />}
      <article className="o-page">
        {problem && <p className="o-note">{problem}</p>}
        <SummaryView object={object} />
      </article>
    </div>
  );
}
