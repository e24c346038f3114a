import type { PixelIntensityRelationship } from "../../core/cine.ts";
import type { Seconds } from "../../core/units.ts";

/** A subtracted run, ready to be measured: ln(mask) - ln(live) of every frame, contrast positive, row-major. */
export interface DensityRun {
  readonly densities: readonly Float32Array[];
  readonly rows: number;
  readonly columns: number;
  /** s from the first frame, ascending, any intervals. */
  readonly times: readonly Seconds[];
  /** Frames before contrast that make the mask: what is left of them is noise. */
  readonly calm: readonly number[];
  /** DISP: densities are no amounts of contrast; times may be read, areas and ratios may not. Left out: LIN. */
  readonly relationship?: PixelIntensityRelationship;
}

const BLOCK = 16;

/**
 * Standard deviation of the noise of one frame of a run at every pixel, ln units: the root mean square of 16 x 16 blocks
 * (median of 3 x 3 blocks, linear between their middles), so that thick bone, where few photons arrive, counts as noisier.
 * From two calm frames on it comes from what is left of them, raised by what the mask itself adds; with one, from the
 * pixel-to-pixel differences of the last frame (edges hardly weigh). Noise that is correlated between pixels is then
 * underestimated. A run without frames gives an empty array.
 */
export function densityNoise(run: DensityRun): Float32Array {
  const { rows, columns, densities } = run;
  const calm = run.calm.filter((t) => densities[t]);
  const [down, across] = [Math.max(1, Math.floor(rows / BLOCK)), Math.max(1, Math.floor(columns / BLOCK))];
  const blocks = new Float32Array(down * across);
  for (let r = 0; r < down; r++)
    for (let c = 0; c < across; c++) {
      const box = { top: r * BLOCK, left: c * BLOCK, bottom: edge(r, down, rows), right: edge(c, across, columns) };
      blocks[r * across + c] = calm.length > 1 ? fromCalm(run, calm, box) : fromBends(densities.at(-1), columns, box);
    }
  return spread(calmed(blocks, down, across), down, across, rows, columns);
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function edge(index: number, count: number, size: number): number {
  return index === count - 1 ? size : (index + 1) * BLOCK;
}

/** Spread of the calm frames about their own mean, for a frame that is not one of them: (1 + 1/m) of one frame's variance. */
function fromCalm({ densities, columns }: DensityRun, calm: readonly number[], box: Box): number {
  const m = calm.length;
  let [sum, count] = [0, 0];
  for (let r = box.top; r < box.bottom; r++)
    for (let p = r * columns + box.left; p < r * columns + box.right; p++) {
      let mean = 0;
      for (const t of calm) mean += densities[t][p];
      mean /= m;
      for (const t of calm) sum += (densities[t][p] - mean) ** 2;
      count++;
    }
  return Math.sqrt((sum / (count * (m - 1))) * (1 + 1 / m));
}

/** From mixed second differences in space (6 standard deviations of white noise), by their median. */
function fromBends(frame: Float32Array | undefined, columns: number, box: Box): number {
  if (!frame) return 0;
  const bends: number[] = [];
  const row = (p: number): number => frame[p - 1] - 2 * frame[p] + frame[p + 1];
  for (let r = box.top + 1; r < box.bottom - 1; r++)
    for (let c = box.left + 1; c < box.right - 1; c++) {
      const p = r * columns + c;
      bends.push(Math.abs(row(p - columns) - 2 * row(p) + row(p + columns)));
    }
  bends.sort((a, b) => a - b);
  return (1.4826 * (bends[bends.length >> 1] ?? 0)) / 6;
}

/** Median of each block and its neighbours: one block on an edge that moved does not count as noise alone. */
function calmed(blocks: Float32Array, down: number, across: number): Float32Array {
  return blocks.map((_, b) => {
    const [r, c] = [Math.floor(b / across), b % across];
    const near: number[] = [];
    for (let y = Math.max(0, r - 1); y <= Math.min(down - 1, r + 1); y++)
      for (let x = Math.max(0, c - 1); x <= Math.min(across - 1, c + 1); x++) near.push(blocks[y * across + x]);
    near.sort((a, z) => a - z);
    return near[near.length >> 1];
  });
}

function spread(blocks: Float32Array, down: number, across: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns);
  const at = (index: number, count: number): [number, number, number] => {
    const place = Math.max(0, Math.min(count - 1, (index + 0.5) / BLOCK - 0.5));
    const low = Math.min(Math.floor(place), Math.max(0, count - 2));
    return [low, Math.min(count - 1, low + 1), place - low];
  };
  const columnsAt = Array.from({ length: columns }, (_, c) => at(c, across));
  for (let r = 0; r < rows; r++) {
    const [top, low, v] = at(r, down);
    for (let c = 0; c < columns; c++) {
      const [left, right, u] = columnsAt[c];
      const upper = blocks[top * across + left] * (1 - u) + blocks[top * across + right] * u;
      const lower = blocks[low * across + left] * (1 - u) + blocks[low * across + right] * u;
      out[r * columns + c] = upper + v * (lower - upper);
    }
  }
  return out;
}
