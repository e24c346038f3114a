import {
  cache,
  Enums,
  type StackViewport,
  type Types,
  utilities,
  type VolumeViewport,
  volumeLoader,
} from "@cornerstonejs/core";
import { cross, dot, sub, type Vec3 } from "../../../core/index.ts";
import { ownProperties, windowShown } from "../display/own-window.ts";
import { joinTools, leaveTools } from "../measure/tools.ts";
import { crosshairOf, planeWords, STRAIGHT } from "../volumes/crosshair-store.ts";
import { buildRebuilt, gridOf, holdVolume, referenceOf } from "../volumes/volume-source.ts";
import { TAG, texts } from "./dicom-json.ts";
import { leaveEngine, theEngine } from "./engine.ts";
import { nearestPlane, type PlaneGeometry, parallel } from "./geometry.ts";
import { whenGraphicsLost } from "./graphics-lost.ts";
import { fitAcross, fitHead, headExtent, levelsOf, whenMeasured } from "./head-fit.ts";
import { createFitKeeper } from "./keep-fit.ts";
import { prefetch } from "./load-queue.ts";
import { onScreen } from "./on-screen.ts";
import { type EdgeLetters, edgeLetters, NO_LETTERS, statedLetters } from "./orientation.ts";
import { EMPTY, firstImage, type PaneState, type Show, type SlabKind, slabOf, words } from "./pane-state.ts";
import { voiRange } from "./presets.ts";
import { frameOf } from "./series-images.ts";
import { keepSize } from "./use-resize.ts";

const { ORTHOGRAPHIC, STACK } = Enums.ViewportType;
const { COMPOSITE, MAXIMUM_INTENSITY_BLEND, MINIMUM_INTENSITY_BLEND, AVERAGE_INTENSITY_BLEND } = Enums.BlendModes;
const BLENDS = { mip: MAXIMUM_INTENSITY_BLEND, minip: MINIMUM_INTENSITY_BLEND, average: AVERAGE_INTENSITY_BLEND };

export type PaneController = ReturnType<typeof createPane>;

