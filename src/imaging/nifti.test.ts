import assert from "node:assert/strict";
import { test } from "node:test";
import { nifti } from "./nifti.ts";
import { readNifti } from "./nifti-read.ts";

test("a NIfTI file holds the samples as float32 and the RAS place of its voxels", () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i / 2);
  const bytes = nifti(
    {
      data,
      shape: [2, 3, 4],
      spacing: [1, 2, 5],
      origin: [-10, -20, 30],
      direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
      unit: "s",
    },
    "tmax",
  );
  const view = new DataView(bytes.buffer);
  assert.equal(view.getInt32(0, true), 348);
  assert.deepEqual(
    [40, 42, 44, 46].map((at) => view.getInt16(at, true)),
    [3, 2, 3, 4],
  );
  const row = (at: number): number[] => [0, 4, 8, 12].map((d) => view.getFloat32(at + d, true));
  assert.deepEqual(row(280), [-1, -0, -0, 10]);
  assert.deepEqual(row(296), [-0, -2, -0, 20]);
  assert.deepEqual(row(312), [0, 0, 5, 30]);
  assert.equal(new TextDecoder().decode(bytes.subarray(344, 347)), "n+1");
  assert.deepEqual(new Float32Array(bytes.buffer, 352), data);
  assert.equal(bytes.length, 352 + 96);
});

test("what is written is read back: samples, place and axes, also from an oblique grid", () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i - 3.5);
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const volume = {
    data,
    shape: [2, 3, 4] as const,
    spacing: [0.5, 2, 5] as const,
    origin: [-10, 20, 30] as const,
    direction: { i: [c, s, 0] as const, j: [-s, c, 0] as const, k: [0, 0, 1] as const },
    unit: "HU",
  };
  const back = readNifti(nifti(volume), "HU");
  assert.deepEqual(back.data, data);
  const near = (a: readonly number[], b: readonly number[]) => a.every((x, n) => Math.abs(x - b[n]!) < 1e-5);
  assert.ok(near(back.origin, volume.origin) && near(back.spacing, volume.spacing));
  for (const axis of ["i", "j", "k"] as const) assert.ok(near(back.direction[axis], volume.direction[axis]), axis);
});

test("a quaternion places the voxels as rows do; slope and intercept count; what is no NIfTI is named", () => {
  const bytes = nifti({
    data: Float32Array.of(1, 2),
    shape: [2, 1, 1],
    spacing: [2, 2, 2],
    origin: [0, 0, 0],
    direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
    unit: "",
  });
  const view = new DataView(bytes.buffer);
  view.setInt16(254, 0, true);
  view.setInt16(252, 1, true);
  view.setFloat32(256, 0, true); // 180 degrees about z: from RAS to LPS
  view.setFloat32(264, 1, true);
  view.setFloat32(268, 7, true);
  view.setFloat32(112, 10, true);
  view.setFloat32(116, -1, true);
  const back = readNifti(bytes);
  assert.deepEqual([...back.data], [9, 19]);
  assert.deepEqual(
    back.direction.i.map((x) => Math.round(x) + 0),
    [1, 0, 0],
  );
  assert.equal(back.origin[0], -7);
  assert.throws(() => readNifti(bytes.subarray(0, 353)), /too short/);
  assert.throws(() => readNifti(new Uint8Array(400)), /no NIfTI-1/);
});
