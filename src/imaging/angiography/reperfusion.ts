import type { Limitation } from "../../core/limitation.ts";
import { uniform } from "../../core/random.ts";
import { type DensityRun, densityNoise } from "./density-run.ts";

/** The grades of the expanded TICI scale, from none to complete. */
export type Etici = "0" | "1" | "2a" | "2b50" | "2b67" | "2c" | "3";

/** How much of a territory opacifies in a run. */
export interface OpacifiedShare {
  /** % of the blocks of the territory; null when it cannot be computed, with the reason. */
  readonly percent: number | null;
  readonly reason?: string;
  /** What other thresholds and another draw of the blocks would give, %. */
  readonly low: number;
  readonly high: number;
  readonly blocks: number;
  /** 1 for each pixel of an opacified block inside the territory, 2 for one that is not; 0 outside. */
  readonly mask: Uint8Array;
  readonly limitations: readonly Limitation[];
}

export const REPERFUSION_VERSION = "1.0.0";
/** Side of the blocks over that of the picture, at least 8 pixels; and how many times the noise of its mean a block must reach. */
const BLOCK_SHARE = 1 / 128;
const SIGMAS = 4;
/** Share of the density of well filled tissue outside the territory that counts as filled; and what else is tried. */
const FILLED = 0.3;
const TRIED = [0.2, 0.3, 0.4] as const;
const DRAWS = 200;

/**
 * Which share of an outlined territory opacifies between two frames (arterial and capillary: `from` to `to`, both
 * included; veins are left out by that), and by the frame in which the tissue outside it is fullest: what fills later
 * came round by collaterals and is no reperfusion. `late` counts it all the same, for grading collaterals. The territory is cut into blocks of 1/128 of the picture (8 pixels at least); a block counts when
 * its mean density at the fullest frame is above 4 standard deviations of its noise and above 30 % of the reference: the
 * upper quartile of the blocks with contrast outside the territory (inside when there are fewer than 20 outside).
 * `territory`: 0/1, row-major. The range comes from thresholds of 20 and 40 % and from drawing the blocks anew 200 times.
 * Where it cannot be computed: a territory of fewer than 30 blocks, no contrast in the run, frames that are not there.
 * A share of pixels in projection: vessels in front of and behind the territory count. Source: the measure of autoTICI,
 * doi:10.1109/TMI.2021.3077113 (reperfused over target pixels of the minimum-intensity picture), by blocks here.
 */
export function opacifiedShare(
  run: DensityRun,
  territory: Uint8Array,
  from: number,
  to: number,
  options: { readonly late?: boolean } = {},
): OpacifiedShare {
  const none = (reason: string): OpacifiedShare => ({
    percent: null,
    reason,
    low: 0,
    high: 100,
    blocks: 0,
    mask: new Uint8Array(territory.length),
    limitations: [],
  });
  if (!(from >= 0 && to >= from && to < run.densities.length))
    return none(`Frames ${from + 1} to ${to + 1} are not in this run of ${run.densities.length}.`);
  const { rows, columns } = run;
  const size = Math.max(8, Math.round(Math.max(rows, columns) * BLOCK_SHARE));
  const blocks = blocksOf(run, territory, from, to, size, densityNoise(run));
  const inside = blocks.filter(({ target }) => target);
  if (inside.length < 30)
    return none(`The territory covers ${inside.length} blocks of ${size} × ${size} pixels: outline at least 30.`);
  const outside = blocks.filter(({ target }) => !target);
  const last = options.late ? to : fullest(outside, from, to);
  for (const b of blocks) b.most = Math.max(...b.curve.subarray(0, last - from + 1));
  const filled = (list: readonly Block[]): number[] =>
    list
      .filter((b) => b.most > SIGMAS * b.noise)
      .map((b) => b.most)
      .sort((a, z) => a - z);
  const around = filled(outside);
  const own = around.length < 20;
  const basis = own ? filled(inside) : around;
  if (basis.length === 0) return none("No contrast is seen between these frames.");
  const reference = basis[Math.floor(0.75 * (basis.length - 1))];
  const counts = (b: Block, share: number): boolean => b.most > Math.max(SIGMAS * b.noise, share * reference);
  const percentAt = (share: number): number => (100 * inside.filter((b) => counts(b, share)).length) / inside.length;
  const percent = percentAt(FILLED);
  const drawn = draws(inside.map((b) => counts(b, FILLED)));
  const all = TRIED.map(percentAt);
  const half = (drawn.high - drawn.low) / 2;
  const mask = new Uint8Array(territory.length);
  for (const b of inside)
    for (let r = b.top; r < Math.min(rows, b.top + size); r++)
      for (let c = b.left; c < Math.min(columns, b.left + size); c++)
        if (territory[r * columns + c]) mask[r * columns + c] = counts(b, FILLED) ? 1 : 2;
  return {
    percent,
    low: Math.max(0, Math.min(...all) - half),
    high: Math.min(100, Math.max(...all) + half),
    blocks: inside.length,
    mask,
    limitations: [
      ...(own
        ? [
            {
              code: "no-reference-outside",
              message: "Hardly anything fills outside the territory, so what counts as filled is taken from inside it.",
            },
          ]
        : []),
      ...(run.relationship === "DISP"
        ? [
            {
              code: "display-values",
              message: "Values are for display (DISP): what counts as filled went through an unknown curve.",
            },
          ]
        : []),
    ],
  };
}

