import { cache, type Types } from "@cornerstonejs/core";
import type { KeptDraft, KeptPlace, KeptShape, KeptValue } from "../../../cases/kept.ts";
import { cross, dot, length, sub, type Vec3 } from "../../../core/index.ts";
import { regionAt, valueOn } from "../../../dicom/ultrasound-regions.ts";
import { number, TAG, text } from "../pane/dicom-json.ts";
import { cornerToPixel, cornerToWorld, worldToCorner } from "../pane/image-place.ts";
import { frameOf, withScheme } from "../pane/series-images.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import { type Calibration, calibrationOf } from "./calibration.ts";
import { DRAWING_TOOLS, type DrawnKind, isWhole, kindOfTool } from "./drawn-shape.ts";
import { type Measured, measured } from "./measured.ts";
import { type PixelValues, pixelValues } from "./pixel-values.ts";

/** The parts of a Cornerstone annotation that we read and write. */
export interface Drawn {
  annotationUID: string;
  metadata: {
    toolName: string;
    FrameOfReferenceUID?: string;
    referencedImageId?: string;
    viewPlaneNormal?: number[];
    viewUp?: number[];
    cameraFocalPoint?: number[];
  };
  data: {
    label?: string;
    text?: string;
    handles: { points: number[][]; activeHandleIndex: number | null; textBox?: unknown; arrowFirst?: boolean };
    contour?: { polyline: number[][]; closed: boolean };
    cachedStats?: Record<string, unknown>;
  };
  invalidated: boolean;
  highlighted: boolean;
  isLocked: boolean;
  isVisible: boolean;
}

const MOST_POINTS = 1000;
/** mm from the plane of an image up to which a point counts as on it. */
const ON_PLANE = 0.25;

/** The image under an annotation when all its points lie on it; else it lies in the patient. */
export interface Under {
  readonly imageId: string;
  readonly frame: FrameRef;
  readonly onImage: boolean;
}

/** Corner points of an annotation in the space of its viewport; an outline by hand is thinned to what is kept. */
export function pointsOf({ data }: Drawn): number[][] {
  const all = data.contour?.polyline ?? data.handles.points;
  if (all.length <= MOST_POINTS) return all;
  return Array.from({ length: MOST_POINTS }, (_, k) => all[Math.floor((k * all.length) / MOST_POINTS)]!);
}

/** The image of an annotation; `near`: an image of the series that its viewport shows, where it names none itself. */
export function imageUnder(drawn: Drawn, near: string | undefined): Under | undefined {
  const imageId = drawn.metadata.referencedImageId ?? near;
  const frame = imageId === undefined ? undefined : frameOf(imageId);
  if (!imageId || !frame) return undefined;
  const { plane } = frame;
  const away = (point: number[]) => Math.abs(dot(sub(point as unknown as Vec3, plane!.origin), plane!.normal));
  return { imageId, frame, onImage: !plane || pointsOf(drawn).every((point) => away(point) <= ON_PLANE) };
}

/** Pixels of an image (0.5, 0.5 is the middle of the first) of a point in the space of its viewport. */
export function toCorner(imageId: string, point: readonly number[]): readonly [number, number] {
  return worldToCorner(frameOf(imageId)?.plane ?? null, point);
}

/** What an annotation measures now, on the image as it is shown. */
export function measuredNow(kind: DrawnKind, drawn: Drawn, under: Under, shown: string | undefined): Measured {
  const { imageId, frame, onImage } = under;
  const points = pointsOf(drawn);
  if (!onImage) return inPatient(kind, points, drawn, imageId);
  const calibration = calibrationOf(frame.instance, frame.frame);
  const pixels = (shown && pixelValues(shown)) || pixelValues(imageId) || pixelValues(withScheme("wadors", imageId));
  const spectrum = (point: readonly [number, number]) => readout(calibration, point);
  return measured(
    kind,
    points.map((point) => toCorner(imageId, point)),
    calibration,
    pixels,
    spectrum,
  );
}

/** What an ultrasound spectrum or M-mode says under a point: a velocity, where its axis has a zero. */
function readout({ state, regions }: Calibration, point: readonly [number, number]): KeptValue | undefined {
  const [x, y] = cornerToPixel(point);
  const region = state === "region" ? regionAt(regions, x, y) : null;
  if (region?.y.unit !== "cm/s") return undefined;
  const value = valueOn(region.y, y);
  if (value === null) return undefined;
  const angle = region.angle === null ? "angle correction not stated" : `angle correction ${region.angle}°`;
  return { code: "velocity", label: `Velocity, ${angle}`, value, unit: "cm/s" };
}

