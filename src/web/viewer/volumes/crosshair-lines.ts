import { cross, dot, length, sub, type Vec3 } from "../../../core/geometry.ts";
import { type Crosshair, type Plane, viewOf } from "./crosshair-store.ts";

export type Spot = readonly [number, number];

/** How another plane of the crosshair cuts the picture: a line through `centre`, `way` is its direction on the screen. */
export interface CutLine {
  readonly plane: Plane;
  readonly centre: Spot;
  /** Unit length, CSS pixels. */
  readonly way: Spot;
  /** Direction of the plane's normal on the screen, unit length. */
  readonly across: Spot;
}

/** What is needed of a pane to draw on it. */
export interface Screen {
  readonly normal: Vec3;
  /** CSS pixels of a patient position, seen along the normal. */
  readonly toCanvas: (point: Vec3) => Spot | undefined;
  readonly pixelsPerMm: number;
}

const ALL: readonly Plane[] = ["axial", "coronal", "sagittal"];

/** The lines in which the planes of a crosshair cut a picture; planes (nearly) parallel to it give none. */
export function cutLines(crosshair: Crosshair, screen: Screen): readonly CutLine[] {
  const { point } = crosshair;
  const centre = point && screen.toCanvas(point);
  if (!point || !centre) return [];
  const out: CutLine[] = [];
  for (const plane of ALL) {
    const { normal } = viewOf(plane, crosshair.axes);
    const along = cross(normal, screen.normal);
    if (length(along) < 0.2) continue;
    const flat = sub(normal, scaled(screen.normal, dot(normal, screen.normal)));
    const way = onScreen(screen, point, along, centre);
    const across = onScreen(screen, point, flat, centre);
    if (way && across) out.push({ plane, centre, way, across });
  }
  return out;
}

function onScreen(screen: Screen, point: Vec3, direction: Vec3, centre: Spot): Spot | undefined {
  const end = screen.toCanvas([
    point[0] + 20 * direction[0],
    point[1] + 20 * direction[1],
    point[2] + 20 * direction[2],
  ]);
  if (!end) return undefined;
  const [x, y] = [end[0] - centre[0], end[1] - centre[1]];
  const size = Math.hypot(x, y);
  return size < 1e-6 ? undefined : [x / size, y / size];
}

function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}

/** The part of a rectangle (0,0)-(width,height) where `low <= k0 + gx x + gy y <= high`: corners of a polygon, or none. */
export function bandIn(
  width: number,
  height: number,
  k0: number,
  gx: number,
  gy: number,
  low: number,
  high: number,
): readonly Spot[] {
  const value = ([x, y]: Spot) => k0 + gx * x + gy * y;
  let shape: readonly Spot[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  for (const [limit, sign] of [
    [low, 1],
    [high, -1],
  ] as const) {
    const next: Spot[] = [];
    shape.forEach((from, n) => {
      const to = shape[(n + 1) % shape.length]!;
      const [a, b] = [sign * (value(from) - limit), sign * (value(to) - limit)];
      if (a >= 0) next.push(from);
      if (a >= 0 !== b >= 0) {
        const f = a / (a - b);
        next.push([from[0] + f * (to[0] - from[0]), from[1] + f * (to[1] - from[1])]);
      }
    });
    shape = next;
  }
  return shape;
}