interface Block {
  readonly top: number;
  readonly left: number;
  readonly target: boolean;
  /** Mean density of each frame that is looked at, and the largest of those that count; the noise of such a mean. */
  readonly curve: Float64Array;
  most: number;
  readonly noise: number;
}

/**
 * The frame in which the tissue that fills as usual is fullest: what is filled by then came the straight way, what comes
 * later came round by collaterals. That tissue: of the blocks with contrast, less than twice as
 * dense as usual, the tenth that is fullest first.
 */
function fullest(outside: readonly Block[], from: number, to: number): number {
  const seen = outside.filter((b) => b.most > SIGMAS * b.noise);
  const usual = seen.map((b) => b.most).sort((a, z) => a - z)[seen.length >> 1];
  // vessels are brighter than tissue and full before it
  const filled = seen.filter((b) => b.most < 2 * usual);
  if (filled.length < 20) return to;
  const at = filled.map((b) => b.curve.indexOf(b.most));
  const early = [...at].sort((a, z) => a - z)[Math.floor(filled.length / 10)];
  const sum = new Float64Array(to - from + 1);
  filled.forEach((b, k) => {
    if (at[k] <= early) for (let t = 0; t < sum.length; t++) sum[t] += b.curve[t];
  });
  return from + sum.indexOf(Math.max(...sum));
}

/** Noise of detectors is correlated over about so many pixels. */
const CORRELATED = 4;

function blocksOf(
  run: DensityRun,
  territory: Uint8Array,
  from: number,
  to: number,
  size: number,
  noise: Float32Array,
): Block[] {
  const { rows, columns, densities } = run;
  const found: Block[] = [];
  for (let top = 0; top + size <= rows; top += size)
    for (let left = 0; left + size <= columns; left += size) {
      let targeted = 0;
      const curve = new Float64Array(to - from + 1);
      for (let r = top; r < top + size; r++)
        for (let c = left; c < left + size; c++) targeted += territory[r * columns + c] ? 1 : 0;
      for (let t = from; t <= to; t++) {
        let sum = 0;
        for (let r = top; r < top + size; r++)
          for (let p = r * columns + left; p < r * columns + left + size; p++) sum += densities[t][p];
        curve[t - from] = sum / size ** 2;
      }
      const sigma = noise[(top + (size >> 1)) * columns + left + (size >> 1)];
      // where there is no noise at all the detector is saturated: nothing can be seen there
      if (!(sigma > 0)) continue;
      const target = 2 * targeted > size ** 2;
      const most = Math.max(...curve);
      found.push({ top, left, target, curve, most, noise: sigma / Math.sqrt(Math.max(1, size ** 2 / CORRELATED)) });
    }
  return found;
}

/** 5th and 95th of 100 shares when the blocks are drawn anew with replacement, %. */
function draws(counted: readonly boolean[]): { low: number; high: number } {
  const random = uniform(2026);
  const n = counted.length;
  const shares = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let k = 0; k < n; k++) if (counted[Math.floor(random() * n)]) sum++;
    return (100 * sum) / n;
  }).sort((a, b) => a - b);
  return { low: shares[Math.floor(0.05 * DRAWS)], high: shares[Math.floor(0.95 * DRAWS)] };
}

/**
 * The grade of the expanded TICI scale that a share stands for: 2a up to 49 %, 2b50 50 to 66, 2b67 67 to 89, 2c 90 to 99,
 * 3 all of it. 0 and 1 differ by what passes the occlusion, which a share cannot say: under 1 % gives 0.
 * Source: Liebeskind 2019, doi:10.1136/neurintsurg-2018-014127.
 */
export function eticiOfShare(percent: number): Etici {
  if (percent < 1) return "0";
  if (percent < 50) return "2a";
  if (percent < 67) return "2b50";
  if (percent < 90) return "2b67";
  return percent < 99.5 ? "2c" : "3";
}

/** What has to be said beside every share of opacification. */
export const ETICI_CAUTION =
  "Above about 70 % such shares and the grades of experts do not rise together (published as non-linear): 2b67, 2c and 3 are told apart by the eye, for slow flow and missing distal branches.";
