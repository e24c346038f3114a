import { dot, sub, type Vec3 } from "../../../core/index.ts";
import { type PlaneGeometry, pixelToPatient } from "./geometry.ts";

/** A continuous place on an image: column, row. */
type At = readonly [number, number];

/*
 * Two counts meet in a viewer, and become each other only here. A PIXEL counts from the middle of the first pixel: planes
 * (PS3.3 C.7.6.2.1.1), ultrasound regions and kernels do. A CORNER place counts from the outer corner of the first
 * pixel, whose middle is 0.5, 0.5: coordinates that are kept or drawn do (PS3.3 C.18.6.1.1), and what is told by rounding down.
 */

/** The pixel under a point of a viewport's space: LPS mm on a slice, pixels where an image has no place in the patient. */
export function worldToPixel(plane: PlaneGeometry | null, world: Vec3 | readonly number[]): At {
  if (!plane) return [world[0]!, world[1]!];
  const away = sub(world as Vec3, plane.origin);
  return [dot(away, plane.row) / plane.columnSpacing, dot(away, plane.column) / plane.rowSpacing];
}

/** The point of a viewport's space at a pixel. */
export function pixelToWorld(plane: PlaneGeometry | null, [x, y]: At): Vec3 {
  return plane ? pixelToPatient(plane, x, y) : [x, y, 0];
}

/** From the outer corner of the first pixel. */
export function worldToCorner(plane: PlaneGeometry | null, world: Vec3 | readonly number[]): At {
  return pixelToCorner(worldToPixel(plane, world));
}

export function cornerToWorld(plane: PlaneGeometry | null, corner: At): Vec3 {
  return pixelToWorld(plane, cornerToPixel(corner));
}

export function pixelToCorner([x, y]: At): At {
  return [x + 0.5, y + 0.5];
}

export function cornerToPixel([x, y]: At): At {
  return [x - 0.5, y - 0.5];
}
