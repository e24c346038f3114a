import type { Limitation } from "../../core/limitation.ts";
import type { Progress } from "../../core/progress.ts";
import type { Volume } from "../../core/volume.ts";
import { cropToMask } from "./crop.ts";
import { insideDistance } from "./inside-distance.ts";
import { localLevel } from "./local-level.ts";
import { type SeedLevel, seedLevel, type Voxel } from "./seed-level.ts";

/** How a vessel is grown. */
export interface GrowOptions {
  /** Accept values over this (unit of the volume) instead of the half maximum. */
  readonly threshold?: number;
  /** Reject values over this: bone and metal. Default: none. */
  readonly ceiling?: number;
  /** Largest radius a vessel may have, mm; what is wider is taken as a leak and cut away. Default 12. */
  readonly widestMm?: number;
  /** Stops when this much has been taken, mL. Default 80. */
  readonly mostMl?: number;
  /** Re-takes each place by the half maximum there. Default true without a threshold of the caller's. */
  readonly local?: boolean;
}

/** A segmented vessel. */
export interface Grown {
  /** 0/1, shape of the volume. */
  readonly mask: Uint8Array;
  readonly level: SeedLevel;
  readonly threshold: number;
  readonly voxels: number;
  readonly volumeMl: number;
  readonly limitations: readonly Limitation[];
}

/**
 * Grows a vessel from seeds: all that touches by a face and is brighter than half of lumen and background about the
 * first seed; then parts wider than a vessel can be are cut away (a leak into bone or a sinus), and each place is taken
 * again by its own half maximum, so that thin and dilute branches are held to their own brightness.
 * `seeds`: voxel indices of the volume, at least one. Returns a reason when the first seed tells nothing or lies in
 * something wider than allowed. `told` hears steps. Source: half maximum as `localLevel`.
 */
export function growVessel(
  volume: Volume,
  seeds: readonly Voxel[],
  options: GrowOptions = {},
  told: Progress = () => {},
): Grown | { readonly reason: string } {
  if (seeds.length === 0) return { reason: "There is no seed. Put one into the vessel." };
  const levels = seeds.map((seed) => seedLevel(volume, seed));
  const level = levels[0];
  if ("reason" in level) return level;
  const { shape, spacing } = volume;
  const threshold = options.threshold ?? level.threshold;
  const ceiling = options.ceiling ?? Number.POSITIVE_INFINITY;
  const voxelMl = (spacing[0] * spacing[1] * spacing[2]) / 1000;
  const most = Math.ceil((options.mostMl ?? 80) / voxelMl);
  const starts = levels.flatMap((one) => ("reason" in one ? [] : [indexOf(shape, one.seed)]));
  const limitations: Limitation[] = [];
  if (starts.length < seeds.length)
    limitations.push({
      code: "seed-left-out",
      message: `${seeds.length - starts.length} of ${seeds.length} seeds lie in no vessel and were left out.`,
    });
  told("growing", 0.05);
  const grown = flood(shape, starts, most, (p) => volume.data[p] >= threshold && volume.data[p] <= ceiling);
  if (grown.voxels === 0)
    return {
      reason: `The seed (${Math.round(level.lumen)}) is not over the threshold (${Math.round(threshold)}). Lower it.`,
    };
  if (grown.full)
    limitations.push({
      code: "stopped-growing",
      message: `Growing stopped at ${options.mostMl ?? 80} mL: it left the vessel. Raise the threshold or cut with the brush.`,
    });
  told("looking for leaks", 0.4);
  const widest = options.widestMm ?? 12;
  const cut = cropToMask(volume, grown.mask, 6);
  const [ci, cj] = cut.volume.shape;
  const local = (v: Voxel): number => ((v[2] - cut.from[2]) * cj + v[1] - cut.from[1]) * ci + v[0] - cut.from[0];
  const roots = levels.flatMap((one) => ("reason" in one ? [] : [local(one.seed)]));
  const guarded = withoutLeaks(cut.mask, cut.volume, roots, widest);
  if (!guarded)
    return {
      reason: `The seed lies in something wider than ${2 * widest} mm. Allow a wider vessel, or raise the threshold.`,
    };
  let mask = guarded.mask;
  if (guarded.cutMl > 0)
    limitations.push({
      code: "leak-cut",
      message: `${guarded.cutMl.toFixed(1)} mL wider than ${2 * widest} mm was cut away as a leak.`,
    });
  if (options.local ?? options.threshold === undefined) {
    told("taking the half maximum of each place", 0.6);
    // An iterated threshold settles fast; the second round changes few voxels.
    for (let round = 0; round < 2; round++) {
      const here = localLevel(cut.volume, mask);
      if (!here) break;
      const least = level.background + 0.3 * (level.lumen - level.background);
      const { data } = cut.volume;
      const blocked = guarded.cut;
      const next = flood(cut.volume.shape, roots, most, (p, i, j, k) => {
        const value = data[p];
        return !blocked[p] && value <= ceiling && value >= Math.max(least, here.half(i, j, k));
      });
      if (next.voxels === 0) break;
      mask = next.mask;
    }
  }
  fillCavities(mask, cut.volume.shape);
  told("done", 1);
  const whole = new Uint8Array(volume.data.length);
  let voxels = 0;
  const [ni, nj] = shape;
  for (let k = 0, p = 0; k < cut.volume.shape[2]; k++)
    for (let j = 0; j < cj; j++)
      for (let i = 0; i < ci; i++, p++)
        if (mask[p]) {
          whole[((k + cut.from[2]) * nj + j + cut.from[1]) * ni + i + cut.from[0]] = 1;
          voxels++;
        }
  return { mask: whole, level, threshold, voxels, volumeMl: voxels * voxelMl, limitations };
}

