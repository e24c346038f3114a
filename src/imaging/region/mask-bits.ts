/**
 * A mask of one byte a voxel (not 0 is inside) as bits, the first in the lowest bit of the first byte, eight to a byte;
 * the bits after the last voxel are 0. An empty mask gives no byte. Source: the order of PS3.5 8.1.1.
 */
export function packedMask(mask: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil(mask.length / 8));
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) out[i >> 3]! |= 1 << (i & 7);
  return out;
}

/**
 * `count` voxels of a packed mask from voxel `from` on, one byte each: 0 or 1. Voxels behind the end of `bits` are 0.
 */
export function unpackedMask(bits: Uint8Array, from: number, count: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count);
  for (let n = 0, i = from; n < count; n++, i++) out[n] = ((bits[Math.floor(i / 8)] ?? 0) >> (i & 7)) & 1;
  return out;
}

/**
 * Which slices of a packed mask hold anything: the first and the last (both included), each slice of `size` voxels, and
 * how many voxels are inside in all. Undefined when none is.
 */
export function slicesInside(
  bits: Uint8Array,
  size: number,
  slices: number,
): { readonly first: number; readonly last: number; readonly voxels: number } | undefined {
  let [first, last, voxels] = [-1, -1, 0];
  const total = size * slices;
  for (let byte = 0; byte * 8 < total; byte++) {
    const value = bits[byte] ?? 0;
    if (value === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      const voxel = byte * 8 + bit;
      if (((value >> bit) & 1) === 0 || voxel >= total) continue;
      const slice = Math.floor(voxel / size);
      if (first < 0) first = slice;
      last = slice;
      voxels++;
    }
  }
  return first < 0 ? undefined : { first, last, voxels };
}
