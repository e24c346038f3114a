import { imageLoader } from "@cornerstonejs/core";
import type { Vec3 } from "../../core/index.ts";
import { colourIndex, EMBER } from "./colour-map.ts";
import { contour, type Segment } from "./contour.ts";
import { nearestPlane, type PlaneGeometry, pixelToPatient } from "./geometry.ts";
import type { MapLayer } from "./pane-content.ts";

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
  return { values, measured, plane, picture, line: thresholdLine(layer, values, measured, plane) };
}

function thresholdLine(
  layer: MapLayer,
  values: Float32Array,
  measured: Float32Array | undefined,
  plane: PlaneGeometry,
): readonly Segment[] {
  const { threshold, low, high } = layer.style;
  if (!threshold) return [];
  const outside = layer.name === "cbf" ? high : low;
  const field = Float32Array.from(values, (value, k) => (inside(value, measured?.[k]) ? value : outside));
  return contour(median(field, plane), plane.rows, plane.columns, threshold.value);
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

/** 3 x 3 median, as for the volumes: single pixels make no contour. */
function median(values: Float32Array, { rows, columns }: PlaneGeometry): Float32Array {
  const out = Float32Array.from(values);
  const nine = new Float32Array(9);
  for (let y = 1; y + 1 < rows; y++) {
    for (let x = 1; x + 1 < columns; x++) {
      for (let k = 0; k < 9; k++) nine[k] = values[(y + Math.floor(k / 3) - 1) * columns + x + (k % 3) - 1]!;
      out[y * columns + x] = nine.sort()[4]!;
    }
  }
  return out;
}

/** Index of the slice with most pixels beyond the threshold; null without a threshold or without such a pixel. */
export async function fullestSlice(layer: MapLayer): Promise<number | null> {
  const { threshold } = layer.style;
  if (!threshold) return null;
  let best: number | null = null;
  let most = 20;
  for (let index = 0; index < layer.imageIds.length; index++) {
    const { values, measured } = await mapSlice(layer, index);
    let count = 0;
    for (let k = 0; k < values.length; k++) {
      if (!inside(values[k]!, measured?.[k])) continue;
      if (layer.name === "cbf" ? values[k]! < threshold.value : values[k]! > threshold.value) count++;
    }
    if (count > most) {
      most = count;
      best = index;
    }
  }
  return best;
}