/** Binds one element to one Cornerstone viewport and keeps what the page needs to know of it. */
export function createPane(viewportId: string, element: HTMLDivElement) {
  const engine = theEngine();
  const listeners = new Set<() => void>();
  let state = EMPTY;
  let show: Show | undefined;
  let enabled: string | undefined;
  let work = new AbortController();
  let leave: (() => void) | undefined;
  /** The sections that make the first picture of a volume are in memory. */
  let slabHere = false;

  const set = (change: Partial<PaneState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const stack = () => engine.getViewport(viewportId) as StackViewport | undefined;
  const volume = () => engine.getViewport(viewportId) as unknown as VolumeViewport | undefined;

  const onRendered = () => {
    const viewport = engine.getViewport(viewportId);
    if (!viewport || !show || show.kind === "rendering" || state.status === "error") return;
    if (show.kind === "volume" && volume()!.getActors().length === 0) return; // fitted anew before its volume is there
    const { slice, count } = place(show);
    const properties = stack()!.getProperties();
    const range = properties.voiRange;
    const image = show.kind === "stack" ? stack()!.getCornerstoneImage() : undefined;
    const window = range ? windowShown(range, image) : state.window;
    const ready = show.kind === "volume" ? slabHere : stack()!.getCurrentImageId() && stack()!.getCornerstoneImage();
    set({
      status: ready ? "rendered" : state.status,
      slice,
      count,
      window,
      inverted: properties.invert ?? false,
      planeWords: show.kind === "volume" ? planeWords(show.plane, normalNow() ?? STRAIGHT[show.plane].normal) : "",
      edges: edges(),
      drawn: state.drawn + 1,
    });
  };

  /** Which section is shown of how many; sections of a volume along its slices are counted as those are. */
  function place(now: Show): { readonly slice: number; readonly count: number } {
    if (now.kind === "stack") return { slice: stack()!.getCurrentImageIdIndex(), count: now.imageIds.length };
    if (now.kind === "rendering") return { slice: 0, count: 0 };
    const planes = along(now);
    const focal = volume()!.getCamera().focalPoint as unknown as Vec3;
    if (!planes) return { slice: volume()!.getSliceIndex(), count: volume()!.getNumberOfSlices() };
    return { slice: nearestPlane(planes, focal)?.index ?? 0, count: planes.length };
  }

  /** The slices of a volume when its sections are parallel to them, else null. */
  function along(now: Show & { kind: "volume" }): readonly (PlaneGeometry | null)[] | null {
    const normal = volume()?.getCamera().viewPlaneNormal as unknown as Vec3 | undefined;
    const first = frameOf(now.imageIds[0]!)?.plane;
    if (!normal || !first || !parallel(first.normal, normal)) return null;
    return now.imageIds.map((imageId) => frameOf(imageId)?.plane ?? null);
  }

  function normalNow(): Vec3 | undefined {
    return volume()?.getCamera().viewPlaneNormal as unknown as Vec3 | undefined;
  }

  /** Letters by the camera for what lies in the patient, by what the image states otherwise. */
  function edges(): EdgeLetters {
    const viewport = engine.getViewport(viewportId);
    const { viewUp, viewPlaneNormal } = viewport!.getCamera();
    if (!viewUp || !viewPlaneNormal) return NO_LETTERS;
    const imageId = show?.imageIds[0];
    const frame = imageId ? frameOf(imageId) : undefined;
    if (frame && !frame.plane) return statedLetters(texts(frame.instance, TAG.PatientOrientation));
    const up = viewUp as unknown as Vec3;
    const right = cross(up, viewPlaneNormal as unknown as Vec3);
    return edgeLetters(right, [-up[0], -up[1], -up[2]]);
  }

  const { IMAGE_RENDERED, CAMERA_MODIFIED } = Enums.Events;
  const fitted = createFitKeeper(() => (enabled ? engine.getViewport(viewportId) : undefined));
  const stopKeeping = keepSize(element, refit);
  element.addEventListener(IMAGE_RENDERED, onRendered);
  element.addEventListener(CAMERA_MODIFIED, onRendered);
  const onLost = () => set({ status: "error", message: "The graphics were taken away. They come back by themselves." });
  const stopListening = whenGraphicsLost(onLost);

  function enable(next: Show): void {
    const wanted = next.kind === "volume" ? next.plane : next.kind;
    if (enabled === wanted) return;
    disable();
    if (next.kind === "rendering") return;
    const orientation = next.kind === "volume" ? { orientation: next.plane as Enums.OrientationAxis } : {};
    engine.enableElement({
      viewportId,
      element,
      type: next.kind === "stack" ? STACK : ORTHOGRAPHIC,
      defaultOptions: { background: [0, 0, 0], ...orientation },
    });
    joinTools(viewportId, engine.id);
    enabled = wanted;
  }

  function disable(): void {
    if (!enabled || engine.hasBeenDestroyed) return;
    leaveTools(viewportId, engine.id);
    engine.disableElement(viewportId);
    enabled = undefined;
  }

  /** Opens a series; the one before is let go, its loading stopped. Never rejects: an error is a state. */
  async function open(next: Show): Promise<void> {
    work.abort();
    work = new AbortController();
    const { signal } = work;
    show = next;
    fitted.forget();
    const leaveBefore = leave;
    leave = next.kind === "volume" ? holdVolume(next.volumeId) : undefined;
    leaveBefore?.();
    set({
      ...EMPTY,
      status: "loading",
      drawn: state.drawn,
      total: next.imageIds.length,
      slabMm: slabOf(next),
      slabKind: next.kind === "volume" ? (next.slabKind ?? "mip") : "mip",
      ...(next.kind === "stack" ? { time: next.time ?? 0, timeCount: next.times?.length ?? 1 } : {}),
      ...(next.kind === "stack" && next.limitations ? { limitations: next.limitations } : {}),
    });
    try {
      enable(next);
      if (next.kind === "stack") await openStack(next, signal);
      else if (next.kind === "volume") await openVolume(next, signal);
      else await prefetch(next.imageIds, 0, signal, ({ loaded, failed, total }) => set({ loaded, failed, total }));
    } catch (error) {
      if (!signal.aborted) set({ status: "error", message: words(error) });
    }
  }

  async function openStack(next: Show & { kind: "stack" }, signal: AbortSignal): Promise<void> {
    const viewport = stack()!;
    const middle = next.imageIds[next.start];
    if (middle) await firstImage(middle);
    if (signal.aborted) return;
    await viewport.setStack([...next.imageIds], next.start);
    if (signal.aborted) return;
    const colour = next.colourMap ? { colormap: { name: next.colourMap } } : {};
    viewport.setProperties({ ...(next.window ? { voiRange: voiRange(next.window) } : {}), ...colour });
    fit(signal);
    const seen = onScreen(element);
    viewport.render();
    await seen; // the others would hold it up
    if (signal.aborted) return;
    void prefetch(next.imageIds, next.start, signal, ({ loaded, failed, total }) => set({ loaded, failed, total }));
  }

  async function openVolume(next: Show & { kind: "volume" }, signal: AbortSignal): Promise<void> {
    slabHere = false;
    const grid = gridOf(next.imageIds);
    if (grid.state === "refused") throw new Error(grid.limitation.message);
    set({ limitations: grid.limitations });
    if (grid.state === "rebuilt") {
      const { loaded } = await prefetch(next.imageIds, 0, signal, (now) => set({ loaded: now.loaded }));
      if (signal.aborted) return;
      if (loaded < next.imageIds.length) {
        throw new Error(`Only ${loaded} of ${next.imageIds.length} slices could be loaded. Open the series again.`);
      }
      buildRebuilt(next.volumeId, next.imageIds, grid);
    }
    const built =
      grid.state === "rebuilt"
        ? undefined
        : await volumeLoader.createAndCacheVolume(next.volumeId, { imageIds: [...next.imageIds] });
    if (signal.aborted) return;
    const viewport = volume()!;
    await viewport.setVolumes([{ volumeId: next.volumeId }]);
    if (signal.aborted) return;
    // All of it is new to the texture; nothing that loads will tell so, as it does of other volumes.
    if (grid.state === "rebuilt") cache.getVolume(next.volumeId)?.modified();
    const asked = next.window ?? (grid.state === "rebuilt" ? statedWindow(next.imageIds[0]!) : undefined);
    if (asked) viewport.setProperties({ voiRange: voiRange(asked) }, next.volumeId);
    applySlab(next.slabMm, next.slabKind ?? "mip");
    if (next.openAt) jumpTo(next.openAt);
    const count = () => next.imageIds.filter((imageId) => cache.isLoaded(imageId)).length;
    const ids = firstNeeded(next, place(next).slice);
    await prefetch(ids, Math.floor(ids.length / 2), signal, () => set({ loaded: count() }));
    if (signal.aborted) return;
    slabHere = true;
    built?.load();
    fit(signal);
    viewport.render();
    const watch = () => {
      const loaded = count();
      if (loaded !== state.loaded) set({ loaded });
      if (signal.aborted) return;
      if (loaded < next.imageIds.length) setTimeout(watch, 150);
      else viewport.render();
    };
    watch();
  }

  /** The window that an image in memory states, else its whole range. */
  function statedWindow(imageId: string): { readonly width: number; readonly level: number } | undefined {
    const image = cache.getImage(imageId);
    if (!image) return undefined;
    const first = (value: number | number[]) => Number(Array.isArray(value) ? value[0] : value);
    const [width, level] = [first(image.windowWidth), first(image.windowCenter)];
    if (width > 0) return { width, level };
    const { minPixelValue: low, maxPixelValue: high } = image;
    return { width: Math.max(1, high - low), level: (high + low) / 2 };
  }

  /**
   * Axial sections of a head fill the pane with it, all of one frame of reference at one scale; sections across it show
   * all slices of it; others fit whole.
   */
  function fit(signal?: AbortSignal): void {
    if (!show || show.kind === "rendering") return;
    const viewport = engine.getViewport(viewportId)!;
    const isAcross = show.kind === "volume" && !along(show);
    const levels = isAcross ? levelsOf(show.imageIds) : undefined;
    const measured = levels ? levels.inHead : imageShown(show);
    const extent = measured ? headExtent(measured) : undefined;
    if (extent && levels) {
      fitAcross(viewport, extent, levels.low, levels.high);
    } else if (extent) fitHead(viewport, extent);
    else if (signal && show.imageIds[0]) {
      const stop = whenMeasured(show.imageIds[0], () => {
        if (!fitted.holds()) return;
        fit();
        stack()?.render();
      });
      signal.addEventListener("abort", stop);
    }
    fitted.remember();
  }

  /** The pane has another size: what nobody has zoomed or moved fits it again. */
  function refit(): void {
    if (!enabled || !show || show.kind === "rendering" || !fitted.holds()) return;
    if (show.kind === "stack") stack()!.resetCamera();
    fit();
    stack()!.render();
  }

  function imageShown(now: Show): string | undefined {
    return now.imageIds[now.kind === "stack" ? stack()!.getCurrentImageIdIndex() : place(now).slice];
  }

  /** Images without which the first picture would be wrong: those of the slab, or all when it cuts across them. */
  function firstNeeded(next: Show & { kind: "volume" }, middle: number): readonly string[] {
    const [plane, second] = along(next) ?? [];
    if (!plane || !second) return next.imageIds;
    const spacing = Math.abs(dot(sub(second.origin, plane.origin), plane.normal)) || 1;
    const half = Math.ceil(next.slabMm / 2 / spacing) + 2;
    return next.imageIds.slice(Math.max(0, middle - half), middle + half + 1);
  }

  function applySlab(mm: number, kind: SlabKind = state.slabKind): void {
    const viewport = volume();
    if (!viewport || show?.kind !== "volume") return;
    viewport.setBlendMode(mm > 0 ? BLENDS[kind] : COMPOSITE);
    if (mm > 0) viewport.setSlabThickness(mm);
    else viewport.resetSlabThickness();
    show = { ...show, slabMm: mm, slabKind: kind };
    set({ slabMm: mm, slabKind: kind });
  }

  /** Where the middle of the shown section lies (LPS mm); null outside the patient (projections, ultrasound). */
  function position(): { readonly point: Vec3; readonly normal: Vec3; readonly frameOfReference: string } | null {
    if (!show || show.kind === "rendering" || state.status !== "rendered") return null;
    if (show.kind === "volume") {
      const { focalPoint, viewPlaneNormal } = volume()!.getCamera();
      const frame = frameOf(show.imageIds[0]!);
      if (!focalPoint || !viewPlaneNormal || !frame?.plane) return null;
      return {
        point: focalPoint as unknown as Vec3,
        normal: viewPlaneNormal as unknown as Vec3,
        frameOfReference: frame.plane.frameOfReference,
      };
    }
    const plane = frameOf(show.imageIds[stack()!.getCurrentImageIdIndex()]!)?.plane;
    return plane ? { point: plane.origin, normal: plane.normal, frameOfReference: plane.frameOfReference } : null;
  }

  /** Goes to the section through a patient position, when there is one within 15 mm of it. */
  function jumpTo(point: Vec3): void {
    if (!show || show.kind === "rendering") return;
    if (show.kind === "stack") {
      const near = nearestPlane(
        show.imageIds.map((imageId) => frameOf(imageId)?.plane ?? null),
        point,
      );
      if (near && near.distance < 15) goTo(near.index);
      return;
    }
    const focal = volume()!.getCamera().focalPoint as unknown as Vec3;
    const normal = normalNow();
    if (normal && Math.abs(dot(sub(point, focal), normal)) >= 0.05) look(point);
  }

  /** Lays the plane of a volume through a point, in the direction given or as it is; the picture keeps its middle. */
  function look(point: Vec3, view?: { readonly normal: Vec3; readonly up: Vec3 }): void {
    const viewport = show?.kind === "volume" ? volume() : undefined;
    const { focalPoint, position: eye, viewPlaneNormal } = viewport?.getCamera() ?? {};
    if (!viewport || !focalPoint || !eye || !viewPlaneNormal) return;
    const normal = view?.normal ?? (viewPlaneNormal as unknown as Vec3);
    const focal = focalPoint as unknown as Vec3;
    const step = dot(sub(point, focal), normal);
    const away = Math.hypot(...sub(eye as unknown as Vec3, focal));
    const at = (distance: number) => [0, 1, 2].map((c) => focal[c]! + distance * normal[c]!) as Types.Point3;
    const turn = view ? { viewPlaneNormal: [...view.normal], viewUp: [...view.up] } : {};
    viewport.setCamera({ ...turn, focalPoint: at(step), position: at(step + away) } as never);
    viewport.render();
  }

  /** Shows a slice or frame by index, clipped to what there is. */
  function goTo(index: number): void {
    if (!show || show.kind === "rendering" || state.count === 0) return;
    const target = Math.min(state.count - 1, Math.max(0, index));
    if (show.kind === "stack") {
      if (target !== stack()!.getCurrentImageIdIndex()) void stack()!.setImageIdIndex(target);
      return;
    }
    const plane = along(show)?.[target];
    if (plane) jumpTo(plane.origin);
    else utilities.scroll(volume() as never, { delta: target - volume()!.getSliceIndex() } as never);
  }

  /** Shows another time of the same slice; window, zoom and place stay. Resolves when it is on the screen. */
  async function setTime(time: number): Promise<void> {
    if (show?.kind !== "stack" || !show.times) return;
    const target = Math.min(show.times.length - 1, Math.max(0, time));
    const imageIds = show.times[target]!;
    if (target === state.time) return;
    const viewport = stack()!;
    const at = Math.min(imageIds.length - 1, viewport.getCurrentImageIdIndex());
    show = { ...show, imageIds, time: target };
    set({ time: target });
    work.abort();
    work = new AbortController();
    const { signal } = work;
    await firstImage(imageIds[at]!).catch(() => undefined);
    if (signal.aborted) return;
    const { focalPoint, position: eye, parallelScale } = viewport.getCamera();
    // A window that the reader chose stays; one that each image states for itself does not.
    const isChosen = (viewport as unknown as { voiUpdatedWithSetProperties?: boolean }).voiUpdatedWithSetProperties;
    const { voiRange: range, invert: inverted } = viewport.getProperties();
    await viewport.setStack([...imageIds], at);
    if (signal.aborted) return;
    viewport.setProperties({ ...(range && isChosen ? { voiRange: range } : {}), invert: inverted ?? false });
    viewport.setCamera({ focalPoint: focalPoint!, position: eye!, parallelScale: parallelScale! });
    viewport.render();
    void prefetch(imageIds, at, signal, ({ loaded, failed, total }) => set({ loaded, failed, total }));
  }

  function setWindow(window: { readonly width: number; readonly level: number }): void {
    if (!enabled) return;
    stack()!.setProperties({ voiRange: voiRange(window) });
    stack()!.render();
  }

  function reset(): void {
    if (!show || show.kind === "rendering") return;
    const viewport = stack()!;
    if (show.kind === "volume") crosshairOf(referenceOf(show.imageIds)).straighten();
    viewport.resetCamera();
    fit();
    const own = show.kind === "stack" ? ownProperties(viewport.getCornerstoneImage()) : { invert: false };
    viewport.setProperties({ ...own, ...(show.window ? { voiRange: voiRange(show.window) } : {}) });
    viewport.render();
  }

  function invert(): void {
    stack()?.setProperties({ invert: !state.inverted });
    stack()?.render();
  }

  /** Draws an image of the same size in the place of the one on the screen: camera, window and measurements stay. */
  function replace(image: Types.IImage): void {
    stack()?.renderImageObject(image);
    stack()?.render();
  }

  function destroy(): void {
    work.abort();
    show = undefined; // what is still asked of it finds nothing to show
    leave?.();
    stopKeeping();
    stopListening();
    for (const [name, listener] of [
      [IMAGE_RENDERED, onRendered],
      [CAMERA_MODIFIED, onRendered],
    ] as const) {
      element.removeEventListener(name, listener);
    }
    listeners.clear();
    disable();
    leaveEngine(engine);
  }

  return {
    viewportId,
    element,
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    open,
    fail: (message: string) => set({ ...EMPTY, status: "error", message, drawn: state.drawn }),
    goTo,
    scroll: (delta: number) => goTo(state.slice + delta),
    jumpTo,
    look,
    position,
    setTime,
    setWindow,
    setSlab(mm: number, kind?: SlabKind) {
      applySlab(mm, kind);
      volume()?.render();
    },
    /** Told by what draws a pane itself (volume rendering): a picture is there. */
    drew: (sides: EdgeLetters, limitations: PaneState["limitations"]) =>
      set({ status: "rendered", edges: sides, limitations, drawn: state.drawn + 1 }),
    reset,
    invert,
    replace,
    /** Patient (or pixel) position to the place on the element in CSS pixels, and back. */
    toCanvas: (point: Vec3) =>
      stack()?.worldToCanvas([...point] as Types.Point3) as readonly [number, number] | undefined,
    toPatient: (x: number, y: number) => stack()?.canvasToWorld([x, y]) as unknown as Vec3 | undefined,
    currentImageId: () => (show?.kind === "stack" ? stack()?.getCurrentImageId() : undefined),
    destroy,
  };
}
