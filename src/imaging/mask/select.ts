/** A 0/1 mask of `length` voxels, set where `test` of the voxel index holds. (`Uint8Array.from` iterates ten times slower.) */
export function maskWhere(length: number, test: (p: number) => unknown): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  for (let p = 0; p < length; p++) if (test(p)) out[p] = 1;
  return out;
}
