import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vec3 } from "../../../core/geometry.ts";
import { bandIn, cutLines } from "./crosshair-lines.ts";
import { createCrosshair } from "./crosshair-store.ts";

/** An axial picture of 4 px a mm whose middle (200, 150) is the patient's origin. */
const axial = {
  normal: [0, 0, -1] as Vec3,
  toCanvas: ([x, y]: Vec3): readonly [number, number] => [200 + 4 * x, 150 + 4 * y],
  pixelsPerMm: 4,
};

test("on an axial picture the coronal plane is a level line and the sagittal one an upright line through the point", () => {
  const store = createCrosshair();
  store.put([10, -5, 30]);
  const lines = cutLines(store.state(), axial);
  assert.deepEqual(
    lines.map(({ plane }) => plane),
    ["coronal", "sagittal"],
  );
  const [coronal, sagittal] = lines;
  assert.deepEqual(coronal!.centre, [240, 130]);
  assert.ok(Math.abs(coronal!.way[1]) < 1e-9 && Math.abs(sagittal!.way[0]) < 1e-9);
});

test("turned by 30 degrees both lines turn by 30 degrees and stay at right angles", () => {
  const store = createCrosshair();
  store.put([0, 0, 0]);
  store.turn([0, 0, 1], Math.PI / 6);
  const [coronal, sagittal] = cutLines(store.state(), axial);
  const angle = Math.atan(coronal!.way[1] / coronal!.way[0]);
  assert.ok(Math.abs(angle - Math.PI / 6) < 1e-9);
  assert.ok(Math.abs(coronal!.way[0] * sagittal!.way[0] + coronal!.way[1] * sagittal!.way[1]) < 1e-9);
});

test("no point, no lines", () => {
  assert.deepEqual(cutLines(createCrosshair().state(), axial), []);
});

test("a band across a picture is cut to it", () => {
  assert.deepEqual(bandIn(100, 50, 0, 0, 1, 10, 20), [
    [100, 10],
    [100, 20],
    [0, 20],
    [0, 10],
  ]);
  assert.equal(bandIn(100, 50, 0, 0, 1, 60, 70).length, 0);
  assert.equal(bandIn(100, 50, 15, 0, 0, 10, 20).length, 4);
});
