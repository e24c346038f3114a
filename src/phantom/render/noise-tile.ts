import { normal, uniform } from "../../core/random.ts";

/** A periodic 512 x 512 tile of image noise with mean 0 and SD 1, correlated like reconstructed CT (about 1 pixel). */
export interface NoiseTile {
  readonly values: Float32Array;
  /** Uniform source that places the tile anew for each image. */
  readonly random: () => number;
}

/** Makes the tile: white noise, binomial 3 x 3 filter (`smooth`) or none, scaled to SD 1. */
export function noiseTile(seed: number, smooth = true): NoiseTile {
  const random = uniform(seed * 37 + 17);
  const gauss = normal(random);
  const n = 512;
  const white = new Float32Array(n * n);
  for (let i = 0; i < white.length; i++) white[i] = gauss();
  if (!smooth) return { values: white, random };
  const rows = new Float32Array(n * n);
  const values = new Float32Array(n * n);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const o = y * n;
      rows[o + x] = 0.25 * white[o + ((x + 511) & 511)] + 0.5 * white[o + x] + 0.25 * white[o + ((x + 1) & 511)];
    }
  }
  let sum = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const v = 0.25 * rows[((y + 511) & 511) * n + x] + 0.5 * rows[y * n + x] + 0.25 * rows[((y + 1) & 511) * n + x];
      values[y * n + x] = v;
      sum += v * v;
    }
  }
  const scale = 1 / Math.sqrt(sum / values.length);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return { values, random };
}

/** Adds noise of the given SD to an image in place; each call puts the tile elsewhere and may turn it. */
export function addNoise(image: Float32Array, columns: number, sd: number, tile: NoiseTile): void {
  if (sd <= 0) return;
  const ox = Math.floor(tile.random() * 512);
  const oy = Math.floor(tile.random() * 512);
  const flip = tile.random() < 0.5 ? -1 : 1;
  const rows = image.length / columns;
  let at = 0;
  for (let y = 0; y < rows; y++) {
    const row = ((y * flip + oy) & 511) << 9;
    for (let x = 0; x < columns; x++) image[at++] += sd * tile.values[row | ((x + ox) & 511)];
  }
}