/** A shape on a section through a volume: measured in mm on a grid of its own plane. */
function inPatient(kind: DrawnKind, points: number[][], drawn: Drawn, imageId: string): Measured {
  const normal = unit((drawn.metadata.viewPlaneNormal ?? [0, 0, 1]) as unknown as Vec3);
  const helper: Vec3 = Math.abs(normal[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const u = unit(cross(normal, helper));
  const v = cross(normal, u);
  const origin = (points[0] ?? [0, 0, 0]) as unknown as Vec3;
  const volume = cache.getVolumes().find((one) => one.imageIds?.includes(withScheme("wadors", imageId)));
  const step = Math.max(0.2, Math.min(...(volume?.spacing ?? [0.5])));
  const flat = points.map((point) => {
    const d = sub(point as unknown as Vec3, origin);
    return [dot(d, u) / step, dot(d, v) / step] as const;
  });
  const [left, top] = [0, 1].map((axis) => Math.floor(Math.min(...flat.map((p) => p[axis]!))) - 1) as [number, number];
  const [right, bottom] = [0, 1].map((axis) => Math.ceil(Math.max(...flat.map((p) => p[axis]!))) + 1) as [
    number,
    number,
  ];
  const [columns, rows] = [Math.min(2000, right - left), Math.min(2000, bottom - top)];
  const at = (x: number, y: number): Vec3 => {
    const [a, b] = [(x + left) * step, (y + top) * step];
    return [0, 1, 2].map((k) => origin[k]! + a * u[k]! + b * v[k]!) as unknown as Vec3;
  };
  const pixels = volume ? sampled(volume, imageId, columns, rows, at) : undefined;
  const calibration: Calibration = {
    ...{ state: "patient", rowSpacing: step, columnSpacing: step, unit: "mm", words: "mm, on a section of the volume" },
    ...{ error: null, errorBasis: "", regions: [] },
  };
  return measured(
    kind,
    flat.map(([x, y]) => [x - left, y - top] as const),
    calibration,
    pixels,
  );
}

/** Nearest voxels on a plane of the volume. */
function sampled(
  volume: Types.IImageVolume,
  imageId: string,
  columns: number,
  rows: number,
  at: (x: number, y: number) => Vec3,
): PixelValues | undefined {
  const of = pixelValues(withScheme("wadors", imageId));
  const { imageData, voxelManager, dimensions } = volume;
  if (!imageData || !voxelManager) return undefined;
  const values = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [i, j, k] = imageData.worldToIndex(at(x + 0.5, y + 0.5) as never).map(Math.round) as [
        number,
        number,
        number,
      ];
      const inside = i >= 0 && j >= 0 && k >= 0 && i < dimensions[0] && j < dimensions[1] && k < dimensions[2];
      values[y * columns + x] = inside ? Number(voxelManager.getAtIJK(i, j, k)) : Number.NaN;
    }
  }
  return { values, rows, columns, made: (value) => value, unit: of?.unit ?? "", name: of?.name ?? "value" };
}

function unit(v: Vec3): Vec3 {
  const n = length(v) || 1;
  return [v[0] / n, v[1] / n, v[2] / n];
}

/** The annotation as what is kept; undefined while it is not whole, or lies on nothing that we know. */
export function draftOf(drawn: Drawn, near: string | undefined, shown: string | undefined): KeptDraft | undefined {
  const kind = kindOfTool(drawn.metadata.toolName);
  const under = imageUnder(drawn, near);
  const points = pointsOf(drawn);
  if (!kind || !under || !isWhole(kind, points)) return undefined;
  const { frame, onImage, imageId } = under;
  const inSpace = onImage ? undefined : spaceShape(kind, points, drawn);
  const shape: KeptShape = inSpace?.shape ?? {
    space: "image",
    points: points.map((point) => toCorner(imageId, point).map((value) => Math.round(value * 1000) / 1000)),
  };
  const place: KeptPlace = {
    studyUid: text(frame.instance, "0020000D") ?? "",
    seriesUid: text(frame.instance, "0020000E") ?? "",
    ...(onImage ? { sopUid: frame.sopUid } : { frameOfReference: frame.plane?.frameOfReference ?? "" }),
    ...(onImage && (number(frame.instance, TAG.NumberOfFrames) ?? 1) > 1 ? { frame: frame.frame + 1 } : {}),
  };
  const { values, calibration, method } = measuredNow(kind, drawn, under, shown);
  const label = drawn.data.text ?? drawn.data.label ?? "";
  const id = drawn.annotationUID.toLowerCase();
  return { id, kind: inSpace?.kind ?? kind, label, place, shape, values, method, calibration };
}

