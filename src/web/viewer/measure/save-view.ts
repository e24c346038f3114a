import type { SavedView, ViewGraphic } from "../../../cases/kept.ts";
import { keptValueWords } from "../../../cases/kept.ts";
import { ask } from "../../api/client.ts";
import { say, sayProblem } from "../../design/toast.tsx";
import { number, TAG, text } from "../pane/dicom-json.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { frameShown } from "./capture.ts";
import { toCorner } from "./drawn-annotation.ts";
import type { KeptItem } from "./kept-state.ts";
import { keptOf } from "./kept-store.ts";

/** Keeps how the pane shows its image: window, inversion, the part that is seen, and the measurements drawn on it. */
export async function saveShownView(handle: PaneHandle | undefined, label: string): Promise<void> {
  const frame = handle && frameShown(handle);
  const imageId = handle?.controller.currentImageId();
  if (!handle || !frame || !imageId) {
    say("A view is saved of a single image or frame: show one as acquired first.");
    return;
  }
  const studyUid = text(frame.instance, "0020000D") ?? "";
  const { window, inverted } = handle.controller.state();
  const { clientWidth, clientHeight } = handle.controller.element;
  const [from, to] = [
    [0, 0],
    [clientWidth, clientHeight],
  ].map(([x = 0, y = 0]) => {
    const place = handle.controller.toPatient(x, y);
    return place && toCorner(imageId, place).map((value) => Math.floor(value) + 1);
  }) as [[number, number] | undefined, [number, number] | undefined];
  const seriesUid = text(frame.instance, "0020000E") ?? "";
  const isSubtracted = handle.content?.subtraction !== undefined && !handle.content.subtraction.raw;
  const items = keptOf(studyUid)
    .snapshot()
    .items.filter(
      ({ place, shape }) =>
        shape.space === "image" && place.sopUid === frame.sopUid && (place.frame ?? 1) - 1 === frame.frame,
    );
  const view: SavedView = {
    label,
    place: {
      ...{ studyUid, seriesUid, sopUid: frame.sopUid },
      ...((number(frame.instance, TAG.NumberOfFrames) ?? 1) > 1 ? { frame: frame.frame + 1 } : {}),
    },
    // The window of a subtracted picture means nothing on the image as it is stored.
    ...(window && !isSubtracted ? { window: { centre: window.level, width: window.width } } : {}),
    inverted: inverted && !isSubtracted,
    ...(from && to && to[0] > from[0] && to[1] > from[1] ? { area: { from, to } } : {}),
    graphics: items.flatMap(graphicsOf),
  };
  try {
    await ask(`/api/studies/${encodeURIComponent(studyUid)}/views`, { method: "POST", json: view });
    say("View saved");
  } catch (error) {
    sayProblem(error);
  }
}

function graphicsOf({ kind, label, values, shape }: KeptItem): ViewGraphic[] {
  const points = shape.points.map(([x = 0, y = 0]) => [x, y] as const);
  const [a, b, c, d] = points;
  if (!a) return [];
  const words = [label, ...values.slice(0, 1).map(keptValueWords)].filter(Boolean).join(" ");
  const last = points.at(-1)!;
  const written: ViewGraphic[] = words ? [{ kind: "text", text: words, at: [last[0] + 3, last[1] + 3] }] : [];
  const line = (name: "POINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE", list: readonly (readonly [number, number])[]) =>
    ({ kind: "line", shape: name, points: list }) as const;
  if (points.length === 1) return [line("POINT", points), ...written];
  if (kind === "circle") return [line("CIRCLE", points), ...written];
  if (kind === "ellipse") return [line("ELLIPSE", points), ...written];
  if (kind === "bidirectional" && b && c && d) return [line("POLYLINE", [a, b]), line("POLYLINE", [c, d]), ...written];
  if (kind === "rectangle" && b && c && d) return [line("POLYLINE", [a, b, d, c, a]), ...written];
  return [line("POLYLINE", kind === "freehand" ? [...points, a] : points), ...written];
}
