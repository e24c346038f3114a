import type { PixelIntensityRelationship } from "../../core/index.ts";
import type { RawPixels } from "./subtraction-messages.ts";

/** A mask ready to subtract from: its log image, and the last shift of it that was asked for. */
export interface MaskImage {
  readonly log: Float32Array;
  readonly relationship: PixelIntensityRelationship;
  readonly table: Float32Array;
  shifted: { x: number; y: number; log: Float32Array } | undefined;
}

/** Mean log image of the mask frames (same size). LIN values are logged, LOG values are not logged twice. */
export function logMask(
  frames: readonly RawPixels[],
  relationship: PixelIntensityRelationship,
  bitsStored: number,
): MaskImage {
  const table = logTable(relationship, bitsStored);
  const log = new Float32Array(frames[0]?.length ?? 0);
  for (const frame of frames) for (let k = 0; k < log.length; k++) log[k]! += table[frame[k]! & 0xffff]!;
  for (let k = 0; k < log.length; k++) log[k]! /= frames.length;
  return { log, relationship, table, shifted: undefined };
}

function logTable(relationship: PixelIntensityRelationship, bitsStored: number): Float32Array {
  const full = 2 ** bitsStored;
  return Float32Array.from({ length: 65536 }, (_, value) =>
    relationship === "LIN" ? Math.log(Math.max(1, value)) : (8 * value) / full,
  );
}

/**
 * -1000 (ln mask - ln live) + landmark * 1000 (ln mask - its mean): vessels dark on zero, bone faded in by `landmark`.
 */
export function subtractFrame(
  mask: MaskImage,
  live: RawPixels,
  rows: number,
  columns: number,
  options: { readonly shiftX: number; readonly shiftY: number; readonly landmark: number },
): Int16Array {
  const log = shiftedLog(mask, rows, columns, options.shiftX, options.shiftY);
  const out = new Int16Array(live.length);
  const { table } = mask;
  const bone = options.landmark;
  let mean = 0;
  if (bone > 0) {
    for (let k = 0; k < log.length; k += 7) mean += log[k]!;
    mean /= Math.ceil(log.length / 7);
  }
  for (let k = 0; k < out.length; k++) {
    const m = log[k]!;
    const value = 1000 * (table[live[k]! & 0xffff]! - m + bone * (m - mean));
    out[k] = value < -32768 ? -32768 : value > 32767 ? 32767 : value;
  }
  return out;
}

/** The mask moved by x, y pixels (right, down), bilinear; beyond its edge the last pixel is repeated. */
function shiftedLog(mask: MaskImage, rows: number, columns: number, x: number, y: number): Float32Array {
  if (x === 0 && y === 0) return mask.log;
  if (mask.shifted && mask.shifted.x === x && mask.shifted.y === y) return mask.shifted.log;
  const log = new Float32Array(mask.log.length);
  const [dx, dy] = [Math.floor(-x), Math.floor(-y)];
  const [fx, fy] = [-x - dx, -y - dy];
  const clamp = (v: number, end: number) => (v < 0 ? 0 : v > end ? end : v);
  for (let r = 0; r < rows; r++) {
    const r0 = clamp(r + dy, rows - 1) * columns;
    const r1 = clamp(r + dy + 1, rows - 1) * columns;
    for (let c = 0; c < columns; c++) {
      const c0 = clamp(c + dx, columns - 1);
      const c1 = clamp(c + dx + 1, columns - 1);
      const above = mask.log[r0 + c0]! * (1 - fx) + mask.log[r0 + c1]! * fx;
      const below = mask.log[r1 + c0]! * (1 - fx) + mask.log[r1 + c1]! * fx;
      log[r * columns + c] = above * (1 - fy) + below * fy;
    }
  }
  mask.shifted = { x, y, log };
  return log;
}
