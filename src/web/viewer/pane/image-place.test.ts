import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlaneGeometry } from "./geometry.ts";
import { cornerToPixel, cornerToWorld, pixelToWorld, worldToCorner, worldToPixel } from "./image-place.ts";

const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
const plane: PlaneGeometry = {
  ...{ origin: [10, -20, 30], row: [c, s, 0], column: [0, 0, -1], normal: [-s, c, 0] },
  ...{ columnSpacing: 0.5, rowSpacing: 2, rows: 64, columns: 128, frameOfReference: "1.2" },
};

test("the middle of the first pixel lies where the plane says, at 0, 0 of pixels and 0.5, 0.5 from the corner", () => {
  assert.deepEqual(worldToPixel(plane, plane.origin), [0, 0]);
  assert.deepEqual(worldToCorner(plane, plane.origin), [0.5, 0.5]);
  assert.deepEqual(worldToPixel(null, [0, 0, 0]), [0, 0]);
  assert.deepEqual(worldToCorner(null, [7, 3, 0]), [7.5, 3.5]);
});

test("there and back is the same place, with pixels that are not square on a turned plane", () => {
  for (const one of [plane, null]) {
    const [x, y] = worldToPixel(one, pixelToWorld(one, [17.25, 40]));
    assert.ok(Math.hypot(x - 17.25, y - 40) < 1e-9);
    const corner = worldToCorner(one, cornerToWorld(one, [3, 5.5]));
    assert.ok(Math.hypot(corner[0] - 3, corner[1] - 5.5) < 1e-9);
  }
  const world = pixelToWorld(plane, [2, 1]);
  assert.ok(Math.hypot(world[0] - 10 - c, world[1] + 20 - s, world[2] - 28) < 1e-9, "1 mm along the row, 2 mm down");
  assert.deepEqual(cornerToPixel([0.5, 0.5]), [0, 0]);
});
