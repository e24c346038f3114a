import { WillisError } from "../core/errors.ts";
import { cross, dot, type Grid, length, sub, type Vec3 } from "../core/geometry.ts";
import type { Samples } from "../core/volume.ts";
import { number } from "./data-set.ts";
import type { Codecs } from "./decode.ts";
import { decodeInstance } from "./instance.ts";
import type { Slice } from "./slices.ts";

/** Something a reader of a volume has to know: it was made, but not from what a perfect series would have. */
export interface SeriesProblem {
  readonly code:
    | "mixed-geometry"
    | "duplicate-slices"
    | "missing-slices"
    | "non-uniform-slices"
    | "tilted-gantry"
    | "missing-times"
    | "spread-times"
    | "single-slice";
  readonly message: string;
}

/** How the slices of one volume are laid onto a regular grid. */
export interface StackPlan {
  readonly grid: Grid;
  /** Distance of each source position along the normal, mm, ascending from 0. */
  readonly depths: readonly number[];
  /** In-plane shift of each source position on the grid, in pixels. */
  readonly shifts: readonly (readonly [number, number])[];
  readonly resampled: boolean;
  readonly problems: readonly SeriesProblem[];
}

const mm = (v: number): string => `${Math.round(v * 100) / 100} mm`;

/** Keep the largest set of slices that share size, spacing and orientation; say what was left out. */
export function coherent(slices: readonly Slice[], problems: SeriesProblem[]): Slice[] {
  const sets: Slice[][] = [];
  for (const slice of slices) {
    const set = sets.find(([first]) => alike(first!, slice));
    if (set) set.push(slice);
    else sets.push([slice]);
  }
  sets.sort((a, b) => b.length - a.length);
  const [best = []] = sets;
  if (sets.length > 1) {
    const rest = slices.length - best.length;
    const message = `${rest} of ${slices.length} images differ in orientation, size or spacing and were left out.`;
    problems.push({ code: "mixed-geometry", message });
  }
  return best;
}

function alike(a: Slice, b: Slice): boolean {
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    Math.abs(a.spacing[0] - b.spacing[0]) < 1e-3 &&
    Math.abs(a.spacing[1] - b.spacing[1]) < 1e-3 &&
    dot(a.alongRow, b.alongRow) > 0.9995 &&
    dot(a.alongColumn, b.alongColumn) > 0.9995
  );
}

/** Unit normal of a slice: along row x along column, so that i, j, k are right-handed. */
export function normalOf(slice: Slice): Vec3 {
  const n = cross(slice.alongRow, slice.alongColumn);
  const l = length(n);
  if (!(l > 0.9 && l < 1.1))
    throw new WillisError("cannot-compute", "Image Orientation (Patient) is not two unit vectors.");
  return [n[0] / l, n[1] / l, n[2] / l];
}

/** Slices grouped by their distance along the normal (within 0.02 mm), ascending. */
export function byPosition(slices: readonly Slice[]): Slice[][] {
  const [first] = slices;
  if (!first) return [];
  const n = normalOf(first);
  const placed = slices.map((slice) => ({ slice, depth: dot(slice.position, n) })).sort((a, b) => a.depth - b.depth);
  const groups: { depth: number; slices: Slice[] }[] = [];
  for (const { slice, depth } of placed) {
    const last = groups.at(-1);
    if (last && depth - last.depth < 0.02) last.slices.push(slice);
    else groups.push({ depth, slices: [slice] });
  }
  return groups.map((g) => g.slices);
}

/**
 * Plan the grid of one slice per position. Gantry tilt is undone by shifting slices within the grid, uneven spacing by
 * linear interpolation along the normal, both with a problem that says so. k goes along the normal; a single slice has
 * its thickness (or 1 mm) as spacing.
 */
