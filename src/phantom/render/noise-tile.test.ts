import assert from "node:assert/strict";
import { test } from "node:test";
import { addNoise, noiseTile } from "./noise-tile.ts";

test("noise has the standard deviation that was asked for and no offset", () => {
  for (const smooth of [true, false]) {
    const tile = noiseTile(7, smooth);
    const image = new Float32Array(512 * 256);
    addNoise(image, 512, 5, tile);
    const mean = image.reduce((a, b) => a + b, 0) / image.length;
    const sd = Math.sqrt(image.reduce((a, b) => a + (b - mean) ** 2, 0) / image.length);
    assert.ok(Math.abs(mean) < 0.1, `mean ${mean}`);
    assert.ok(Math.abs(sd - 5) < 0.15, `SD ${sd}`);
  }
});
