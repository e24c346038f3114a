import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../../core/random.ts";
import { projectedTube } from "../../../imaging/vessel/projected-tube.ts";
import { widthAcross } from "./catheter-edges.ts";

/** A straight catheter of a radius (px) seen from the side at an angle, in a noisy field of intensities. */
function catheter(radius: number, degrees: number, noise: number) {
  const size = 128;
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const random = normal(uniform(7));
  const out = new Float64Array(5);
  const pixels = Float32Array.from({ length: size * size }, (_, k) => {
    const across = (k % size) - 64;
    const down = Math.floor(k / size) - 64;
    projectedTube(across * c + down * s, 0.12 * radius, radius, 0.3, 0.9, "intensity", out);
    return 3000 * Math.exp(-out[0]!) + noise * random();
  });
  return { picture: { pixels, rows: size, columns: size }, across: [c, s] as const };
}

test("a line drawn roughly across a catheter finds its width within a tenth of a pixel", () => {
  for (const [radius, degrees] of [
    [4, 0],
    [6, 30],
    [5, 75],
  ] as const) {
    const { picture, across } = catheter(radius, degrees, 15);
    const at = (d: number) => [64 + d * across[0], 64 + d * across[1]] as const;
    const width = widthAcross(picture, at(-radius - 1.2), at(radius + 0.9));
    assert.equal(width.how, "model fit");
    assert.ok(Math.abs(width.pixels - 2 * radius) < 0.2, `${width.pixels} for ${2 * radius}`);
    assert.ok(width.edgeError < 0.5);
  }
});

test("where there is no catheter the line itself counts, with the error of a hand", () => {
  const random = normal(uniform(1));
  const pixels = Float32Array.from({ length: 4096 }, () => 1000 + 30 * random());
  const width = widthAcross({ pixels, rows: 64, columns: 64 }, [20, 30], [31, 30]);
  assert.deepEqual(width, { pixels: 11, edgeError: 0.7, how: "two points" });
});