export function planStack(ordered: readonly Slice[]): StackPlan {
  const first = ordered[0]!;
  const problems: SeriesProblem[] = [];
  const n = normalOf(first);
  const [di, dj] = first.spacing;
  const depths = ordered.map((s) => dot(sub(s.position, first.position), n));
  const raw = ordered.map((s): [number, number] => {
    const d = sub(s.position, first.position);
    return [dot(d, first.alongRow) / di, dot(d, first.alongColumn) / dj];
  });
  const gaps = depths.slice(1).map((z, i) => z - depths[i]!);
  const { step, uneven } = stepOf(gaps, depths, problems);
  if (ordered.length === 1) problems.push({ code: "single-slice", message: "One image only: not a volume." });
  const lowI = Math.min(...raw.map((s) => s[0]));
  const lowJ = Math.min(...raw.map((s) => s[1]));
  const wide = Math.max(...raw.map((s) => s[0])) - lowI;
  const tall = Math.max(...raw.map((s) => s[1])) - lowJ;
  const tilted = wide > 0.2 || tall > 0.2;
  if (tilted) {
    const shift = mm(Math.hypot(wide * di, tall * dj));
    problems.push({
      code: "tilted-gantry",
      message: `Slices are shifted in their plane by up to ${shift}: straightened.`,
    });
  }
  const [i0, j0] = tilted ? [lowI, lowJ] : [0, 0];
  const columns = first.columns + (tilted ? Math.ceil(wide - 1e-6) : 0);
  const rows = first.rows + (tilted ? Math.ceil(tall - 1e-6) : 0);
  const depth = uneven ? Math.floor(depths.at(-1)! / step + 1e-6) + 1 : ordered.length;
  const origin = first.position.map((p, a) => p + first.alongRow[a]! * i0 * di + first.alongColumn[a]! * j0 * dj);
  const grid: Grid = {
    shape: [columns, rows, depth],
    spacing: [di, dj, step],
    origin: origin as unknown as Vec3,
    direction: { i: first.alongRow, j: first.alongColumn, k: n },
  };
  const shifts = raw.map(([i, j]) => (tilted ? ([i - lowI, j - lowJ] as const) : ([0, 0] as const)));
  return { grid, depths, shifts, resampled: uneven || tilted, problems };
}

function stepOf(
  gaps: readonly number[],
  depths: readonly number[],
  problems: SeriesProblem[],
): { step: number; uneven: boolean } {
  if (gaps.length === 0) return { step: 1, uneven: false };
  const sorted = [...gaps].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const tolerance = Math.max(0.05, 0.03 * median);
  const odd = gaps.filter((g) => Math.abs(g - median) > tolerance);
  if (odd.length === 0) return { step: Math.round((depths.at(-1)! / gaps.length) * 1e6) / 1e6, uneven: false };
  const holes = gaps.flatMap((g, i) => (Math.round(g / median) >= 2 && isMultiple(g, median, tolerance) ? [i] : []));
  if (holes.length === odd.length && holes.length <= gaps.length / 4) {
    const missing = holes.reduce((sum, i) => sum + Math.round(gaps[i]! / median) - 1, 0);
    const where = holes
      .slice(0, 5)
      .map((i) => mm(depths[i]!))
      .join(", ");
    const message = `${missing} slice(s) are missing (after ${where} from the first); values there are interpolated.`;
    problems.push({ code: "missing-slices", message });
    return { step: median, uneven: true };
  }
  // The smallest gap that more than one pair of slices has.
  const common = sorted.find((g, i) => i + 1 < sorted.length && sorted[i + 1]! - g < tolerance) ?? median;
  const message = `Slice spacing varies from ${mm(sorted[0]!)} to ${mm(sorted.at(-1)!)}; interpolated to ${mm(common)}.`;
  problems.push({ code: "non-uniform-slices", message });
  return { step: common, uneven: true };
}

function isMultiple(gap: number, of: number, tolerance: number): boolean {
  return Math.abs(gap - Math.round(gap / of) * of) < tolerance * Math.round(gap / of);
}

/**
 * Decode one slice per position and lay them onto the planned grid, modality LUT applied. Int16 when all scaled values
 * are integers in its range, else float32; where a straightened grid has no image the value is `fill`.
 */
