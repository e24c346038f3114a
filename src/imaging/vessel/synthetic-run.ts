import { normal, uniform } from "../../core/random.ts";
import type { DensityImage } from "./profile.ts";

/** How a synthetic picture of a tube is made. Lengths in mm, densities in ln units. */
export interface TubePicture {
  readonly diameter: number;
  /** mm per pixel. */
  readonly spacing: number;
  /** Direction of the tube from the x axis, degrees. */
  readonly angle: number;
  /** Density at the middle of the tube. */
  readonly peak: number;
  /** SD of the blur, mm, in the intensity of the beam before the logarithm, unless `after` it. */
  readonly blur: number;
  readonly after?: boolean;
  readonly noise: number;
  /** Background density and its slope per pixel. */
  readonly background?: number;
  readonly slope?: number;
  readonly seed: number;
  readonly size?: number;
  /** Where the middle of the tube lies beside the middle of the picture, pixels. */
  readonly offset?: number;
}

/**
 * A subtracted picture of a straight tube, as a detector makes it: intensity exp(-density) averaged over each pixel
 * (16 places), blurred, then noise in the logarithm. Returns the picture and the two ends of the true middle line.
 */
export function tubePicture(picture: TubePicture): {
  readonly image: DensityImage;
  readonly path: readonly (readonly [number, number])[];
} {
  const {
    diameter,
    spacing,
    angle,
    peak,
    blur,
    noise,
    background = 0,
    slope = 0,
    seed,
    size = 96,
    offset = 0,
    after = false,
  } = picture;
  const draw = normal(uniform(seed));
  const radius = diameter / 2 / spacing;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const middle = (size - 1) / 2;
  // The tube is the same all along, so one fine profile across it serves every pixel.
  const fine = 0.05;
  const half = Math.ceil(size / fine);
  const sigma = Math.max(1e-3, blur / spacing / fine);
  const sharp = Float64Array.from({ length: 2 * half + 1 }, (_, n) => {
    const x = (n - half) * fine;
    const density = peak * Math.sqrt(Math.max(0, 1 - (x / radius) ** 2));
    return after ? density : Math.exp(-density);
  });
  const reach = Math.ceil(5 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, n) => Math.exp(-((n - reach) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((a, b) => a + b);
  const soft = sharp.map((_, n) => {
    let sum = 0;
    for (let q = -reach; q <= reach; q++) sum += kernel[q + reach] * sharp[Math.max(0, Math.min(2 * half, n + q))];
    return sum / total;
  });
  const data = new Float32Array(size * size);
  for (let j = 0, p = 0; j < size; j++)
    for (let i = 0; i < size; i++, p++) {
      let sum = 0;
      for (let a = 0; a < 4; a++)
        for (let b = 0; b < 4; b++) {
          const across = -(i + a / 4 - 0.375 - middle) * sin + (j + b / 4 - 0.375 - middle) * cos - offset;
          const place = across / fine + half;
          const n = Math.floor(place);
          sum += soft[n] + (place - n) * (soft[n + 1] - soft[n]);
        }
      const across = -(i - middle) * sin + (j - middle) * cos;
      data[p] = (after ? sum / 16 : -Math.log(sum / 16)) + background + slope * across + noise * draw();
    }
  const long = 0.3 * size;
  const end = (s: number): readonly [number, number] => [
    middle + s * long * cos - offset * sin,
    middle + s * long * sin + offset * cos,
  ];
  return { image: { data, rows: size, columns: size }, path: [end(-1), end(1)] };
}
