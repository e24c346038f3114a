import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { Scale } from "../../knowledge/scales.ts";
import { regionsOf } from "./region-shapes.ts";

const PACK = new URL("../../../packs/willis-stroke-2026/scales.json", import.meta.url);
const scales = JSON.parse(readFileSync(PACK, "utf8")) as Scale[];

/** Corners of a path of absolute lines; ovals give their ends. */
function corners(path: string): readonly (readonly [number, number])[] {
  return [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])] as const);
}

for (const id of ["aspects", "pc-aspects"]) {
  const scale = scales.find((each) => each.id === id)!;
  const map = regionsOf(id)!;
  const shapes = map.levels.flatMap((level) => level.regions);

  test(`${id}: every item has one area, every area is an item, and each item has a spared and an affected answer`, () => {
    assert.deepEqual(shapes.map((shape) => shape.key).sort(), scale.items.map((item) => item.key).sort());
    for (const item of scale.items) {
      assert.equal(item.options.length, 2, item.key);
      assert.ok(
        item.options.some((option) => option.value === item.normal),
        item.key,
      );
    }
  });

  test(`${id}: what is named right lies on the patient's right, which is at the left; its pair is the mirror image`, () => {
    for (const shape of shapes) {
      const side = map.sided || shape.key.endsWith("-R") ? "right" : shape.key.endsWith("-L") ? "left" : "middle";
      const [x, y] = shape.label;
      if (side === "middle") assert.equal(x, 100, shape.key);
      else assert.ok(side === "right" ? x < 100 : x > 100, `${shape.key} at ${x}`);
      assert.ok(x > 0 && x < 200 && y > 0 && y < 240, shape.key);
      if (side !== "left") continue;
      const pair = shapes.find((each) => each.key === shape.key.replace(/-L$/, "-R"))!;
      assert.ok(Math.abs(pair.label[0] + x - 200) < 0.2 && Math.abs(pair.label[1] - y) < 0.2, shape.key);
    }
  });
}

test("the areas of one hemisphere stay in it and in the drawing", () => {
  for (const level of regionsOf("aspects")!.levels)
    for (const shape of level.regions.filter(({ path }) => !path.includes("a")))
      for (const [x, y] of corners(shape.path))
        assert.ok(x >= 18 && x <= 100 && y >= 12 && y <= 228, `${shape.key} ${x} ${y}`);
});

test("a scale without places has no drawing", () => assert.equal(regionsOf("gcs"), null));
