import { imageLoader } from "@cornerstonejs/core";
import type { Vec3 } from "../../../core/index.ts";
import { nearestPlane, type PlaneGeometry, pixelToPatient } from "../pane/geometry.ts";
import type { MapLayer } from "../pane/pane-content.ts";
import { colourIndex, EMBER } from "./colour-map.ts";
import type { Segment } from "./contour.ts";
import { lesionOf, outline } from "./lesion-outline.ts";

/** One slice of a map with what was measured there. */
interface MapSlice {
  readonly values: Float32Array;
  readonly measured: Float32Array | undefined;
  readonly plane: PlaneGeometry;
  readonly picture: HTMLCanvasElement;
  /** The contour at the clinical threshold, in pixels of the slice. */
  readonly line: readonly Segment[];
}

const slices = new Map<string, Promise<MapSlice>>();
const KEPT = 160;

/** The map slice that lies at a patient position, or null when the map does not reach there. */
export function sliceAt(layer: MapLayer, point: Vec3): number | null {
  const near = nearestPlane(layer.planes, point);
  if (!near) return null;
  const spacing = layer.planes.length > 1 ? gap(layer.planes) : 10;
  return near.distance <= spacing / 2 + 0.5 ? near.index : null;
}

function gap(planes: readonly (PlaneGeometry | null)[]): number {
  const [first, second] = planes;
  if (!first || !second) return 10;
  const d = [0, 1, 2].map((axis) => second.origin[axis]! - first.origin[axis]!);
  return Math.hypot(...d);
}

/** A slice of a map as a picture in its colours; unmeasured pixels are clear. Kept for the next time. */
export function mapSlice(layer: MapLayer, index: number): Promise<MapSlice> {
  const key = `${layer.imageIds[index]} ${layer.style.scale}`;
  let asked = slices.get(key);
  if (!asked) {
    asked = paint(layer, index);
    slices.set(key, asked);
    asked.catch(() => slices.delete(key));
    for (const old of slices.keys()) if (slices.size > KEPT) slices.delete(old);
  }
  return asked;
}

async function paint(layer: MapLayer, index: number): Promise<MapSlice> {
  const pixels = async (id: string | undefined) =>
    id ? ((await imageLoader.loadAndCacheImage(id)).getPixelData() as Float32Array) : undefined;
  const [values, measured] = await Promise.all([pixels(layer.imageIds[index]), pixels(layer.measuredIds[index])]);
  const plane = layer.planes[index];
  if (!values || !plane) throw new Error("This map does not say where it lies.");
  const picture = document.createElement("canvas");
  picture.width = plane.columns;
  picture.height = plane.rows;
  const context = picture.getContext("2d")!;
  const data = context.createImageData(plane.columns, plane.rows);
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (!inside(value, measured?.[k])) continue;
    const [r, g, b] = EMBER.table[colourIndex(value, layer.style.low, layer.style.high)]!;
    data.data.set([r, g, b, 255], 4 * k);
  }
  context.putImageData(data, 0, 0);
  return { values, measured, plane, picture, line: await lesionLine(layer, index) };
}

async function lesionLine(layer: MapLayer, index: number): Promise<readonly Segment[]> {
  const lesion = await lesionOf(layer);
  return lesion && layer.style.threshold ? outline(lesion, index, layer.style.threshold.value) : [];
}

function inside(value: number, measured: number | undefined): boolean {
  return Number.isFinite(value) && (measured === undefined ? value !== 0 : measured > 0);
}

/**
 * Draws a map slice and its threshold contour on a canvas over the image. `place` turns a patient position into CSS
 * pixels. The picture is drawn through the affine map of three corners, so pan, zoom and rotation follow.
 */
export function drawMap(
  context: CanvasRenderingContext2D,
  slice: MapSlice,
  layer: MapLayer,
  place: (point: Vec3) => readonly [number, number] | undefined,
  opacity: number,
): void {
  const { plane, picture } = slice;
  const corner = (x: number, y: number) => place(pixelToPatient(plane, x - 0.5, y - 0.5));
  const [o, x, y] = [corner(0, 0), corner(plane.columns, 0), corner(0, plane.rows)];
  if (!o || !x || !y) return;
  const scale = context.getTransform().a;
  const [ax, ay] = [(x[0] - o[0]) / plane.columns, (x[1] - o[1]) / plane.columns];
  const [bx, by] = [(y[0] - o[0]) / plane.rows, (y[1] - o[1]) / plane.rows];
  if (opacity > 0) {
    context.save();
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.transform(ax, ay, bx, by, o[0], o[1]);
    context.drawImage(picture, 0, 0);
    context.restore();
  }
  const { threshold } = layer.style;
  if (!threshold) return;
  context.beginPath();
  for (const [x1, y1, x2, y2] of slice.line) {
    context.moveTo(o[0] + (x1 + 0.5) * ax + (y1 + 0.5) * bx, o[1] + (x1 + 0.5) * ay + (y1 + 0.5) * by);
    context.lineTo(o[0] + (x2 + 0.5) * ax + (y2 + 0.5) * bx, o[1] + (x2 + 0.5) * ay + (y2 + 0.5) * by);
  }
  context.lineWidth = Math.max(1.25, 1.5 / scale);
  context.strokeStyle = threshold.colour;
  context.stroke();
}

/** Index of the slice with the largest lesion; null without a lesion. */
export async function fullestSlice(layer: MapLayer): Promise<number | null> {
  const counts = (await lesionOf(layer))?.counts ?? [];
  const most = Math.max(0, ...counts);
  return most > 0 ? counts.indexOf(most) : null;
}
