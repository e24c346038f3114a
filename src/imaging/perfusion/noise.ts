/**
 * Temporal noise of the tissue in the unit of the frames: the median over masked voxels of the robust spread of second
 * differences in time, scaled to one frame. Slow contrast changes cancel; works with any baseline. `frames` on one
 * grid; at most 20,000 voxels are looked at. Under 5 frames or an empty mask gives 0.
 */
export function temporalNoise(frames: readonly Float32Array[], mask: Uint8Array): number {
  if (frames.length < 5) return 0;
  const voxels: number[] = [];
  for (let p = 0; p < mask.length; p++) if (mask[p]) voxels.push(p);
  const step = Math.max(1, Math.floor(voxels.length / 20000));
  const spreads: number[] = [];
  const size: number[] = [];
  for (let v = 0; v < voxels.length; v += step) {
    const p = voxels[v];
    size.length = 0;
    for (let t = 2; t < frames.length; t++) size.push(Math.abs(frames[t][p] - 2 * frames[t - 1][p] + frames[t - 2][p]));
    size.sort((a, b) => a - b);
    spreads.push(size[size.length >> 1]);
  }
  spreads.sort((a, b) => a - b);
  return spreads.length === 0 ? 0 : (1.4826 * spreads[spreads.length >> 1]) / Math.sqrt(6);
}
