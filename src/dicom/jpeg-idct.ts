const work = new Int32Array(64);

/**
 * Dequantise one 8x8 block and transform it back into samples 0 .. 2^precision - 1, by the accurate integer method
 * (Loeffler, Ligtenberg and Moschytz, 13-bit constants, two passes) whose rounding the common libraries share, so
 * that pixels agree with theirs. `quantisation` and the block are in natural order; `out` gets rows at `stride`.
 */
export function inverseDct(
  coefficients: Int16Array | Int32Array,
  at: number,
  quantisation: Uint16Array,
  precision: number,
  out: Uint8Array | Uint16Array,
  to: number,
  stride: number,
): void {
  const pass = precision > 8 ? 1 : 2;
  for (let i = 0; i < 8; i++) {
    const c = at + i;
    if (
      !(coefficients[c + 8]! | coefficients[c + 16]! | coefficients[c + 24]! | coefficients[c + 32]!) &&
      !(coefficients[c + 40]! | coefficients[c + 48]! | coefficients[c + 56]!)
    ) {
      const dc = (coefficients[c]! * quantisation[i]!) << pass;
      for (let r = i; r < 64; r += 8) work[r] = dc;
      continue;
    }
    for (let r = 0; r < 64; r += 8) work[i + r] = coefficients[c + r]! * quantisation[i + r]!;
    butterfly(i, 8, 13 - pass);
  }
  const centre = 1 << (precision - 1);
  const max = (1 << precision) - 1;
  for (let r = 0; r < 8; r++) {
    butterfly(8 * r, 1, 16 + pass);
    const row = to + r * stride;
    for (let i = 0; i < 8; i++) {
      const v = work[8 * r + i]! + centre;
      out[row + i] = v < 0 ? 0 : v > max ? max : v;
    }
  }
}

/** One 8-point transform of `work` in place, from `at` in steps of `step`, rounded down by `shift` bits. */
function butterfly(at: number, step: number, shift: number): void {
  const round = 1 << (shift - 1);
  const e2 = work[at + 2 * step]!;
  const e6 = work[at + 6 * step]!;
  const half = Math.imul(e2 + e6, 4433);
  const a2 = half - Math.imul(e6, 15137);
  const a3 = half + Math.imul(e2, 6270);
  const e0 = work[at]!;
  const e4 = work[at + 4 * step]!;
  const a0 = (e0 + e4) << 13;
  const a1 = (e0 - e4) << 13;
  const b0 = a0 + a3;
  const b3 = a0 - a3;
  const b1 = a1 + a2;
  const b2 = a1 - a2;

  const o7 = work[at + 7 * step]!;
  const o5 = work[at + 5 * step]!;
  const o3 = work[at + 3 * step]!;
  const o1 = work[at + step]!;
  const common = Math.imul(o7 + o3 + o5 + o1, 9633);
  const z1 = Math.imul(o7 + o1, -7373);
  const z2 = Math.imul(o5 + o3, -20995);
  const z3 = Math.imul(o7 + o3, -16069) + common;
  const z4 = Math.imul(o5 + o1, -3196) + common;
  const t0 = Math.imul(o7, 2446) + z1 + z3;
  const t1 = Math.imul(o5, 16819) + z2 + z4;
  const t2 = Math.imul(o3, 25172) + z2 + z3;
  const t3 = Math.imul(o1, 12299) + z1 + z4;

  work[at] = (b0 + t3 + round) >> shift;
  work[at + 7 * step] = (b0 - t3 + round) >> shift;
  work[at + step] = (b1 + t2 + round) >> shift;
  work[at + 6 * step] = (b1 - t2 + round) >> shift;
  work[at + 2 * step] = (b2 + t1 + round) >> shift;
  work[at + 5 * step] = (b2 - t1 + round) >> shift;
  work[at + 3 * step] = (b3 + t0 + round) >> shift;
  work[at + 4 * step] = (b3 - t0 + round) >> shift;
}
