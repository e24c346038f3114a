import type { Limitation } from "../../core/limitation.ts";
/**
 * Edge enhancement of a picture (unsharp masking): out = p + amount (p - mean of its surroundings), the surroundings a
 * binomial 5 x 5. `amount` 0 leaves it as it is, 1 doubles the finest detail, and with it the noise. Values stay within
 * 16 bits. A picture for the eye, no measurement.
 */
export function edgeEnhanced(picture: Int16Array, rows: number, columns: number, amount: number): Int16Array {
  if (!(amount > 0)) return picture;
  const line = new Float32Array(picture.length);
  const at = (row: number, last: number): number => Math.max(0, Math.min(last, row));
  for (let r = 0; r < rows; r++) {
    const row = r * columns;
    for (let c = 0; c < columns; c++) {
      const [l2, l1] = [row + at(c - 2, columns - 1), row + at(c - 1, columns - 1)];
      const [r1, r2] = [row + at(c + 1, columns - 1), row + at(c + 2, columns - 1)];
      line[row + c] = (picture[l2] + picture[r2] + 4 * (picture[l1] + picture[r1]) + 6 * picture[row + c]) / 16;
    }
  }
  const out = new Int16Array(picture.length);
  for (let r = 0; r < rows; r++) {
    const [u2, u1] = [at(r - 2, rows - 1) * columns, at(r - 1, rows - 1) * columns];
    const [d1, d2] = [at(r + 1, rows - 1) * columns, at(r + 2, rows - 1) * columns];
    for (let c = 0; c < columns; c++) {
      const p = r * columns + c;
      const mean = (line[u2 + c] + line[d2 + c] + 4 * (line[u1 + c] + line[d1 + c]) + 6 * line[p]) / 16;
      out[p] = Math.max(-32768, Math.min(32767, Math.round(picture[p] + amount * (picture[p] - mean))));
    }
  }
  return out;
}

/**
 * Weights of a recursive (temporal) noise filter for this frame and those before it, this one first, sum 1: each frame
 * keeps the share `strength` (0 to 0.9) of the picture before it. What weighs under 2 % is left out, and frames before
 * the first of the run do not exist: `frame` counts from 0.
 */
export function recursiveWeights(strength: number, frame: number): readonly number[] {
  const kept = Math.max(0, Math.min(0.9, Number.isFinite(strength) ? strength : 0));
  const weights: number[] = [];
  for (let k = 0, w = 1 - kept; k <= frame && (k === 0 || w >= 0.02); k++, w *= kept) weights.push(w);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/** How much of the noise a list of weights leaves: the root of the sum of their squares. */
export function noiseLeft(weights: readonly number[]): number {
  return Math.hypot(...weights);
}

/** The weighted sum of pictures of one size. */
export function weightedPicture(pictures: readonly Int16Array[], weights: readonly number[]): Int16Array {
  if (pictures.length === 1) return pictures[0];
  const out = new Int16Array(pictures[0].length);
  for (let p = 0; p < out.length; p++) {
    let sum = 0;
    for (let k = 0; k < pictures.length; k++) sum += weights[k] * pictures[k][p];
    out[p] = Math.round(sum);
  }
  return out;
}

/**
 * A roadmap: how far contrast came at each place in any of the subtracted pictures (vessels negative, thousandths of
 * ln), as a share 0..255 of the deepest vessels; what stays under 4.5 times the spread of the picture is 0.
 */
export function roadmap(pictures: readonly Int16Array[]): Uint8Array {
  const n = pictures[0]?.length ?? 0;
  const deepest = new Int16Array(n);
  for (const picture of pictures) for (let p = 0; p < n; p++) if (picture[p] < deepest[p]) deepest[p] = picture[p];
  const sorted = deepest.filter((_, p) => p % 17 === 0).sort();
  const middle = sorted[sorted.length >> 1] ?? 0;
  const full = Math.min(-1, (sorted[Math.floor(0.01 * sorted.length)] ?? -1) - middle);
  const spread = sorted.map((value) => Math.abs(value - middle)).sort()[sorted.length >> 1] ?? 0;
  const least = Math.min(0.6 * -full, 4.5 * 1.4826 * spread);
  return Uint8Array.from(deepest, (value) => {
    const depth = middle - value;
    return depth <= least ? 0 : Math.min(255, Math.round((255 * depth) / -full));
  });
}

/** A frame of a run as it is stored, row-major. */
export interface StoredFrame {
  readonly frame: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  readonly bitsStored: number;
}

/** The share above which saturation is said. */
const SATURATED = 0.02;

/**
 * Said when more than 2 % of the middle of a picture (half its height and width, every second pixel) are at the largest
 * stored value or at 0: there the beam is not measured. Empty when it is measured. Air around the head may saturate.
 */
export function saturationOf({ frame, rows, columns, bitsStored }: StoredFrame): readonly Limitation[] {
  const full = 2 ** Math.min(16, bitsStored) - 1;
  let [high, low, n] = [0, 0, 0];
  for (let r = rows >> 2; r < rows - (rows >> 2); r += 2)
    for (let c = columns >> 2; c < columns - (columns >> 2); c += 2) {
      const value = frame[r * columns + c];
      if (value >= full) high++;
      else if (value <= 0) low++;
      n++;
    }
  const words = (share: number): string => `${Math.round(100 * share)} % of the middle of the picture`;
  const out: Limitation[] = [];
  if (high > SATURATED * n)
    out.push({ code: "saturated", message: `${words(high / n)} is saturated: there is no density there.` });
  if (low > SATURATED * n)
    out.push({ code: "no-signal", message: `${words(low / n)} has no signal: there is no density there.` });
  return out;
}