export function stack(plan: StackPlan, ordered: readonly Slice[], codecs: Codecs, fill: number): Samples {
  const [columns, rows, depth] = plan.grid.shape;
  const size = columns * rows;
  const whole = ordered.every((s) => fitsInt16(s));
  const out = whole ? new Int16Array(size * depth) : new Float32Array(size * depth);
  if (!plan.resampled) {
    for (const [k, slice] of ordered.entries()) scaleInto(slice, codecs, out.subarray(k * size, (k + 1) * size));
    return out;
  }
  const cache = new Map<number, Float32Array>();
  const placed = (index: number): Float32Array => {
    let plane = cache.get(index);
    if (!plane) {
      plane = shifted(ordered[index]!, plan.shifts[index]!, columns, rows, codecs, fill);
      cache.set(index, plane);
      cache.delete(index - 2);
    }
    return plane;
  };
  let a = 0;
  for (let k = 0; k < depth; k++) {
    const z = Math.min(k * plan.grid.spacing[2], plan.depths.at(-1)!);
    while (a + 2 < plan.depths.length && plan.depths[a + 1]! <= z) a++;
    const gap = (plan.depths[a + 1] ?? 0) - plan.depths[a]!;
    const w = gap > 0 ? Math.min(1, Math.max(0, (z - plan.depths[a]!) / gap)) : 0;
    const from = placed(a);
    const to = w > 1e-6 ? placed(a + 1) : from;
    for (let p = 0, at = k * size; p < size; p++, at++) {
      const v = from[p]! + w * (to[p]! - from[p]!);
      out[at] = whole ? Math.round(v) : v;
    }
  }
  return out;
}

function fitsInt16(slice: Slice): boolean {
  if (slice.instance.pixels?.tag !== 0x7fe00010) return false;
  const { slope, intercept } = slice;
  const element = slice.instance.dataSet;
  const bits = Number(element.get(0x00280101)?.value[0] ?? 16);
  const signed = element.get(0x00280103)?.value[0] === 1;
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const ends = [low * slope + intercept, high * slope + intercept];
  // CT values of 16 stored bits fit in practice: a scanner has no more than 12 to 14 bits of HU.
  const inRange = slice.unit === "HU" ? intercept >= -32768 : Math.min(...ends) >= -32768 && Math.max(...ends) <= 32767;
  return Number.isInteger(slope) && Number.isInteger(intercept) && inRange;
}

function scaleInto(slice: Slice, codecs: Codecs, out: Int16Array | Float32Array): void {
  const { samples, samplesPerPixel } = decodeInstance(slice.instance, slice.frame, codecs);
  if (samplesPerPixel !== 1) throw new WillisError("cannot-compute", "Colour images are not a volume of values.");
  const { slope, intercept } = slice;
  if (out instanceof Int16Array) {
    for (let p = 0; p < out.length; p++) {
      const v = samples[p]! * slope + intercept;
      out[p] = v < -32768 ? -32768 : v > 32767 ? 32767 : v;
    }
    return;
  }
  const padding =
    slice.instance.pixels?.tag === 0x7fe00010 ? undefined : number(slice.instance.dataSet, "FloatPixelPaddingValue");
  for (let p = 0; p < out.length; p++) {
    const stored = samples[p]!;
    out[p] = stored === padding ? Number.NaN : stored * slope + intercept;
  }
}

/** A scaled slice moved by (di, dj) pixels onto a larger grid, bilinear. */
function shifted(
  slice: Slice,
  shift: readonly [number, number],
  columns: number,
  rows: number,
  codecs: Codecs,
  fill: number,
): Float32Array {
  const source = new Float32Array(slice.rows * slice.columns);
  scaleInto(slice, codecs, source);
  const out = new Float32Array(columns * rows).fill(fill);
  const [di, dj] = shift;
  const [fi, fj] = [Math.ceil(di) - di, Math.ceil(dj) - dj];
  for (let j = 0; j < slice.rows; j++) {
    const next = Math.min(slice.rows - 1, j + 1) * slice.columns;
    const row = j * slice.columns;
    const to = (j + Math.ceil(dj)) * columns + Math.ceil(di);
    if (j + Math.ceil(dj) >= rows) break;
    for (let i = 0; i < slice.columns && i + Math.ceil(di) < columns; i++) {
      const right = Math.min(slice.columns - 1, i + 1);
      const top = source[row + i]! * (1 - fi) + source[row + right]! * fi;
      const bottom = source[next + i]! * (1 - fi) + source[next + right]! * fi;
      out[to + i] = top * (1 - fj) + bottom * fj;
    }
  }
  return out;
}
