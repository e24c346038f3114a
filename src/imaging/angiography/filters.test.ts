import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../core/random.ts";
import { edgeEnhanced, noiseLeft, recursiveWeights, roadmap, saturationOf, weightedPicture } from "./filters.ts";

test("edge enhancement leaves flat places alone, raises edges, and stays within 16 bits", () => {
  const step = Int16Array.from({ length: 20 * 20 }, (_, p) => (p % 20 < 10 ? 0 : 1000));
  const out = edgeEnhanced(step, 20, 20, 1);
  assert.equal(out[10 * 20 + 2], 0);
  assert.equal(out[10 * 20 + 17], 1000);
  assert.ok(out[10 * 20 + 10]! > 1200 && out[10 * 20 + 9]! < -200);
  assert.equal(edgeEnhanced(step, 20, 20, 0), step);
  const extreme = Int16Array.from({ length: 400 }, (_, p) => (p % 2 ? 32767 : -32768));
  assert.ok(edgeEnhanced(extreme, 20, 20, 3).every((value) => value >= -32768 && value <= 32767));
});

test("the recursive filter keeps the sum, knows no frames before the first, and leaves the noise it says", () => {
  for (const strength of [0, 0.3, 0.7, 0.9, 5, Number.NaN])
    for (const frame of [0, 1, 7, 100]) {
      const weights = recursiveWeights(strength, frame);
      assert.ok(weights.length <= frame + 1);
      assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-9);
    }
  const random = normal(uniform(3));
  const weights = recursiveWeights(0.6, 20);
  const pictures = weights.map(() => Int16Array.from({ length: 40000 }, () => 1000 * random()));
  const out = weightedPicture(pictures, weights);
  const sd = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0) / out.length) / 1000;
  assert.ok(Math.abs(sd / noiseLeft(weights) - 1) < 0.02, `${sd} ${noiseLeft(weights)}`);
});

test("a roadmap shows a vessel wherever contrast came in any frame, and no noise", () => {
  const random = normal(uniform(5));
  const pictures = [0, 1, 2].map((t) =>
    Int16Array.from({ length: 200 * 200 }, (_, p) => {
      const [x, y] = [p % 200, Math.floor(p / 200)];
      const vessel = Math.abs(x - 100) < 4 && y > 60 * t && y <= 60 * (t + 1) ? -600 : 0;
      return vessel + 20 * random();
    }),
  );
  const map = roadmap(pictures);
  for (const y of [20, 80, 140]) assert.ok(map[y * 200 + 100]! > 180, `row ${y}`);
  assert.ok(map.filter((value, p) => value > 0 && Math.abs((p % 200) - 100) > 6).length < 40);
});

test("saturation is said of the middle of a picture, not of the air around it", () => {
  const picture = (middle: (k: number) => number) =>
    Uint16Array.from({ length: 64 * 64 }, (_, p) => {
      const [r, c] = [p >> 6, p & 63];
      return r >= 16 && r < 48 && c >= 16 && c < 48 ? middle(c) : 4095;
    });
  const codes = (middle: (k: number) => number) =>
    saturationOf({ frame: picture(middle), rows: 64, columns: 64, bitsStored: 12 }).map(({ code }) => code);
  assert.deepEqual(
    codes(() => 2000),
    [],
  );
  assert.deepEqual(
    codes((c) => (c < 32 ? 4095 : 2000)),
    ["saturated"],
  );
  assert.deepEqual(
    codes((c) => (c < 32 ? 0 : 4095)),
    ["saturated", "no-signal"],
  );
  const [half] = saturationOf({ frame: picture((c) => (c < 32 ? 4095 : 9)), rows: 64, columns: 64, bitsStored: 12 });
  assert.match(half!.message, /^50 % of the middle/);
});
