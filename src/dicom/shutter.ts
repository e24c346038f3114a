import { type DataSet, has, number, numbers, texts } from "./data-set.ts";
import { functionalGroup } from "./functional-groups.ts";
import { labColour } from "./objects/segments.ts";

/** What is outside of the opening of a display shutter is hidden. Pixels count from 0; edges are inside the opening. */
export type Shutter =
  | {
      readonly shape: "rectangle";
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
  | { readonly shape: "circle"; readonly x: number; readonly y: number; readonly radius: number }
  | { readonly shape: "polygon"; readonly points: readonly (readonly [number, number])[] };

/** The display shutters of an image (all of them hide), and the colour that they are painted in. */
export interface Shutters {
  readonly openings: readonly Shutter[];
  /** RGB, 0..255. */
  readonly colour: readonly [number, number, number];
}

const MOST_POINTS = 20_000;

/**
 * The display shutters of frame `frame` (0-based) of an image or of a presentation state: rectangular, circular, polygonal, of which several
 * may hold at once. Shapes without their edges are left out. Black, when no colour is stated. Rows and columns count from 1 in the
 * file, from 0 here. A bitmap shutter is an overlay and is not among them.
 * Source: PS3.3 C.7.6.11, C.7.6.15, C.8.19.1.2 (frame display shutter).
 */
export function shuttersOf(ds: DataSet, frame = 0): Shutters {
  const from = functionalGroup(ds, frame, "FrameDisplayShutterSequence") ?? ds;
  const shapes = new Set(texts(from, "ShutterShape").map((shape) => shape.trim()));
  const openings: Shutter[] = [];
  const n = (keyword: string): number | undefined => number(from, keyword);
  if (shapes.has("RECTANGULAR")) {
    const [left, right] = [n("ShutterLeftVerticalEdge"), n("ShutterRightVerticalEdge")];
    const [top, bottom] = [n("ShutterUpperHorizontalEdge"), n("ShutterLowerHorizontalEdge")];
    if (left !== undefined && right !== undefined && top !== undefined && bottom !== undefined) {
      if (right > left && bottom > top)
        openings.push({ shape: "rectangle", left: left - 1, top: top - 1, right: right - 1, bottom: bottom - 1 });
    }
  }
  if (shapes.has("CIRCULAR")) {
    const [row, column] = numbers(from, "CenterOfCircularShutter");
    const radius = n("RadiusOfCircularShutter");
    if (row !== undefined && column !== undefined && radius !== undefined && radius > 0)
      openings.push({ shape: "circle", x: column - 1, y: row - 1, radius });
  }
  if (shapes.has("POLYGONAL")) {
    const values = numbers(from, "VerticesOfThePolygonalShutter");
    const count = Math.min(MOST_POINTS, Math.floor(values.length / 2));
    // Row, then column of each corner.
    const points = Array.from({ length: count }, (_, k) => [values[2 * k + 1]! - 1, values[2 * k]! - 1] as const);
    if (points.length >= 3 && points.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y)))
      openings.push({ shape: "polygon", points });
  }
  return { openings, colour: colourOf(from) };
}

function colourOf(ds: DataSet): readonly [number, number, number] {
  const lab = has(ds, "ShutterPresentationColorCIELabValue")
    ? labColour(numbers(ds, "ShutterPresentationColorCIELabValue"))
    : null;
  if (lab) return [lab[0]!, lab[1]!, lab[2]!];
  // A P-value: 0 is black, 65535 is white.
  const grey = Math.round(((number(ds, "ShutterPresentationValue") ?? 0) / 65535) * 255);
  const level = Math.min(255, Math.max(0, grey));
  return [level, level, level];
}

/** Whether the centre of a pixel (0-based) is within all openings. */
export function isOpen({ openings }: Shutters, x: number, y: number): boolean {
  return openings.every((one) => {
    if (one.shape === "rectangle") return x >= one.left && x <= one.right && y >= one.top && y <= one.bottom;
    if (one.shape === "circle") return Math.hypot(x - one.x, y - one.y) <= one.radius;
    return isWithin(one.points, x, y);
  });
}

/** Even-odd rule. */
function isWithin(points: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (let k = 0, last = points.length - 1; k < points.length; last = k++) {
    const [ax, ay] = points[k]!;
    const [bx, by] = points[last]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
