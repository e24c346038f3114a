import { SUMS } from "./motion-kernel.ts";
import type { WarpField } from "./warp.ts";

/** What a step knows of a picture besides its sums. */
export interface StepContext {
  readonly rows: number;
  readonly columns: number;
  /** Spread of moved - live where nothing but noise is left, ln units. */
  readonly scale: number;
  /** Standard deviation of the noise in the gradient of the mask, ln units a pixel: it is taken off the structure. */
  readonly gradientNoise: number;
  /** How much the way may differ between neighbouring points, pixels of this picture. */
  readonly looseness: number;
}

/** Share of a block each of the four blocks around a point gives to it; what a block gives to all points sums to 1. */
const SHARE = [0.25, 0.75, 0.75, 0.25];
const SWEEPS = 24;
/** Sweeps end when no point moves more than this, pixels. */
const STILL = 0.01;

/**
 * One robust least-squares step of every point of a field, in place: each point moves as its surroundings (two spacings
 * wide) ask, held by its neighbours. Returns how many points were left to their neighbours because what does not fit
 * there is one-signed, live darker than the mask: contrast, not motion. Blocks have half a spacing.
 */
export function warpStep(field: WarpField, sums: Float32Array, context: StepContext): number {
  const { across, down, spacing } = field;
  const n = across * down;
  const block = spacing / 2;
  const blocksAcross = Math.floor(context.columns / block);
  const blocksDown = Math.floor(context.rows / block);
  const [xx, xy, yy, bx, by] = Array.from({ length: 5 }, () => new Float64Array(n));
  const means = new Float64Array(3 * n);
  const s = new Float64Array(SUMS);
  const inverse = 1 / context.scale ** 2;
  let contrast = 0;
  for (let j = 0; j < down; j++)
    for (let i = 0; i < across; i++) {
      s.fill(0);
      for (let m = 0; m < 4; m++) {
        const row = 2 * (j - 1) - 2 + m;
        if (row < 0 || row >= blocksDown) continue;
        for (let k = 0; k < 4; k++) {
          const column = 2 * (i - 1) - 2 + k;
          if (column < 0 || column >= blocksAcross) continue;
          const share = SHARE[m] * SHARE[k];
          const at = (row * blocksAcross + column) * SUMS;
          for (let q = 0; q < SUMS; q++) s[q] += share * sums[at + q];
        }
      }
      const p = j * across + i;
      const w = s[0];
      if (w < 8) continue;
      // the offset is taken out: what is left is how the way alone explains the difference
      means[3 * p] = s[3] / w;
      means[3 * p + 1] = s[1] / w;
      means[3 * p + 2] = s[2] / w;
      const fell = s[9] + s[10];
      const oneSigned = fell > 0.12 * s[11] && s[9] > 4 * s[10];
      if (oneSigned) contrast++;
      const trust = inverse * (oneSigned ? 0.05 : 1);
      const noise = w * context.gradientNoise ** 2;
      xx[p] = trust * Math.max(0, s[4] - (s[1] * s[1]) / w - noise);
      yy[p] = trust * Math.max(0, s[6] - (s[2] * s[2]) / w - noise);
      const bound = 0.98 * Math.sqrt(xx[p] * yy[p]);
      xy[p] = Math.max(-bound, Math.min(bound, trust * (s[5] - (s[1] * s[2]) / w)));
      bx[p] = trust * (s[7] - (s[1] * s[3]) / w);
      by[p] = trust * (s[8] - (s[2] * s[3]) / w);
      if (xx[p] === 0) bx[p] = 0;
      if (yy[p] === 0) by[p] = 0;
    }
  relax(field, { xx, xy, yy, bx, by }, 1 / context.looseness ** 2, means);
  return contrast;
}

interface Normal {
  readonly xx: Float64Array;
  readonly xy: Float64Array;
  readonly yy: Float64Array;
  readonly bx: Float64Array;
  readonly by: Float64Array;
}

/** Gauss-Seidel over the points: data of each against the pull of its four neighbours; then the offsets. */
function relax(field: WarpField, { xx, xy, yy, bx, by }: Normal, pull: number, means: Float64Array): void {
  const { across, down, x, y, offset } = field;
  const [oldX, oldY] = [Float32Array.from(x), Float32Array.from(y)];
  let change = 1;
  for (let sweep = 0; sweep < SWEEPS && change > STILL; sweep++) {
    change = 0;
    for (let j = 0; j < down; j++)
      for (let i = 0; i < across; i++) {
        const p = j * across + i;
        // a missing neighbour counts as one that goes along
        const [left, right] = [i > 0 ? p - 1 : p, i < across - 1 ? p + 1 : p];
        const [above, below] = [j > 0 ? p - across : p, j < down - 1 ? p + across : p];
        const a = xx[p] + 4 * pull;
        const b = xy[p];
        const c = yy[p] + 4 * pull;
        const u = bx[p] + xx[p] * oldX[p] + b * oldY[p] + pull * (x[left] + x[right] + x[above] + x[below]);
        const v = by[p] + b * oldX[p] + yy[p] * oldY[p] + pull * (y[left] + y[right] + y[above] + y[below]);
        const det = a * c - b * b;
        const [nextX, nextY] = [(c * u - b * v) / det, (a * v - b * u) / det];
        change = Math.max(change, Math.abs(nextX - x[p]), Math.abs(nextY - y[p]));
        x[p] = nextX;
        y[p] = nextY;
      }
  }
  for (let p = 0; p < x.length; p++)
    offset[p] += means[3 * p] - means[3 * p + 1] * (x[p] - oldX[p]) - means[3 * p + 2] * (y[p] - oldY[p]);
}
