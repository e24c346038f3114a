import type { KeptKind, KeptShape } from "../../../cases/kept.ts";
import type { Outline } from "../../../imaging/region/region-statistics.ts";

/** Names of Cornerstone's tools by what they draw. */
export const DRAWING_TOOLS = {
  length: "Length",
  angle: "Angle",
  cobb: "CobbAngle",
  bidirectional: "Bidirectional",
  ellipse: "EllipticalROI",
  circle: "CircleROI",
  rectangle: "RectangleROI",
  freehand: "PlanarFreehandROI",
  probe: "Probe",
  arrow: "ArrowAnnotate",
} as const satisfies Partial<Record<KeptKind, string>>;

/** What can be drawn on a pane. */
export type DrawnKind = keyof typeof DRAWING_TOOLS;

/** What a tool draws; undefined for a tool of another kind. */
export function kindOfTool(tool: string): DrawnKind | undefined {
  return (Object.keys(DRAWING_TOOLS) as DrawnKind[]).find((kind) => DRAWING_TOOLS[kind] === tool);
}

const POINTS: Readonly<Record<DrawnKind, readonly [number, number]>> = {
  length: [2, 2],
  angle: [3, 3],
  cobb: [4, 4],
  bidirectional: [4, 4],
  ellipse: [4, 4],
  circle: [2, 2],
  rectangle: [4, 4],
  freehand: [3, 5000],
  probe: [1, 1],
  arrow: [2, 2],
};

/** Whether a shape has as many points as its kind needs: one that is still being drawn has fewer. */
export function isWhole(kind: DrawnKind, points: KeptShape["points"]): boolean {
  const [least, most] = POINTS[kind];
  return points.length >= least && points.length <= most && points.every((point) => point.every(Number.isFinite));
}

/** Kinds whose numbers are statistics of what they enclose. */
export function isRegion(kind: KeptKind): kind is "ellipse" | "circle" | "rectangle" | "freehand" {
  return kind === "ellipse" || kind === "circle" || kind === "rectangle" || kind === "freehand";
}

type Point = readonly [number, number];

/**
 * The outline of a region in pixels. Ellipse: ends of one axis, then of the other; circle: centre and a point on it (of
 * `columnSize` x `rowSize` mm pixels); rectangle: the corners row by row.
 */
export function outlineOf(kind: KeptKind, points: readonly Point[], columnSize = 1, rowSize = 1): Outline | undefined {
  const [a, b, c, d] = points;
  if (!a || !b) return undefined;
  if (kind === "circle") {
    const radius = Math.hypot((b[0] - a[0]) * columnSize, (b[1] - a[1]) * rowSize);
    return { kind: "ellipse", centre: a, a: [radius / columnSize, 0], b: [0, radius / rowSize] };
  }
  if (!c) return undefined;
  if (kind === "ellipse" && d) {
    const half = (p: Point, q: Point): Point => [(q[0] - p[0]) / 2, (q[1] - p[1]) / 2];
    return { kind: "ellipse", centre: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], a: half(a, b), b: half(c, d) };
  }
  if (kind === "rectangle" && d) return { kind: "polygon", points: [a, b, d, c] };
  return { kind: "polygon", points };
}
