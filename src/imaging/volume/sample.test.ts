import assert from "node:assert/strict";
import { test } from "node:test";
import { dot, type Grid, length, sub, toIndex, toPatient, type Vec3 } from "../../core/index.ts";
import { curveFrames, onCurve, straightened } from "./curve.ts";
import { moveGrid, movePoint } from "./rigid.ts";
import { type SliceVolume, sampleAt, samplePlane, sampleSlab } from "./sample.ts";

/** A grid in no simple direction. */
function obliqueGrid(): Grid {
  const i: Vec3 = [2 / 3, 2 / 3, 1 / 3];
  const j: Vec3 = [-2 / 3, 1 / 3, 2 / 3];
  const k: Vec3 = [1 / 3, -2 / 3, 2 / 3];
  return { shape: [21, 17, 13], spacing: [0.7, 0.9, 1.6], origin: [-3, 4, 10], direction: { i, j, k } };
}

function filled(grid: Grid, value: (i: number, j: number, k: number) => number, slope = 1, intercept = 0): SliceVolume {
  const [ni, nj, nk] = grid.shape;
  const slices = Array.from({ length: nk }, (_, k) =>
    Float32Array.from({ length: ni * nj }, (_, p) => value(p % ni, Math.floor(p / ni), k)),
  );
  return { grid, slices, slope, intercept, unit: "HU" };
}

/** Pseudo-random values of a voxel that no interpolation can guess. */
const rough = (i: number, j: number, k: number) => ((i * 7349 + j * 3167 + k * 9871) % 1000) - 300;

/** Trilinear interpolation written as a weighted sum over all voxels: slow, with nothing in common with the kernel. */
function reference(volume: SliceVolume, point: Vec3): number {
  const [ni, nj, nk] = volume.grid.shape;
  const index = toIndex(volume.grid, point);
  if (index.some((v, c) => v < 0 || v > [ni, nj, nk][c]! - 1)) return Number.NaN;
  const tent = (d: number) => Math.max(0, 1 - Math.abs(d));
  let sum = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) {
        const weight = tent(index[0] - i) * tent(index[1] - j) * tent(index[2] - k);
        if (weight > 0) sum += weight * volume.slices[k]![j * ni + i]!;
      }
    }
  }
  return sum * volume.slope + volume.intercept;
}

test("an oblique section equals the sum of tents over all voxels", () => {
  const volume = filled(obliqueGrid(), rough, 2, -50);
  const corner = toPatient(volume.grid, -2.013, 1.007, 2.021);
  const plane = { corner, right: [0.43, 0.31, 0.2] as Vec3, down: [-0.31, 0.52, 0.37] as Vec3, width: 40, height: 30 };
  const section = samplePlane(volume, plane);
  let inside = 0;
  for (let y = 0; y < 30; y += 2) {
    for (let x = 0; x < 40; x += 2) {
      const point = corner.map((v, c) => v + x * plane.right[c]! + y * plane.down[c]!) as unknown as Vec3;
      const wanted = reference(volume, point);
      const got = section[y * 40 + x]!;
      if (Number.isNaN(wanted)) assert.ok(Number.isNaN(got), `${x},${y} lies outside`);
      else {
        inside++;
        assert.ok(Math.abs(got - wanted) < 1e-2, `${x},${y}: ${got}, wanted ${wanted}`);
      }
    }
  }
  assert.ok(inside > 60);
});

test("voxel centres give the voxels back, to the outermost", () => {
  const volume = filled(obliqueGrid(), rough);
  for (const [i, j, k] of [
    [0, 0, 0],
    [20, 16, 12],
    [20, 0, 12],
    [7, 3, 5],
  ] as const) {
    assert.ok(Math.abs(sampleAt(volume, toPatient(volume.grid, i, j, k)) - rough(i, j, k)) < 1e-2);
  }
});

test("a slab is the maximum, minimum and mean of its sections", () => {
  const volume = filled(obliqueGrid(), rough);
  const { grid } = volume;
  const { i, j, k: normal } = grid.direction;
  const plane = {
    corner: toPatient(grid, 0, 0, 6),
    right: scaled(i, 0.7),
    down: scaled(j, 0.9),
    width: 21,
    height: 17,
  };
  // 5 slices, one section each: what is expected can be read off the voxels.
  const thickness = 4 * 1.6;
  for (let p = 0; p < 21 * 17; p++) {
    const voxels = [4, 5, 6, 7, 8].map((k) => rough(p % 21, Math.floor(p / 21), k));
    const mean = voxels.reduce((a, b) => a + b) / 5;
    if (p % 50 > 0) continue;
    const at = (kind: "mip" | "minip" | "average") => sampleSlab(volume, plane, normal, thickness, 1.6, kind)[p]!;
    assert.ok(Math.abs(at("mip") - Math.max(...voxels)) < 1e-2);
    assert.ok(Math.abs(at("minip") - Math.min(...voxels)) < 1e-2);
    assert.ok(Math.abs(at("average") - mean) < 1e-2);
  }
});

