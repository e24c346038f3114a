import type { Volume } from "../../core/volume.ts";

/** A voxel: i, j, k. */
export type Voxel = readonly [number, number, number];

/** What a seed tells of the vessel it lies in. Values in the unit of the volume. */
export interface SeedLevel {
  /** The seed, moved to the brightest place within 1.5 mm. */
  readonly seed: Voxel;
  readonly lumen: number;
  readonly background: number;
  /** Half maximum: 0.5 (lumen + background). */
  readonly threshold: number;
}

/** Why a seed tells nothing. */
export interface NoSeed {
  readonly reason: string;
}

/**
 * Lumen and background about a seed (voxel indices, may be fractions): lumen is the mean of the 3 x 3 x 3 voxels about the
 * brightest place within 1.5 mm; background is the commonest value within 12 mm among what is clearly darker.
 * A seed outside the volume, or where nothing is darker than it, gives a reason instead.
 */
export function seedLevel(volume: Volume, at: Voxel): SeedLevel | NoSeed {
  const { data, shape, spacing } = volume;
  const [ni, nj] = shape;
  const start = at.map(Math.round) as unknown as Voxel;
  if (start.some((v, a) => !(v >= 0 && v < shape[a])))
    return { reason: `The seed (voxel ${start.join(", ")}) lies outside the volume of ${shape.join(" x ")} voxels.` };
  const box = (centre: Voxel, mm: number, visit: (i: number, j: number, k: number) => void): void => {
    const reach = spacing.map((s) => Math.max(1, Math.round(mm / s)));
    for (let k = Math.max(0, centre[2] - reach[2]); k <= Math.min(shape[2] - 1, centre[2] + reach[2]); k++)
      for (let j = Math.max(0, centre[1] - reach[1]); j <= Math.min(nj - 1, centre[1] + reach[1]); j++)
        for (let i = Math.max(0, centre[0] - reach[0]); i <= Math.min(ni - 1, centre[0] + reach[0]); i++)
          visit(i, j, k);
  };
  const mean = (i0: number, j0: number, k0: number): number => {
    let [sum, n] = [0, 0];
    box([i0, j0, k0], 0, (i, j, k) => {
      sum += data[(k * nj + j) * ni + i];
      n++;
    });
    return sum / n;
  };
  let seed = start;
  let lumen = mean(...start);
  box(start, 1.5, (i, j, k) => {
    const value = mean(i, j, k);
    if (value > lumen) [lumen, seed] = [value, [i, j, k]];
  });
  const around: number[] = [];
  box(seed, 12, (i, j, k) => around.push(data[(k * nj + j) * ni + i]));
  const sorted = Float64Array.from(around).sort();
  const low = sorted[Math.floor(0.02 * sorted.length)];
  const background = commonest(around, low, lumen - 0.3 * (lumen - low));
  if (background === undefined || !(lumen > background))
    return {
      reason: `Nothing about the seed (voxel ${seed.join(", ")}) is darker than it (${Math.round(lumen)}). Put it into a vessel.`,
    };
  return { seed, lumen, background, threshold: (lumen + background) / 2 };
}

/** The most frequent value between two limits, from a histogram of 48 bins calmed over three. */
function commonest(values: readonly number[], low: number, high: number): number | undefined {
  if (!(high > low)) return undefined;
  const bins = new Float64Array(50);
  for (const v of values) if (v >= low && v < high) bins[1 + Math.floor((48 * (v - low)) / (high - low))]++;
  let best = 0;
  let at = -1;
  for (let b = 1; b <= 48; b++) {
    const sum = bins[b - 1] + bins[b] + bins[b + 1];
    if (sum > best) [best, at] = [sum, b];
  }
  return at < 0 ? undefined : low + ((at - 0.5) * (high - low)) / 48;
}
