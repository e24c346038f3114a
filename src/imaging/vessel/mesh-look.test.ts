import assert from "node:assert/strict";
import { test } from "node:test";
import { marchingCubes } from "./marching.ts";
import { lookAt } from "./mesh-look.ts";

/** Middle of what is drawn, as shares of the picture from the left and from the top. */
function middle(pixels: Uint8ClampedArray, size: number, column: (x: number, y: number) => boolean): number {
  let n = 0;
  for (let p = 0; p < size * size; p++) if (pixels[4 * p + 3] && column(p % size, Math.floor(p / size))) n++;
  return n;
}

test("seen from the front the head is up and the patient's left is at the right; from the left the front is at the left", () => {
  // A small ball at the origin and a large one far to the left, behind and above (LPS + + +).
  const mesh = marchingCubes([60, 60, 60], (i, j, k) =>
    Math.max(3 - Math.hypot(i - 6, j - 6, k - 6), 9 - Math.hypot(i - 45, j - 45, k - 45)),
  );
  const size = 80;
  const front = lookAt(mesh, 0, 0, size);
  const right = middle(front, size, (x) => x > 40);
  const left = middle(front, size, (x) => x < 40);
  assert.ok(right > 4 * left, "left of the patient at the right");
  assert.ok(middle(front, size, (_, y) => y < 40) > 4 * middle(front, size, (_, y) => y > 40), "head up");
  const side = lookAt(mesh, 90, 0, size);
  assert.ok(
    middle(side, size, (x) => x > 40) > 4 * middle(side, size, (x) => x < 40),
    "what is behind is at the right",
  );
});
