import { runsOf } from "../../../cases/analysis-view.ts";
import type { AnalysisOf, AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { Vec3 } from "../../../core/geometry.ts";
import type { Limitation } from "../../../core/limitation.ts";
import { openRun } from "../angio/dsa-loader.ts";
import type { Subtraction } from "../angio/mask-frames.ts";
import { runLimits } from "../angio/run-limits.ts";
import { type FrameTimes, runTimes } from "../cine/cine-time.ts";
import { limitationsOf } from "../display/limitations.ts";
import { greysOf, isMadeByTables } from "../display/looks.ts";
import { latestResult, type MapName, mapOf, type PanePlan } from "../hanging/hang.ts";
import { EMBER } from "../maps/colour-map.ts";
import { mapStyle } from "../maps/map-style.ts";
import { type MapStyle, scaleMap } from "../maps/parametric-map.ts";
import { gridOf } from "../volumes/volume-source.ts";
import { type JsonInstance, number, TAG } from "./dicom-json.ts";
import { type PlaneGeometry, pixelToPatient } from "./geometry.ts";
import type { Show } from "./pane-state.ts";
import { openingWindow } from "./presets.ts";
import { frameOf, groupOf, type SeriesImages, seriesImages, withScheme } from "./series-images.ts";

/** Map over the CT it was made from, map alone, CT alone. */
export type MapView = "over" | "alone" | "off";

/** A colour map that lies over the image of a pane. */
export interface MapLayer {
  readonly name: MapName;
  readonly style: MapStyle;
  readonly imageIds: readonly string[];
  /** CBF of the same slices: where it is 0 nothing was measured. */
  readonly measuredIds: readonly string[];
  /** Tmax of the same slices: low flow counts only where it is over 6 s. */
  readonly delayedIds: readonly string[];
  readonly planes: readonly (PlaneGeometry | null)[];
  readonly analysis: AnalysisOf<"perfusion"> | undefined;
}

/** Everything a pane needs to show its plan. */
export interface PaneContent {
  readonly show: Show;
  readonly series: SeriesView;
  readonly images: SeriesImages;
  /** Index of the clip or time that is shown, and its (first) image. */
  readonly time: number;
  readonly instance: JsonInstance;
  readonly map?: MapLayer;
  readonly times?: FrameTimes;
  readonly subtraction?: Subtraction;
  /** What the images that are shown lack; with those of the picture itself (`PaneState`) it stands on the image. */
  readonly limitations?: readonly Limitation[];
}

export interface Room {
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
}

/** Fetches what a plan needs and says how to show it. Rejects with words for the reader. */
export async function paneContent(
  plan: PanePlan,
  room: Room,
  view: MapView,
  signal: AbortSignal,
): Promise<PaneContent> {
  const series = room.series.find(({ seriesUid }) => seriesUid === plan.seriesUid);
  if (!series) throw new Error("This series is no longer here. Choose another.");
  if (plan.mode === "map") return mapContent(plan, series, room, view, signal);
  const whole = await seriesImages(series, signal);
  const group = plan.group ?? (plan.at ? groupWith(whole, plan.at) : whole.opening);
  const images = whole.groups.length > 1 ? groupOf(whole, group) : whole;
  const window = plan.window ?? openingWindow(series.role, plan.mode === "mip" ? "mip" : "slice");
  const last = images.imageIds.length - 1;
  const asked = plan.at && placeOf(images, plan.at);
  const time = asked?.time ?? Math.min(last, plan.time ?? (series.role === "DWI" ? last : 0));
  const stack = images.imageIds[time]!;
  if (plan.mode === "slices" || plan.mode === "run" || plan.mode === "object") {
    return stackContent(series, images, time, window, asked?.index);
  }
  const grid = gridOf(stack);
  if (grid.state === "refused") {
    return withLimitation(stackContent(series, images, time, window, asked?.index), grid.limitation);
  }
  const base = { series, images, time, instance: images.order.times[time]![0]!.instance };
  if (plan.mode === "vr")
    return { ...base, show: { kind: "rendering", imageIds: stack, ...(window ? { window } : {}) } };
  const plane = plan.mode === "mip" ? (plan.plane ?? "axial") : plan.mode;
  const show: Show = {
    kind: "volume",
    volumeId: `${grid.state === "rebuilt" ? "derived" : "cornerstoneStreamingImageVolume"}:${series.seriesUid}.${series.instances}.${time}`,
    imageIds: stack,
    plane,
    slabMm: plan.mode === "mip" ? (plan.slabMm ?? 20) : 0,
    ...(window ? { window } : {}),
    ...(plan.bifurcation ? bifurcation(stack, plan.bifurcation) : {}),
    ...(series.role === "CTA" && plane === "axial" && !plan.bifurcation ? circleOfWillis(stack) : {}),
  };
  return { ...base, show };
}

/** A stack in the place of a section that cannot be cut, with the reason. */
function withLimitation(content: PaneContent, limitation: Limitation): PaneContent {
  const { show } = content;
  return show.kind === "stack" ? { ...content, show: { ...show, limitations: [limitation] } } : content;
}

/** The group of a series that holds an object. */
function groupWith(images: SeriesImages, at: { readonly sopUid: string; readonly frame: number }): number {
  const found = images.groups.findIndex(({ order }) =>
    order.times.some((stack) => stack.some(({ sopUid, frame }) => sopUid === at.sopUid && frame === at.frame)),
  );
  return found < 0 ? images.opening : found;
}

/** Where an object (and its frame) is among the images of its series; undefined when it is not. */
function placeOf(
  images: SeriesImages,
  at: { readonly sopUid: string; readonly frame: number },
): { readonly time: number; readonly index: number } | undefined {
  for (const [time, stack] of images.order.times.entries()) {
    const index = stack.findIndex(({ sopUid, frame }) => sopUid === at.sopUid && frame === at.frame);
    if (index >= 0) return { time, index };
  }
  return undefined;
}

/** Below the top of a head: the arterial circle; the carotid bifurcation at C4, so far beside the midline; mm. */
const CIRCLE_MM = 75;
const BIFURCATION_MM = 195;
const BESIDE_MM = 28;

/** Where an axial CT angiogram opens: at the level of the arterial circle. */
function circleOfWillis(stack: readonly string[]): { readonly openAt?: Vec3 } {
  const plane = planeBelowTop(stack, CIRCLE_MM);
  return plane ? { openAt: plane.origin } : {};
}

/** Where the bifurcation of a side is to be looked for, by where it lies in most; the middle of what is no head and neck. */
function bifurcation(stack: readonly string[], side: "left" | "right"): { readonly openAt?: Vec3 } {
  const levels = stack.map((imageId) => frameOf(imageId)?.plane?.origin[2]).filter((z) => z !== undefined);
  const covered = Math.max(...levels) - Math.min(...levels);
  const plane = planeBelowTop(stack, covered > BIFURCATION_MM + 15 ? BIFURCATION_MM : covered / 2);
  const size = frameOf(stack[0]!)?.instance;
  if (!plane || !size) return {};
  const [x, y, z] = pixelToPatient(plane, (number(size, TAG.Columns) ?? 0) / 2, (number(size, TAG.Rows) ?? 0) / 2);
  return { openAt: [x + (side === "left" ? BESIDE_MM : -BESIDE_MM), y, z] };
}

/** The slice that lies this far below the highest. */
function planeBelowTop(stack: readonly string[], mm: number): PlaneGeometry | undefined {
  const planes = stack
    .map((imageId) => frameOf(imageId)?.plane)
    .filter((plane) => plane !== undefined && plane !== null);
  if (planes.length === 0) return undefined;
  const level = Math.max(...planes.map(({ origin }) => origin[2])) - mm;
  const away = ({ origin }: PlaneGeometry) => Math.abs(origin[2] - level);
  return planes.reduce((best, plane) => (away(plane) < away(best) ? plane : best));
}

function stackContent(
  series: SeriesView,
  images: SeriesImages,
  time: number,
  window: { readonly width: number; readonly level: number } | undefined,
  asked?: number,
): PaneContent {
  const isRun = images.order.kind === "run";
  const stack = images.imageIds[time]!;
  const start = asked ?? (isRun ? 0 : Math.floor(stack.length / 2));
  const instance = images.order.times[time]![0]!.instance;
  const times = isRun && stack.length > 1 ? { times: runTimes(images.order.times[time]!) } : {};
  const frames = images.order.times[time]!;
  const limitations = limitationsOf({ frames, isRun, role: series.role, ...times });
  if (series.role === "DSA" && isRun && stack.length > 2) {
    const { ids, subtraction } = openRun(stack);
    const show: Show = {
      kind: "stack",
      imageIds: ids,
      start: asked ?? Math.floor(stack.length * 0.4),
      window: { width: 600, level: -150 },
      limitations: runLimits(instance, stack.length),
    };
    return { show, series, images, time, instance, subtraction, limitations, ...times };
  }
  const moments = !isRun && images.imageIds.length > 1 ? { times: images.imageIds, time } : {};
  const byTables = isMadeByTables(greysOf(instance));
  const show: Show = {
    ...{ kind: "stack", start, imageIds: byTables ? stack.map((id) => withScheme("view", id)) : stack },
    ...(window && !byTables ? { window } : {}),
    ...moments,
  };
  return { show, series, images, time, instance, limitations, ...times };
}

async function mapContent(
  plan: PanePlan,
  series: SeriesView,
  room: Room,
  view: MapView,
  signal: AbortSignal,
): Promise<PaneContent> {
  const analysis =
    runsOf(room.analyses, "perfusion").find(({ result }) =>
      Object.values(result?.maps ?? {}).includes(series.seriesUid),
    ) ?? latestResult(room.analyses);
  const name = plan.map ?? mapOf(series.seriesUid, room.analyses) ?? "tmax";
  const style = mapStyle(name, analysis);
  scaleMap(series.seriesUid, style.scale);
  const mapImages = await seriesImages(series, signal);
  const imageIds = mapImages.imageIds[0]!.map((id) => withScheme("pmap", id));
  const idsOf = async (map: MapName): Promise<readonly string[]> => {
    const found = room.series.find(({ seriesUid }) => seriesUid === analysis?.result?.maps[map]);
    if (found) scaleMap(found.seriesUid, mapStyle(map, analysis).scale);
    const sibling = found ? await seriesImages(found, signal).catch(() => undefined) : undefined;
    return (sibling?.imageIds[0] ?? []).map((id) => withScheme("pmap", id));
  };
  const layer: MapLayer = {
    name,
    style,
    imageIds,
    measuredIds: await idsOf("cbf"),
    delayedIds: await idsOf("tmax"),
    planes: mapImages.order.times[0]!.map(({ plane }) => plane),
    analysis,
  };
  const base = view === "alone" ? undefined : baseOf(room, analysis);
  if (base) {
    const images = await seriesImages(base, signal);
    const stack = images.imageIds[0]!;
    const window = openingWindow(base.role, "slice") ?? { width: 80, level: 40 };
    const show: Show = { kind: "stack", imageIds: stack, start: Math.floor(stack.length / 2), window };
    return { show, series, images, time: 0, instance: images.instances[0]!, map: layer };
  }
  const show: Show = {
    kind: "stack",
    imageIds,
    start: Math.floor(imageIds.length / 2),
    window: { width: style.high - style.low, level: (style.high + style.low) / 2 },
    colourMap: EMBER.name,
  };
  return { show, series, images: mapImages, time: 0, instance: mapImages.instances[0]!, map: layer };
}

/** The CT a map is laid over: its own source series, else the plain CT. */
function baseOf(room: Room, analysis: AnalysisView | undefined): SeriesView | undefined {
  return (
    room.series.find(({ seriesUid }) => seriesUid === analysis?.seriesUid) ??
    room.series.find(({ role }) => role === "NCCT")
  );
}
