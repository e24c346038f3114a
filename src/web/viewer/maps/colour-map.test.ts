import assert from "node:assert/strict";
import { test } from "node:test";
import { colourIndex, EMBER, labToRgb, lightness } from "./colour-map.ts";
import { contour } from "./contour.ts";

test("the lightness of the colour map rises in equal steps from dark to light", () => {
  const l = EMBER.table.map(lightness);
  for (let k = 1; k < 256; k++) {
    assert.ok(l[k]! > l[k - 1]! - 0.3, `entry ${k} is darker than the one before`);
    const straight = 8 + (88 * k) / 255;
    assert.ok(Math.abs(l[k]! - straight) < 1.5, `entry ${k}: L* ${l[k]!.toFixed(1)}, wanted ${straight.toFixed(1)}`);
  }
});

test("white and mid grey come out of CIE Lab as in sRGB", () => {
  assert.deepEqual(labToRgb(100, 0, 0), [255, 255, 255]);
  assert.deepEqual(labToRgb(53.585, 0, 0), [128, 128, 128]);
});

test("values beyond the scale take its end colours", () => {
  assert.equal(colourIndex(-3, 0, 12), 0);
  assert.equal(colourIndex(99, 0, 12), 255);
});

test("the contour of a disc lies at its radius", () => {
  const size = 41;
  const values = Float32Array.from({ length: size * size }, (_, k) => {
    return 20 - Math.hypot((k % size) - 20, Math.floor(k / size) - 20);
  });
  const pieces = contour(values, size, size, 8);
  assert.ok(pieces.length > 40);
  for (const [x1, y1, x2, y2] of pieces) {
    for (const r of [Math.hypot(x1 - 20, y1 - 20), Math.hypot(x2 - 20, y2 - 20)]) assert.ok(Math.abs(r - 12) < 0.05);
  }
});

test("no contour is drawn into pixels without a value", () => {
  assert.equal(contour([Number.NaN, 1, 0, 0], 2, 2, 0.5).length, 0);
});
