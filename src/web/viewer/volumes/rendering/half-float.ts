/** A number as IEEE 754 half precision (bits); beyond 65504 it becomes the largest half. */
export function halfOf(value: number): number {
  const size = Math.min(65504, Math.abs(value));
  const sign = value < 0 ? 0x8000 : 0;
  if (size < 2 ** -24) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const fraction = Math.round((size / 2 ** exponent - (size < 2 ** -14 ? 0 : 1)) * 1024);
  return sign + (size < 2 ** -14 ? fraction : ((exponent + 15) << 10) + fraction);
}

/** Half precision bits of every 16 bit integer, signed (index value + 32768) after slope and intercept. */
export function halfTable(slope: number, intercept: number, offset: number): Uint16Array {
  return Uint16Array.from({ length: 65536 }, (_, n) => halfOf(slope * (n - offset) + intercept));
}
