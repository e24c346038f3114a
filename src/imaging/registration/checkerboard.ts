/**
 * Two pictures of one plane as a checkerboard: squares of `side` pixels, the first picture where (column + row) of the
 * square is even. RGBA, `width` x `height` both; a pixel of `over` that is not there (alpha 0) shows `base`. Written into
 * `out`, which may be `base` itself. `shift` moves the board, so that an edge can be brought under any square.
 */
export function checkerboard(
  base: Uint8ClampedArray,
  over: Uint8ClampedArray,
  width: number,
  height: number,
  side: number,
  out: Uint8ClampedArray,
  shift: readonly [number, number] = [0, 0],
): void {
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.floor((y + shift[1]) / side);
    for (let x = 0; x < width; x++, p += 4) {
      const takes = ((Math.floor((x + shift[0]) / side) + row) & 1) === 1 && over[p + 3]! > 0;
      const from = takes ? over : base;
      out[p] = from[p]!;
      out[p + 1] = from[p + 1]!;
      out[p + 2] = from[p + 2]!;
      out[p + 3] = from[p + 3]!;
    }
  }
}
