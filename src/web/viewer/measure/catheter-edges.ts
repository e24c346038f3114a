import { fitTube } from "../../../imaging/vessel/projected-tube.ts";

/** Pixels of a frame, row-major. */
export interface Picture {
  readonly pixels: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

/** How wide something is that a line was drawn across, px, and how exactly each of its edges is known (one SD). */
export interface Width {
  readonly pixels: number;
  readonly edgeError: number;
  readonly how: "model fit" | "two points";
}

/** How exactly a hand places a point. */
const BY_HAND = 0.7;
const BESIDE = [-3, -2, -1, 0, 1, 2, 3];

/**
 * The width of a catheter under a line drawn across it: a blurred projected cylinder fitted to the mean of seven profiles
 * along the line, half its length further on either side, when the values are intensities (above 0). The length of the line itself when no cylinder fits, the fit is more than
 * 1.7 times off it, or its contrast is under 4 times what it leaves over.
 */
export function widthAcross(picture: Picture, from: readonly [number, number], to: readonly [number, number]): Width {
  const drawn = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const byHand: Width = { pixels: drawn, edgeError: BY_HAND, how: "two points" };
  if (!(drawn >= 2)) return byHand;
  const [ux, uy] = [(to[0] - from[0]) / drawn, (to[1] - from[1]) / drawn];
  const step = 0.5;
  const reach = drawn;
  const count = Math.floor((2 * reach) / step) + 1;
  const places = Float64Array.from({ length: count }, (_, k) => -reach + k * step);
  const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const values = places.map((place) => {
    let sum = 0;
    for (const beside of BESIDE) sum += valueAt(picture, mx + place * ux - beside * uy, my + place * uy + beside * ux);
    const mean = sum / BESIDE.length;
    return mean > 0 ? -Math.log(mean) : Number.NaN;
  });
  const fit = fitTube(places, values, { centre: 0, radius: drawn / 2, blur: 0.8, domain: "intensity" });
  const width = fit ? 2 * fit.radius : Number.NaN;
  const isNear = width > drawn / 1.7 && width < drawn * 1.7;
  // A catheter is dark and stands out of what the fit leaves over.
  const isSeen = fit !== undefined && fit.peak > 4 * fit.residual && fit.radiusSd < 0.15 * fit.radius;
  if (!isNear || !isSeen) return byHand;
  return { pixels: width, edgeError: Math.max(0.1, Math.SQRT2 * fit.radiusSd), how: "model fit" };
}

/** Bilinear; NaN outside. */
function valueAt({ pixels, rows, columns }: Picture, x: number, y: number): number {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  if (i < 0 || j < 0 || i + 1 >= columns || j + 1 >= rows) return Number.NaN;
  const [fx, fy] = [x - i, y - j];
  const at = j * columns + i;
  const top = pixels[at]! * (1 - fx) + pixels[at + 1]! * fx;
  const bottom = pixels[at + columns]! * (1 - fx) + pixels[at + columns + 1]! * fx;
  return top * (1 - fy) + bottom * fy;
}
