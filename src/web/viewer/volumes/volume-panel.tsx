import type { PanelContext } from "../side-panel.ts";
import { CurvePart } from "./panel/curve-part.tsx";
import { FusionPart } from "./panel/fusion-part.tsx";
import { PlanesPart } from "./panel/planes-part.tsx";
import { RenderingPart } from "./panel/rendering-part.tsx";
import { referenceOf } from "./volume-source.ts";

/** Planes, slab, second volume and line along a vessel, or the rendering, of the active pane. */
export default function VolumePanel(context: PanelContext) {
  const { handle, state } = context;
  const content = handle?.content;
  if (!content || !state) return null;
  const { show } = content;
  const frameOfReference = referenceOf(show.imageIds);
  const { controller } = handle;
  if (show.kind === "rendering") {
    return (
      <div className="vo-panel">
        <RenderingPart controller={controller} />
      </div>
    );
  }
  return (
    <div className="vo-panel">
      <PlanesPart {...{ frameOfReference, controller, state }} isCut={show.kind === "volume"} />
      <FusionPart {...context} handle={handle} />
      <CurvePart {...{ frameOfReference, state }} imageIds={content.images.imageIds[content.time] ?? []} />
    </div>
  );
}
