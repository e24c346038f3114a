import { type Grid, toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";

/** A volume made ready to be compared: few voxels, and values within `range` (what lies outside was cut to it). */
export interface Reduced extends Grid {
  readonly data: Float32Array;
  readonly range: readonly [low: number, high: number];
}

/**
 * Range of values that carry the comparison. CT (unit HU): -200 to 1200 HU, so that air, couch and metal do not take the
 * bins of tissue and bone. Anything else: its 0.5th to 99.8th percentile over at most 200,000 voxels. A volume of one
 * value gets a range of 1.
 */
export function comparedRange(volume: Pick<Volume, "data" | "unit">): readonly [number, number] {
  if (volume.unit === "HU") return [-200, 1200];
  const stride = Math.max(1, Math.floor(volume.data.length / 200_000));
  const sample: number[] = [];
  for (let p = 0; p < volume.data.length; p += stride)
    if (Number.isFinite(volume.data[p])) sample.push(volume.data[p]!);
  const sorted = Float64Array.from(sample).sort();
  if (sorted.length === 0) return [0, 1];
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const [low, high] = [at(0.005), at(0.998)];
  return high > low ? [low, high] : [low, low + 1];
}

/**
 * Block means on a grid of about `mm` in each axis: an axis that is coarser already is kept. Values are cut to `range`
 * before they are averaged; NaN counts as its lower end. Blocks at the far end that are not whole are left out, unless
 * the axis is shorter than one block.
 */
export function reduced(volume: Volume, mm: number, range = comparedRange(volume)): Reduced {
  const [low, high] = range;
  const factor = volume.spacing.map((s, a) => Math.min(volume.shape[a]!, Math.max(1, Math.round(mm / s)))) as [
    number,
    number,
    number,
  ];
  const shape = volume.shape.map((n, a) => Math.max(1, Math.floor(n / factor[a]!))) as [number, number, number];
  const [fi, fj, fk] = factor;
  const [ni, nj, nk] = shape;
  const [wide, tall] = volume.shape;
  const data = new Float32Array(ni * nj * nk);
  const source = volume.data;
  const row = new Float64Array(ni);
  let at = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      row.fill(0);
      for (let c = 0; c < fk; c++)
        for (let b = 0; b < fj; b++) {
          let p = ((k * fk + c) * tall + j * fj + b) * wide;
          for (let i = 0; i < ni; i++) {
            let sum = 0;
            for (let a = 0; a < fi; a++, p++) {
              const v = source[p]!;
              sum += v >= high ? high : v > low ? v : low;
            }
            row[i]! += sum;
          }
        }
      for (let i = 0; i < ni; i++) data[at++] = row[i]! / (fi * fj * fk);
    }
  const spacing = volume.spacing.map((s, a) => s * factor[a]!) as unknown as Vec3;
  const origin = toPatient(volume, (fi - 1) / 2, (fj - 1) / 2, (fk - 1) / 2);
  return { shape, spacing, origin, direction: volume.direction, data, range };
}

/** Centre of mass of what stands above the lower end of the range (LPS mm); the middle of the grid when nothing does. */
export function centreOfMass(volume: Reduced): Vec3 {
  const [ni, nj, nk] = volume.shape;
  let [sum, si, sj, sk] = [0, 0, 0, 0];
  let p = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        const w = volume.data[p]! - volume.range[0];
        sum += w;
        si += w * i;
        sj += w * j;
        sk += w * k;
      }
  return sum > 0
    ? toPatient(volume, si / sum, sj / sum, sk / sum)
    : toPatient(volume, (ni - 1) / 2, (nj - 1) / 2, (nk - 1) / 2);
}
