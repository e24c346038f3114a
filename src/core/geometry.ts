import type { Millimetres } from "./units.ts";

/** x, y, z. In patient space: DICOM LPS (x to the left, y to the back, z to the head), mm. */
export type Vec3 = readonly [Millimetres, Millimetres, Millimetres];

/** Three unit column vectors: the patient direction of the i, j and k axis of a grid. */
export interface Direction {
  readonly i: Vec3;
  readonly j: Vec3;
  readonly k: Vec3;
}

/** Axial, rows to the left, columns to the back, slices to the head. */
export const AXIAL: Direction = { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] };

/** A regular grid in patient space: shape in voxels, spacing in mm, centre of voxel (0,0,0) in LPS mm. */
export interface Grid {
  readonly shape: readonly [number, number, number];
  readonly spacing: Vec3;
  readonly origin: Vec3;
  readonly direction: Direction;
}

/** Patient position (LPS mm) of a continuous voxel index. */
export function toPatient(grid: Grid, i: number, j: number, k: number): Vec3 {
  const [si, sj, sk] = grid.spacing;
  const { i: a, j: b, k: c } = grid.direction;
  const o = grid.origin;
  return [
    o[0] + a[0] * si * i + b[0] * sj * j + c[0] * sk * k,
    o[1] + a[1] * si * i + b[1] * sj * j + c[1] * sk * k,
    o[2] + a[2] * si * i + b[2] * sj * j + c[2] * sk * k,
  ];
}

/** Continuous voxel index of a patient position (LPS mm); the directions are orthonormal. */
export function toIndex(grid: Grid, p: Vec3): Vec3 {
  const d = sub(p, grid.origin);
  return [
    dot(d, grid.direction.i) / grid.spacing[0],
    dot(d, grid.direction.j) / grid.spacing[1],
    dot(d, grid.direction.k) / grid.spacing[2],
  ];
}

/** Volume of one voxel in mL. */
export function voxelMl(grid: Grid): number {
  return (grid.spacing[0] * grid.spacing[1] * grid.spacing[2]) / 1000;
}

/** a - b. */
export function sub(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
/** Scalar product. */
export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
/** Vector product a x b. */
export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
/** Euclidean length. */
export function length(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2]);
}
