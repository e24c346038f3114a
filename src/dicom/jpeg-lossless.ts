import type { JpegFrame, JpegScan } from "./codec-jpeg.ts";
import { BitReader } from "./jpeg-huffman.ts";

/**
 * Decode one scan of a lossless JPEG frame (SOF3) into `out`, interleaved by pixel. Any predictor 1..7, point
 * transform, restart intervals, 2 to 16 bits; components are not subsampled. Returns the reader where it stopped.
 * Source: ITU-T T.81 annex H.
 */
export function decodeLosslessScan(
  data: Uint8Array,
  at: number,
  frame: JpegFrame,
  scan: JpegScan,
  out: Uint16Array,
): BitReader {
  const { width, height, precision } = frame;
  const n = frame.components.length;
  const bits = new BitReader(data, at);
  const { selection: predictor, low: shift, restartInterval } = scan;
  const start = 1 << Math.max(0, precision - shift - 1);
  const limit = 8 * 1024 + width * 16;
  const row = width * n;
  let left = restartInterval > 0 ? restartInterval : Number.POSITIVE_INFINITY;
  /** The row that begins a restart interval predicts as the first row does. */
  let firstRow = 0;
  let fresh = true;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (left === 0) {
        bits.restart();
        left = restartInterval;
        firstRow = y;
        fresh = true;
      }
      left--;
      for (const c of scan.components) {
        const i = y * row + x * n + c.index;
        const category = bits.symbol(c.dc!);
        const difference = bits.signed(category);
        let p: number;
        if (fresh) p = start;
        else if (y === firstRow) p = out[i - n]!;
        else if (x === 0) p = out[i - row]!;
        else p = predicted(predictor, out[i - n]!, out[i - row]!, out[i - row - n]!);
        out[i] = p + difference;
      }
      fresh = false;
    }
    if (bits.overrun > limit) throw new Error(`the entropy-coded data ends in row ${y + 1} of ${height}`);
  }
  if (shift > 0)
    for (const c of scan.components) for (let i = c.index; i < out.length; i += n) out[i] = out[i]! << shift;
  return bits;
}

function predicted(selection: number, a: number, b: number, c: number): number {
  if (selection === 1) return a;
  if (selection === 2) return b;
  if (selection === 3) return c;
  if (selection === 4) return a + b - c;
  if (selection === 5) return a + ((b - c) >> 1);
  if (selection === 6) return b + ((a - c) >> 1);
  return (a + b) >> 1;
}