/** Sets what lies inside a mask without a way to the border: dark specks of noise within the lumen. */
function fillCavities(mask: Uint8Array, shape: readonly [number, number, number]): void {
  const [ni, nj, nk] = shape;
  const border: number[] = [];
  for (let p = 0; p < mask.length; p++) {
    const i = p % ni;
    const j = Math.floor(p / ni) % nj;
    const k = Math.floor(p / (ni * nj));
    if (i === 0 || j === 0 || k === 0 || i === ni - 1 || j === nj - 1 || k === nk - 1) border.push(p);
  }
  const open = flood(shape, border, Number.POSITIVE_INFINITY, (p) => !mask[p]).mask;
  for (let p = 0; p < mask.length; p++) if (!open[p]) mask[p] = 1;
}

function indexOf([ni, nj]: readonly [number, number, number], [i, j, k]: Voxel): number {
  return (k * nj + j) * ni + i;
}

/** All that touches the starts by a face and is accepted, at most `most` voxels. */
function flood(
  shape: readonly [number, number, number],
  starts: readonly number[],
  most: number,
  accept: (p: number, i: number, j: number, k: number) => boolean,
): { readonly mask: Uint8Array; readonly voxels: number; readonly full: boolean } {
  const [ni, nj, nk] = shape;
  const plane = ni * nj;
  const mask = new Uint8Array(plane * nk);
  let front = new Int32Array(4096);
  let size = 0;
  let voxels = 0;
  const take = (p: number, i: number, j: number, k: number): void => {
    if (mask[p] || !accept(p, i, j, k)) return;
    mask[p] = 1;
    voxels++;
    if (size === front.length) {
      const wider = new Int32Array(2 * size);
      wider.set(front);
      front = wider;
    }
    front[size++] = p;
  };
  for (const p of starts) take(p, p % ni, Math.floor(p / ni) % nj, Math.floor(p / plane));
  // A queue, not a stack: when it is full, what was taken is what lies nearest to the seeds.
  for (let at = 0; at < size && voxels < most; at++) {
    const p = front[at];
    const i = p % ni;
    const j = ((p / ni) | 0) % nj;
    const k = (p / plane) | 0;
    if (i > 0) take(p - 1, i - 1, j, k);
    if (i < ni - 1) take(p + 1, i + 1, j, k);
    if (j > 0) take(p - ni, i, j - 1, k);
    if (j < nj - 1) take(p + ni, i, j + 1, k);
    if (k > 0) take(p - plane, i, j, k - 1);
    if (k < nk - 1) take(p + plane, i, j, k + 1);
  }
  return { mask, voxels, full: voxels >= most };
}

/**
 * A mask without what is wider than `widest` (radius, mm): the cores of such parts, dilated back, are cut away and what
 * still hangs together with a root is kept. Undefined when every root lies in such a part.
 */
function withoutLeaks(
  mask: Uint8Array,
  { shape, spacing }: Volume,
  roots: readonly number[],
  widest: number,
): { readonly mask: Uint8Array; readonly cut: Uint8Array; readonly cutMl: number } | undefined {
  const distance = insideDistance(mask, shape, spacing);
  let leak = false;
  for (let p = 0; p < distance.length && !leak; p++) leak = distance[p] > widest;
  const cut = new Uint8Array(mask.length);
  if (!leak) return { mask, cut, cutMl: 0 };
  const core = Uint8Array.from(distance, (d) => (d > widest ? 1 : 0));
  const away = insideDistance(
    core.map((c) => 1 - c),
    shape,
    spacing,
  );
  let [before, after] = [0, 0];
  for (let p = 0; p < mask.length; p++) {
    if (core[p] || (mask[p] && away[p] <= widest + Math.max(...spacing))) cut[p] = 1;
    before += mask[p];
  }
  const kept = flood(shape, roots, Number.POSITIVE_INFINITY, (p) => mask[p] === 1 && !cut[p]);
  if (kept.voxels === 0) return undefined;
  after = kept.voxels;
  return { mask: kept.mask, cut, cutMl: ((before - after) * spacing[0] * spacing[1] * spacing[2]) / 1000 };
}
