import { Enums as CoreEnums, eventTarget, getEnabledElement, getRenderingEngine } from "@cornerstonejs/core";
import { annotation, Enums, utilities } from "@cornerstonejs/tools";
import type { KeptDraft } from "../../../cases/kept.ts";
import { text } from "../pane/dicom-json.ts";
import { frameOf } from "../pane/series-images.ts";
import { onScales } from "./calibration-store.ts";
import { type Drawn, draftOf, drawnOf, imageUnder, measuredNow, placedPoints, pointsOf } from "./drawn-annotation.ts";
import { kindOfTool } from "./drawn-shape.ts";
import { keptOf, onKept } from "./kept-store.ts";
import { linesOf } from "./measured.ts";

/** A pane that measurements are drawn on. */
interface Place {
  readonly element: HTMLDivElement;
  studyUid: string;
  seriesUid: string;
  imageIds: readonly string[];
  stop: () => void;
}

const places = new Map<string, Place>();
/** Annotations by their data: the tools ask for lines with the data alone. */
const byData = new WeakMap<object, Drawn>();
/** The image under which a frame is shown now (raw or subtracted), by what follows the first colon. */
const shownAs = new Map<string, string>();
/** Ids that a hand is changing: what the store says is not drawn over them. */
const inHand = new Map<string, ReturnType<typeof setTimeout>>();
const ours = new Set<string>();
let removing = false;
let listening = false;
const AFTER_CHANGE_MS = 350;

/** Draws what is kept on a pane from now on, and keeps what is drawn there. */
export function keepDrawn(viewportId: string, engineId: string): void {
  listen();
  leaveDrawn(viewportId);
  const element = getRenderingEngine(engineId)?.getViewport(viewportId)?.element;
  if (!element) return;
  const place: Place = { element, studyUid: "", seriesUid: "", imageIds: [], stop: () => {} };
  const onShown = () => shown(place);
  element.addEventListener(CoreEnums.Events.IMAGE_RENDERED, onShown);
  place.stop = () => element.removeEventListener(CoreEnums.Events.IMAGE_RENDERED, onShown);
  places.set(viewportId, place);
}

export function leaveDrawn(viewportId: string): void {
  places.get(viewportId)?.stop();
  places.delete(viewportId);
}

interface Viewport {
  readonly id: string;
  getImageIds?(): string[];
  getActors(): readonly unknown[];
  getCurrentImageId?(): string | undefined;
  render(): void;
}

function viewportOf({ element }: Place): Viewport | undefined {
  return getEnabledElement(element)?.viewport as unknown as Viewport | undefined;
}

function shown(place: Place): void {
  const viewport = viewportOf(place);
  // A volume viewport is drawn, and throws at being asked, before its volume is there.
  const imageIds = viewport?.getActors().length ? (viewport.getImageIds?.() ?? []) : [];
  const current = viewport?.getCurrentImageId?.();
  if (current) shownAs.set(current.slice(current.indexOf(":") + 1), current);
  const frame = imageIds[0] === undefined ? undefined : frameOf(imageIds[0]);
  if (!frame) return;
  const seriesUid = text(frame.instance, "0020000E") ?? "";
  const isSame =
    seriesUid === place.seriesUid && imageIds.length === place.imageIds.length && imageIds[0] === place.imageIds[0];
  if (isSame) return;
  Object.assign(place, { seriesUid, studyUid: text(frame.instance, "0020000D") ?? "", imageIds });
  sync();
}

let due = false;
/** Brings what is drawn and what is kept together, once after all changes of this moment. */
function sync(): void {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    const drawnNow = new Set<string>();
    for (const place of places.values()) syncPlace(place, drawnNow);
    for (const id of ours) {
      if (drawnNow.has(id) || inHand.has(id) || keptHere(id)) continue;
      ours.delete(id);
      quietly(() => annotation.state.removeAnnotation(id));
    }
    for (const place of places.values()) redraw(place);
  });
}

function keptHere(id: string): KeptDraft | null {
  const studies = new Set([...places.values()].map(({ studyUid }) => studyUid).filter(Boolean));
  for (const studyUid of studies) {
    const found = keptOf(studyUid).find(id);
    if (found) return found;
  }
  return null;
}

function syncPlace(place: Place, drawnNow: Set<string>): void {
  if (!place.studyUid) return;
  const frameOfReference = place.imageIds[0] ? frameOf(place.imageIds[0])?.plane?.frameOfReference : undefined;
  for (const item of keptOf(place.studyUid).snapshot().items) {
    const inSpace = item.shape.space === "patient" && item.place.frameOfReference === frameOfReference;
    if (item.place.seriesUid !== place.seriesUid && !inSpace) continue;
    const there = annotation.state.getAnnotation(item.id) as unknown as Drawn | undefined;
    if (there) update(there, item, place);
    else add(item, place);
    drawnNow.add(item.id);
  }
}

function add(item: KeptDraft, place: Place): void {
  const placed = placedPoints(item, place.imageIds);
  const made = placed && drawnOf(item, placed);
  if (!made) return;
  byData.set(made.data, made);
  ours.add(item.id);
  quietly(() => annotation.state.addAnnotation(made as never, place.element));
}

