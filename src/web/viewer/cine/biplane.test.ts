import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonInstance } from "../pane/dicom-json.ts";
import { beganLater, isBiplanePair, planeLetter } from "./biplane.ts";

const run = (letter: string, time?: string, more: JsonInstance = {}): JsonInstance => ({
  "00080008": { vr: "CS", Value: ["ORIGINAL", "PRIMARY", letter] },
  "00080018": { vr: "UI", Value: [`1.2.${letter.length}.${time ?? 0}`] },
  "0020000D": { vr: "UI", Value: ["1.2"] },
  ...(time ? { "00080032": { vr: "TM", Value: [time] } } : {}),
  ...more,
});

test("planes A and B that begin together are one biplane acquisition", () => {
  const [a, b] = [run("BIPLANE A", "101010.2"), run("BIPLANE B", "101010.25")];
  assert.equal(isBiplanePair(a, b), true);
  assert.ok(Math.abs(beganLater(a, b) - 0.05) < 1e-6);
  assert.equal(planeLetter(run("SINGLE PLANE")), undefined);
});

test("two planes of different acquisitions, the same plane twice and single planes are no pair", () => {
  assert.equal(isBiplanePair(run("BIPLANE A", "101010"), run("BIPLANE B", "101110")), false);
  assert.equal(isBiplanePair(run("BIPLANE A", "101010"), run("BIPLANE A", "101010")), false);
  assert.equal(isBiplanePair(run("SINGLE PLANE", "101010"), run("SINGLE PLANE", "101010")), false);
});

test("without times the acquisition number or a reference tells", () => {
  const numbered = (n: number) => ({ "00200012": { vr: "IS", Value: [n] } });
  assert.equal(isBiplanePair(run("BIPLANE A", undefined, numbered(3)), run("BIPLANE B", undefined, numbered(3))), true);
  assert.equal(
    isBiplanePair(run("BIPLANE A", undefined, numbered(3)), run("BIPLANE B", undefined, numbered(4))),
    false,
  );
  const other = run("BIPLANE B", "111111");
  const refers = { "00081140": { vr: "SQ", Value: [{ "00081155": other["00080018"]! }] } };
  assert.equal(isBiplanePair(run("BIPLANE A", "101010", refers), other), true);
});
