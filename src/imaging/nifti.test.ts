import assert from "node:assert/strict";
import { test } from "node:test";
import { nifti } from "./nifti.ts";

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
