import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyBox } from "./body-box.ts";

/** Air with an ellipse of tissue and, below it and apart, a bar like a headrest. */
function slice(size: number, air: number, tissue: number): Float32Array {
  const pixels = new Float32Array(size * size).fill(air);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const inside = ((x - size / 2) / (size * 0.25)) ** 2 + ((y - size / 2) / (size * 0.3)) ** 2 <= 1;
      if (inside || Math.abs(y - size * 0.92) < 2) pixels[y * size + x] = tissue;
    }
  }
  return pixels;
}

test("the box holds the head and leaves out a headrest that does not touch", () => {
  for (const [air, tissue] of [
    [-1000, 40],
    [0, 300],
  ] as const) {
    const box = bodyBox(slice(512, air, tissue), 512, 512)!;
    assert.ok(Math.abs(box.left - 128) <= 5 && Math.abs(box.right - 384) <= 5, JSON.stringify(box));
    assert.ok(Math.abs(box.top - 102) <= 5 && Math.abs(box.bottom - 409) <= 5, JSON.stringify(box));
  }
});

test("a slice of air has no box", () => {
  assert.equal(bodyBox(new Float32Array(64 * 64).fill(-1000), 64, 64), null);
});