/** What someone else changed, or what was taken back, is drawn as it is kept. */
function update(there: Drawn, item: KeptDraft, place: Place): void {
  if (inHand.has(item.id)) return;
  ours.add(item.id);
  there.data.label = item.label;
  if (item.kind === "arrow") there.data.text = item.label;
  const placed = placedPoints(item, place.imageIds);
  if (!placed || item.kind !== kindOfTool(there.metadata.toolName)) return;
  const now = pointsOf(there);
  const far = (a: number[], b: number[]) => a.some((value, k) => Math.abs(value - b[k]!) > 0.01);
  if (now.length === placed.points.length && !now.some((point, k) => far(point, placed.points[k]!))) return;
  if (there.data.contour) there.data.contour.polyline = placed.points;
  else there.data.handles.points = placed.points;
  there.invalidated = true;
}

function redraw(place: Place): void {
  const viewport = viewportOf(place);
  if (viewport) utilities.triggerAnnotationRenderForViewportIds([viewport.id]);
}

/** Another calibration of a run: its lengths are made again and kept with it; no deed of its own to be taken back. */
function calibrated(): void {
  for (const id of ours) {
    const drawn = annotation.state.getAnnotation(id) as unknown as Drawn | undefined;
    const under = drawn && imageUnder(drawn, near(drawn));
    if (!drawn || !under || under.frame.plane) continue;
    const draft = draftOf(drawn, near(drawn), shownOf(drawn.metadata.referencedImageId));
    const before = draft && keptOf(draft.place.studyUid).find(id);
    // the numbers alone: the shape stays as it was drawn
    if (before)
      keptOf(draft.place.studyUid).put({ ...before, values: draft.values, calibration: draft.calibration }, true);
  }
  for (const place of places.values()) redraw(place);
}

function quietly(work: () => void): void {
  removing = true;
  try {
    work();
  } finally {
    removing = false;
  }
}

function near(drawn: Drawn): string | undefined {
  const { referencedImageId, FrameOfReferenceUID } = drawn.metadata;
  if (referencedImageId) return referencedImageId;
  const found = [...places.values()].find(({ imageIds }) => {
    const plane = imageIds[0] ? frameOf(imageIds[0])?.plane : undefined;
    return plane?.frameOfReference === FrameOfReferenceUID;
  });
  return found?.imageIds[0];
}

function shownOf(imageId: string | undefined): string | undefined {
  return imageId === undefined ? undefined : shownAs.get(imageId.slice(imageId.indexOf(":") + 1));
}

function keep(drawn: Drawn): void {
  const draft = draftOf(drawn, near(drawn), shownOf(drawn.metadata.referencedImageId));
  if (!draft) return;
  ours.add(draft.id);
  const store = keptOf(draft.place.studyUid);
  const before = store.find(draft.id);
  store.put(before ? { ...draft, label: draft.label || before.label } : draft);
}

function listen(): void {
  if (listening) return;
  listening = true;
  const on = (name: string, work: (drawn: Drawn, detail: { changeType?: string }) => void) =>
    eventTarget.addEventListener(name, (event: Event) => {
      const { detail } = event as CustomEvent<{ annotation: Drawn; changeType?: string }>;
      if (detail?.annotation?.metadata && kindOfTool(detail.annotation.metadata.toolName))
        work(detail.annotation, detail);
    });
  on(Enums.Events.ANNOTATION_ADDED, (drawn) => byData.set(drawn.data, drawn));
  on(Enums.Events.ANNOTATION_COMPLETED, (drawn) => {
    if (!draftOf(drawn, near(drawn), undefined)) return;
    keep(drawn);
  });
  on(Enums.Events.ANNOTATION_MODIFIED, (drawn, { changeType }) => {
    if (changeType === Enums.ChangeTypes.StatsUpdated || !ours.has(drawn.annotationUID.toLowerCase())) return;
    const id = drawn.annotationUID.toLowerCase();
    clearTimeout(inHand.get(id));
    inHand.set(
      id,
      setTimeout(() => {
        inHand.delete(id);
        if (annotation.state.getAnnotation(id)) keep(drawn);
      }, AFTER_CHANGE_MS),
    );
  });
  on(Enums.Events.ANNOTATION_REMOVED, (drawn) => {
    const id = drawn.annotationUID.toLowerCase();
    clearTimeout(inHand.get(id));
    inHand.delete(id);
    if (removing) return;
    ours.delete(id);
    for (const { studyUid } of places.values()) {
      if (!studyUid || !keptOf(studyUid).find(id)) continue;
      keptOf(studyUid).remove(id);
      return;
    }
  });
  onKept(sync);
  onScales(calibrated);
}

/** The lines beside a shape, made from its points as they are. */
export function linesOfData(data: Drawn["data"]): string[] {
  const drawn = byData.get(data);
  const kind = drawn && kindOfTool(drawn.metadata.toolName);
  const under = drawn && imageUnder(drawn, near(drawn));
  if (!drawn || !kind || !under) return [];
  const id = drawn.annotationUID.toLowerCase();
  // What is kept is what is read, by every reader: live numbers only while a hand changes the shape.
  const kept = inHand.has(id) ? null : keptHere(id);
  if (kept) return linesOf(kind, kept.label, kept);
  const found = measuredNow(kind, drawn, under, shownOf(under.imageId));
  return linesOf(kind, drawn.data.text ?? drawn.data.label ?? "", found);
}