/** In the patient a circle has no plane of its own: it is kept as the ellipse that it is there. */
function spaceShape(kind: DrawnKind, points: number[][], drawn: Drawn): { kind: DrawnKind; shape: KeptShape } {
  const space = "patient" as const;
  if (kind !== "circle") return { kind, shape: { space, points } };
  const [centre, edge] = points as [number[], number[]];
  const arm = sub(edge as unknown as Vec3, centre as unknown as Vec3);
  const other = cross(unit((drawn.metadata.viewPlaneNormal ?? [0, 0, 1]) as unknown as Vec3), arm);
  const at = (by: Vec3, sign: number) => centre.map((value, k) => value + sign * by[k]!);
  return { kind: "ellipse", shape: { space, points: [at(arm, -1), at(arm, 1), at(other, -1), at(other, 1)] } };
}

/** Points of what is kept, in the space of the viewport; undefined when its image is not among `imageIds`. */
export function placedPoints(
  { shape, place }: KeptDraft,
  imageIds: readonly string[],
): { readonly points: number[][]; readonly imageId: string | undefined } | undefined {
  if (shape.space === "patient") return { points: shape.points.map((point) => [...point]), imageId: undefined };
  const imageId = imageIds.find((id) => {
    const frame = frameOf(id);
    return frame !== undefined && frame.sopUid === place.sopUid && frame.frame === (place.frame ?? 1) - 1;
  });
  if (!imageId) return undefined;
  const plane = frameOf(imageId)?.plane ?? null;
  const points = shape.points.map(([x = 0, y = 0]) => [...cornerToWorld(plane, [x, y])]);
  return { points, imageId };
}

/** A new annotation for what is kept; undefined for kinds that no tool draws. */
export function drawnOf(draft: KeptDraft, placed: NonNullable<ReturnType<typeof placedPoints>>): Drawn | undefined {
  const tool = (DRAWING_TOOLS as Readonly<Record<string, string>>)[draft.kind];
  const kind = tool ? kindOfTool(tool) : undefined;
  if (!tool || !kind || !isWhole(kind, draft.shape.points)) return undefined;
  const { points, imageId } = placed;
  const plane = imageId ? frameOf(imageId)?.plane : undefined;
  const isOutline = draft.kind === "freehand";
  const normal = plane ? [...plane.normal] : imageId ? undefined : planeNormal(points);
  return {
    annotationUID: draft.id,
    metadata: {
      toolName: tool,
      FrameOfReferenceUID: plane?.frameOfReference ?? draft.place.frameOfReference ?? "",
      ...(imageId ? { referencedImageId: imageId } : {}),
      ...(normal ? { viewPlaneNormal: normal } : {}),
      ...(points[0] ? { cameraFocalPoint: [...points[0]] } : {}),
    },
    data: {
      label: draft.label,
      ...(draft.kind === "arrow" ? { text: draft.label } : {}),
      handles: { points: isOutline ? [] : points, activeHandleIndex: null, textBox: textBox(), arrowFirst: true },
      ...(isOutline ? { contour: { polyline: points, closed: true } } : {}),
      cachedStats: {},
    },
    ...{ invalidated: true, highlighted: false, isLocked: false, isVisible: true },
  };
}

function planeNormal(points: number[][]): number[] | undefined {
  const [a, b, c] = points as unknown as [Vec3, Vec3, Vec3 | undefined];
  return c ? [...unit(cross(sub(b, a), sub(c, a)))] : undefined;
}

function textBox() {
  const zero = () => [0, 0, 0];
  const worldBoundingBox = { topLeft: zero(), topRight: zero(), bottomLeft: zero(), bottomRight: zero() };
  return { hasMoved: false, worldPosition: zero(), worldBoundingBox };
}