test("a slab that leaves the volume is made of what is inside", () => {
  const volume = filled(obliqueGrid(), () => 7);
  const { grid } = volume;
  const plane = {
    corner: toPatient(grid, 5, 5, 0),
    right: [0, 0, 0] as Vec3,
    down: [0, 0, 0] as Vec3,
    width: 1,
    height: 1,
  };
  assert.ok(Math.abs(sampleSlab(volume, plane, grid.direction.k, 10, 1, "average")[0]! - 7) < 1e-5);
  const away = { ...plane, corner: toPatient(grid, 5, 5, -30) };
  assert.ok(Number.isNaN(sampleSlab(volume, away, grid.direction.k, 10, 1, "mip")[0]!));
});

test("a moved grid holds its voxels where the matrix puts them; what is not rigid is refused", () => {
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  const matrix = [c, -s, 0, 5, s, c, 0, -3, 0, 0, 1, 8, 0, 0, 0, 1];
  const grid = obliqueGrid();
  const moved = moveGrid(matrix, grid)!;
  const wanted = movePoint(matrix, toPatient(grid, 4, 9, 2));
  assert.ok(length(sub(toPatient(moved, 4, 9, 2), wanted)) < 1e-9);
  assert.equal(moveGrid([1.1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], grid), null);
  assert.equal(moveGrid([-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], grid), null);
  assert.equal(moveGrid([1, 0, 0], grid), null);
});

test("frames along a circle keep their distance, lie across it and do not twist", () => {
  const points = Array.from({ length: 25 }, (_, n): Vec3 => {
    const t = (n / 24) * Math.PI;
    return [20 * Math.cos(t), 20 * Math.sin(t), 0];
  });
  const frames = curveFrames(points, 0.5, [0, 0, 1]);
  assert.ok(Math.abs(frames.at(-1)!.at - 20 * Math.PI) < 0.05);
  frames.forEach(({ point, along, across }, n) => {
    assert.ok(Math.abs(length(point) - 20) < 0.03, `point ${n} lies at ${length(point)}`);
    assert.ok(Math.abs(dot(along, across)) < 1e-9);
    assert.ok(across[2] > 0.999, "a plane curve keeps its direction out of the plane");
  });
});

test("a vessel along a bent curve is a straight bright line in the middle of the straightened view", () => {
  const course = (t: number): Vec3 => [6 * Math.sin(t / 6), 5 * Math.cos(t / 7), t];
  const points = Array.from({ length: 14 }, (_, n) => course(9 + n));
  const grid: Grid = {
    shape: [60, 60, 64],
    spacing: [0.5, 0.5, 0.5],
    origin: [-15, -15, 0],
    direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
  };
  const volume = filled(grid, (i, j, k) => {
    const [x, y, z] = toPatient(grid, i, j, k);
    let near = Number.POSITIVE_INFINITY;
    for (let t = z - 3; t <= z + 3; t += 0.25) near = Math.min(near, length(sub(course(t), [x, y, z])));
    return 300 * Math.exp(-((near / 1.5) ** 2));
  });
  const picture = straightened(volume, curveFrames(points, 0.5, [1, 0, 0]), 12, 0);
  assert.equal(picture.width % 2, 1);
  for (let row = 0; row < picture.height; row++) {
    const line = [...picture.values.subarray(row * picture.width, (row + 1) * picture.width)];
    const top = line.indexOf(Math.max(...line));
    assert.ok(Math.abs(top - (picture.width - 1) / 2) <= 1, `row ${row}: brightest at ${top} of ${picture.width}`);
  }
  const middle = onCurve(picture, 0, (picture.width - 1) / 2, 10);
  assert.deepEqual(middle, picture.frames[10]!.point);
});

test("one point is no curve", () => {
  assert.deepEqual(
    curveFrames(
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      0.5,
      [1, 0, 0],
    ),
    [],
  );
});

function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}
