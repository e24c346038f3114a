import type { Cine, PixelIntensityRelationship } from "../../core/cine.ts";
import { WillisError } from "../../core/errors.ts";

type Stored = Cine["frames"][number];

/** A mask in the log domain: mean of ln(intensity) over the chosen frames, row-major. */
export interface LogMask {
  readonly values: Float32Array;
  readonly table: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** DISP values are not linear in anything: their densities may be looked at, not measured. */
  readonly measurable: boolean;
}

/** The table that belongs to a run: by its own table to linear values when it has one, else by its relationship. */
export function logTableOf(run: Pick<Cine, "relationship" | "bitsStored" | "linear">, signed: boolean): Float32Array {
  if (!run.linear) return logTable(run.relationship, run.bitsStored, signed);
  return run.linear.map((intensity) => Math.min(16, Math.log(Math.max(1, intensity))));
}

/**
 * ln(intensity) of each 16-bit stored value (index: value & 0xffff; `signed`: the upper half stands for negative ones).
 * LIN is logged, below one counts as one; LOG and DISP are taken as logarithmic already and scaled so that the full
 * range is 8 units of ln (cut at twice that). Source: PS3.3 C.8.7.1.1.2 (Pixel Intensity Relationship).
 */
export function logTable(
  relationship: PixelIntensityRelationship,
  bitsStored: number,
  signed: boolean = false,
): Float32Array {
  const table = new Float32Array(65536);
  const full = 2 ** bitsStored;
  for (let index = 0; index < 65536; index++) {
    const v = signed && index > 32767 ? index - 65536 : index;
    table[index] = relationship === "LIN" ? Math.log(Math.max(1, v)) : Math.max(-16, Math.min(16, (8 * v) / full));
  }
  return table;
}

/** ln(intensity) of one frame through a table of `logTable`, row-major. */
export function logFrame(frame: Stored, table: Float32Array): Float32Array {
  const out = new Float32Array(frame.length);
  for (let p = 0; p < out.length; p++) out[p] = table[frame[p] & 0xffff];
  return out;
}

/** The mask of a run from frame indices (0-based). Errors: `bad-request` when none is given or one is not there. */
export function logMask(run: Cine, frames: readonly number[]): LogMask {
  const wrong = frames.find((t) => run.frames[t] === undefined);
  if (frames.length === 0 || wrong !== undefined)
    throw new WillisError(
      "bad-request",
      `Mask frames ${frames.join(", ")}: choose from 0 to ${run.frames.length - 1}.`,
    );
  const table = logTableOf(run, run.frames[0] instanceof Int16Array);
  const values = new Float32Array(run.rows * run.columns);
  for (const t of frames) addLog(values, run.frames[t], table, 1 / frames.length);
  return {
    values,
    table,
    rows: run.rows,
    columns: run.columns,
    measurable: run.relationship !== "DISP" || run.linear !== undefined,
  };
}

function addLog(sum: Float32Array, frame: Stored, table: Float32Array, weight: number): void {
  for (let p = 0; p < sum.length; p++) sum[p] += weight * table[frame[p] & 0xffff];
}

/**
 * An image moved by `x` to the right and `y` down, in pixels, bilinear; the border pixel repeats beyond the edge.
 * Whole pixels move exactly.
 */
export function shiftImage(image: Float32Array, rows: number, columns: number, x: number, y: number): Float32Array {
  if (x === 0 && y === 0) return image;
  const out = new Float32Array(image.length);
  const left = Math.floor(-x);
  const up = Math.floor(-y);
  const u = -x - left;
  const v = -y - up;
  const [a, b, c, d] = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
  for (let r = 0; r < rows; r++) {
    const top = Math.max(0, Math.min(rows - 1, r + up)) * columns;
    const low = Math.max(0, Math.min(rows - 1, r + up + 1)) * columns;
    for (let i = 0; i < columns; i++) {
      const i0 = Math.max(0, Math.min(columns - 1, i + left));
      const i1 = Math.max(0, Math.min(columns - 1, i + left + 1));
      out[r * columns + i] = a * image[top + i0] + b * image[top + i1] + c * image[low + i0] + d * image[low + i1];
    }
  }
  return out;
}

/** How a frame is subtracted. */
export interface SubtractionOptions {
  /** Movement of the mask, pixels to the right and down (Mask Sub-pixel Shift (0028,6114) gives rows, then columns). */
  readonly shift?: readonly [number, number];
  /** Share of the native bone that shows under the vessels, 0 to 1. */
  readonly landmark?: number;
}

/**
 * Iodine density of one frame: ln(mask) - ln(live), proportional to concentration times depth; vessels are positive.
 * With `landmark` the mask's own anatomy (its mean taken off) is mixed in, bone positive: then it is a picture, not a
 * measurement. `live` has the size of the mask.
 */
export function subtract(mask: LogMask, live: Stored, options: SubtractionOptions = {}): Float32Array {
  const [x, y] = options.shift ?? [0, 0];
  const base = shiftImage(mask.values, mask.rows, mask.columns, x, y);
  const { table } = mask;
  const out = new Float32Array(base.length);
  for (let p = 0; p < out.length; p++) out[p] = base[p] - table[live[p] & 0xffff];
  const landmark = options.landmark ?? 0;
  if (landmark > 0) {
    const mean = meanOf(base);
    for (let p = 0; p < out.length; p++) out[p] += landmark * (mean - base[p]);
  }
  return out;
}

/**
 * The same as a picture: -1000 times the density, so that vessels are dark on zero, in whole numbers (toward zero).
 * `moved`: the values of the mask after `shiftImage`, which are worth keeping from frame to frame. Nothing can leave
 * the 16 bits: no logarithm here is beyond +-16, and `landmark` is cut to 0..1.
 */
export function subtractedPicture(mask: LogMask, moved: Float32Array, live: Stored, landmark: number): Int16Array {
  const { table } = mask;
  const out = new Int16Array(moved.length);
  const bone = Math.max(0, Math.min(1, landmark));
  if (bone === 0) for (let p = 0; p < out.length; p++) out[p] = 1000 * (table[live[p] & 0xffff] - moved[p]);
  else {
    const mean = meanOf(moved);
    for (let p = 0; p < out.length; p++)
      out[p] = 1000 * (table[live[p] & 0xffff] - moved[p] + bone * (moved[p] - mean));
  }
  return out;
}

/** Mean of every seventh value: enough to centre the bone. */
function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let p = 0; p < values.length; p += 7) sum += values[p];
  return sum / Math.ceil(values.length / 7);
}
