import type { Vec3 } from "../../../../core/geometry.ts";
import {
  type PicturePlane,
  type SlabKind,
  type SliceVolume,
  samplePlane,
  sampleSlab,
} from "../../../../imaging/volume/sample.ts";
import { type ColourMap, colourIndex } from "../../maps/colour-map.ts";
import type { FusionMode } from "./fusion-store.ts";

/** Side of the squares of a checkerboard, in CSS pixels. */
const SQUARE = 56;

/** How a second volume is painted over a picture. */
export interface Paint {
  readonly map: ColourMap;
  readonly low: number;
  readonly high: number;
  readonly opacity: number;
  readonly mode: FusionMode;
}

/** The slab of the picture below, which the second volume takes, too. */
export interface Slab {
  readonly normal: Vec3;
  readonly mm: number;
  readonly kind: SlabKind;
}

/**
 * A second volume on the plane of a picture as colours (red, green, blue, opacity, row by row). Clear where the volume
 * does not reach; blended, also at or below the low end, so that what lies below is seen; in squares, every other square
 * is the second volume alone. `pixel` is the size of a sample in CSS pixels.
 */
export function fusedPicture(
  volume: SliceVolume,
  plane: PicturePlane,
  slab: Slab | undefined,
  { map, low, high, opacity, mode }: Paint,
  pixel: number,
): Uint8ClampedArray<ArrayBuffer> {
  const values =
    slab && slab.mm > 0
      ? sampleSlab(volume, plane, slab.normal, slab.mm, Math.max(1, Math.min(...volume.grid.spacing)), slab.kind)
      : samplePlane(volume, plane);
  const out = new Uint8ClampedArray(4 * values.length);
  const square = SQUARE / pixel;
  for (let p = 0; p < values.length; p++) {
    const value = values[p]!;
    if (Number.isNaN(value)) continue;
    if (mode === "checker") {
      const x = p % plane.width;
      const y = (p - x) / plane.width;
      if ((Math.floor(x / square) + Math.floor(y / square)) % 2 === 0) continue;
    } else if (value <= low) continue;
    const [r, g, b] = map.table[colourIndex(value, low, high)]!;
    out[4 * p] = r;
    out[4 * p + 1] = g;
    out[4 * p + 2] = b;
    out[4 * p + 3] = mode === "checker" ? 255 : Math.round(255 * opacity);
  }
  return out;
}
