import { annotation } from "@cornerstonejs/tools";
import type { KeptDraft, KeptPlace } from "../../../cases/kept.ts";
import type { Vec3 } from "../../../core/index.ts";
import { openingMode } from "../hanging/hang.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { frameOf } from "../pane/series-images.ts";
import type { PanelContext } from "../side-panel.ts";

/** Shows the image of a measurement: in the active pane when it has it, else in any that has, else by opening its series. */
export function jumpTo(context: PanelContext, { place, shape }: Pick<KeptDraft, "place" | "shape">): void {
  const panes = [context.handle, ...context.handles().values()].filter((handle) => handle !== undefined);
  for (const handle of panes) if (goes(handle, place, shape)) return;
  const series = context.series.find(({ seriesUid }) => seriesUid === place.seriesUid);
  if (!series || !context.setPlan) return;
  const at = place.sopUid ? { at: { sopUid: place.sopUid, frame: (place.frame ?? 1) - 1 } } : {};
  const opening = openingMode(series, context.analyses);
  const mode = opening === "run" || !place.sopUid ? opening : "slices";
  context.setPlan({ seriesUid: place.seriesUid, mode, ...at });
}

function goes(handle: PaneHandle, place: KeptPlace, shape: KeptDraft["shape"]): boolean {
  const show = handle.content?.show;
  if (!show || handle.content?.series.seriesUid !== place.seriesUid) return false;
  if (shape.space === "patient") {
    const [point] = shape.points;
    if (show.kind !== "volume" || !point) return false;
    handle.controller.jumpTo(point as unknown as Vec3);
    return true;
  }
  const index = show.imageIds.findIndex((imageId) => {
    const frame = frameOf(imageId);
    return frame !== undefined && frame.sopUid === place.sopUid && frame.frame === (place.frame ?? 1) - 1;
  });
  if (index < 0) return false;
  if (show.kind === "stack") handle.controller.goTo(index);
  else {
    const plane = frameOf(show.imageIds[index]!)?.plane;
    if (!plane || show.kind !== "volume" || show.plane !== "axial") return false;
    handle.controller.jumpTo(plane.origin);
  }
  return true;
}

/** Marks one measurement, and no other. */
export function mark(id: string): void {
  annotation.selection.setAnnotationSelected(id, true, false);
}
