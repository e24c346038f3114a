import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vec3 } from "../../../../core/geometry.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";
import { EMBER } from "../../maps/colour-map.ts";
import { fusedPicture, type Paint } from "./fused-picture.ts";

/** 100 everywhere, 400 where x > 0; 20 mm wide. */
const volume: SliceVolume = {
  grid: {
    shape: [20, 20, 20],
    spacing: [1, 1, 1],
    origin: [-9.5, -9.5, -9.5],
    direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
  },
  slices: Array.from({ length: 20 }, (_, k) =>
    Int16Array.from({ length: 400 }, (_, p) => (p % 20 >= 10 ? 400 : 100) + (k === 13 ? 200 : 0)),
  ),
  slope: 1,
  intercept: 0,
  unit: "HU",
};
const plane = {
  corner: [-15, -9, 0.5] as Vec3,
  right: [0.5, 0, 0] as Vec3,
  down: [0, 0.5, 0] as Vec3,
  width: 60,
  height: 36,
};
const paint: Paint = { map: EMBER, low: 150, high: 650, opacity: 0.5, mode: "blend" };

test("what the second volume does not reach, and what lies at its low end, stays clear", () => {
  const picture = fusedPicture(volume, plane, undefined, paint, 2);
  const at = (x: number) => [...picture.subarray(4 * (20 * 60 + x), 4 * (20 * 60 + x) + 4)];
  assert.deepEqual(at(2), [0, 0, 0, 0], "x = -14 mm: outside");
  assert.deepEqual(at(20), [0, 0, 0, 0], "x = -5 mm: 100, below the low end");
  assert.deepEqual(at(40), [...EMBER.table[128]!, 128], "x = 5 mm: 400 of 150 to 650 is the middle");
});

test("the second volume takes the slab of the picture below", () => {
  const slab = { normal: [0, 0, 1] as Vec3, mm: 8, kind: "mip" as const };
  const picture = fusedPicture(volume, plane, slab, paint, 2);
  const at = 4 * (20 * 60 + 40);
  assert.deepEqual([...picture.subarray(at, at + 3)], [...EMBER.table[Math.round((255 * 450) / 500)]!]);
});

test("in squares every other one is the second volume alone", () => {
  const picture = fusedPicture(
    volume,
    { ...plane, width: 120, corner: [-9, -9, 0.5], right: [0.1, 0, 0] },
    undefined,
    { ...paint, mode: "checker" },
    2,
  );
  const opacity = (x: number, y: number) => picture[4 * (y * 120 + x) + 3];
  assert.deepEqual([opacity(5, 5), opacity(33, 5), opacity(60, 5), opacity(5, 33)], [0, 255, 0, 255]);
});
