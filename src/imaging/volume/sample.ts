import { dot, type Grid, sub, type Vec3 } from "../../core/geometry.ts";
import type { Samples, Volume } from "../../core/volume.ts";

/** A volume whose slices lie each in an array of its own, as a viewer holds them: no copy is needed to cut it. */
export interface SliceVolume {
  readonly grid: Grid;
  /** One array a slice, `shape[0] * shape[1]` samples, i fastest. */
  readonly slices: readonly Samples[];
  /** value = slope * sample + intercept, in `unit`. */
  readonly slope: number;
  readonly intercept: number;
  readonly unit: string;
}

/** A contiguous volume as slices: views of its data, no copy. */
export function slicesOf(volume: Volume): SliceVolume {
  const { data, unit, shape, spacing, origin, direction } = volume;
  const size = shape[0] * shape[1];
  const slices = Array.from({ length: shape[2] }, (_, k) => data.subarray(k * size, (k + 1) * size));
  return { grid: { shape, spacing, origin, direction }, slices, slope: 1, intercept: 0, unit };
}

/** A picture in a volume: where its first pixel lies (LPS mm), and the way (mm) to the next to the right and below. */
export interface PicturePlane {
  readonly corner: Vec3;
  readonly right: Vec3;
  readonly down: Vec3;
  readonly width: number;
  readonly height: number;
}

export type SlabKind = "mip" | "minip" | "average";

/** Continuous index (i, j, k) of a patient position, and of a way (mm) per step. */
function inGrid(grid: Grid, v: Vec3, isWay: boolean): [number, number, number] {
  const { i, j, k } = grid.direction;
  const d = isWay ? v : sub(v, grid.origin);
  return [dot(d, i) / grid.spacing[0], dot(d, j) / grid.spacing[1], dot(d, k) / grid.spacing[2]];
}

/**
 * Trilinear values of a volume on a plane in any direction. `out` (or a new array) is row-major `width * height` in the
 * volume's unit; NaN where the volume does not reach (beyond its outermost voxel centres). `grid.direction` is
 * orthonormal. No errors.
 */
export function samplePlane(
  volume: SliceVolume,
  plane: PicturePlane,
  out: Float32Array = new Float32Array(plane.width * plane.height),
): Float32Array {
  const { grid, slices, slope, intercept } = volume;
  const [ni, nj, nk] = grid.shape;
  const start = inGrid(grid, plane.corner, false);
  const right = inGrid(grid, plane.right, true);
  const down = inGrid(grid, plane.down, true);
  const edge = 1e-4;
  const [li, lj, lk] = [ni - 1 + edge, nj - 1 + edge, nk - 1 + edge];
  for (let y = 0; y < plane.height; y++) {
    let at = y * plane.width;
    for (let x = 0; x < plane.width; x++, at++) {
      const i = start[0] + x * right[0] + y * down[0];
      const j = start[1] + x * right[1] + y * down[1];
      const k = start[2] + x * right[2] + y * down[2];
      if (!(i >= -edge && j >= -edge && k >= -edge && i <= li && j <= lj && k <= lk)) {
        out[at] = Number.NaN;
        continue;
      }
      const i0 = i <= 0 ? 0 : i >= ni - 1 ? Math.max(0, ni - 2) : i | 0;
      const j0 = j <= 0 ? 0 : j >= nj - 1 ? Math.max(0, nj - 2) : j | 0;
      const k0 = k <= 0 ? 0 : k >= nk - 1 ? Math.max(0, nk - 2) : k | 0;
      const fi = Math.min(1, Math.max(0, i - i0));
      const fj = Math.min(1, Math.max(0, j - j0));
      const fk = Math.min(1, Math.max(0, k - k0));
      const di = ni > 1 ? 1 : 0;
      const a = j0 * ni + i0;
      const b = nj > 1 ? a + ni : a;
      const low = slices[k0]!;
      const high = nk > 1 ? slices[k0 + 1]! : low;
      const top = mix(mix(low[a]!, low[a + di]!, fi), mix(low[b]!, low[b + di]!, fi), fj);
      const bottom = fk > 0 ? mix(mix(high[a]!, high[a + di]!, fi), mix(high[b]!, high[b + di]!, fi), fj) : top;
      out[at] = slope * mix(top, bottom, fk) + intercept;
    }
  }
  return out;
}

function mix(a: number, b: number, f: number): number {
  return a + f * (b - a);
}

/** Trilinear value at a patient position (LPS mm), in the volume's unit; NaN where the volume does not reach. */
export function sampleAt(volume: SliceVolume, point: Vec3): number {
  return samplePlane(volume, { corner: point, right: [0, 0, 0], down: [0, 0, 0], width: 1, height: 1 })[0]!;
}

/**
 * Maximum, minimum or mean over a slab around a plane: sections `stepMm` apart (or closer, so that they divide the
 * thickness) from -thickness/2 to +thickness/2 along `normal` (unit length). Values as `samplePlane`; a pixel no section
 * reaches is NaN, sections that do not reach it are left out of it.
 */
export function sampleSlab(
  volume: SliceVolume,
  plane: PicturePlane,
  normal: Vec3,
  thicknessMm: number,
  stepMm: number,
  kind: SlabKind,
): Float32Array {
  const count = Math.max(1, Math.ceil(thicknessMm / stepMm) + 1);
  const size = plane.width * plane.height;
  const out = new Float32Array(size).fill(Number.NaN);
  const seen = new Uint16Array(size);
  const section = new Float32Array(size);
  for (let n = 0; n < count; n++) {
    const off = count === 1 ? 0 : -thicknessMm / 2 + (thicknessMm * n) / (count - 1);
    const [x, y, z] = plane.corner;
    const corner: Vec3 = [x + off * normal[0], y + off * normal[1], z + off * normal[2]];
    samplePlane(volume, { ...plane, corner }, section);
    for (let p = 0; p < size; p++) {
      const value = section[p]!;
      if (Number.isNaN(value)) continue;
      const before = out[p]!;
      if (seen[p]++ === 0) out[p] = value;
      else if (kind === "average") out[p] = before + value;
      else if (kind === "mip" ? value > before : value < before) out[p] = value;
    }
  }
  if (kind === "average") for (let p = 0; p < size; p++) if (seen[p]! > 1) out[p]! /= seen[p]!;
  return out;
}
