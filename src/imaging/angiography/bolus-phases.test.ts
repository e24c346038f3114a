import assert from "node:assert/strict";
import { test } from "node:test";
import { densityCurves, phaseOf, runPhases } from "./bolus-phases.ts";

const bump = (t: number, at: number) => 0.4 * Math.exp(-(((t - at) / 2.5) ** 2));
const blocks = Array.from({ length: 24 }, (_, t) =>
  Float32Array.from({ length: 60 }, (_, b) => 7 - bump(t, 8 + (b % 3) * 5)),
);

test("blocks are grouped by when they are fullest", () => {
  const curves = densityCurves(blocks, [0, 1, 2])!;
  assert.equal(curves.early.indexOf(Math.max(...curves.early)), 8);
  assert.equal(curves.middle.indexOf(Math.max(...curves.middle)), 13);
  assert.equal(curves.late.indexOf(Math.max(...curves.late)), 18);
});

test("phases follow each other", () => {
  const curves = densityCurves(blocks, [0, 1, 2])!;
  assert.deepEqual(
    [0, 8, 13, 20].map((t) => phaseOf(t, curves)),
    ["mask", "arterial", "capillary", "venous"],
  );
});

test("a run without contrast has no curves", () => {
  assert.equal(
    densityCurves(
      blocks.map(() => new Float32Array(60).fill(7)),
      [0],
    ),
    null,
  );
});

test("the phases of a run are named with their frames and times", () => {
  const curves = densityCurves(blocks, [0, 1, 2])!;
  const times = blocks.map((_, t) => t / 4);
  const phases = runPhases(curves, times);
  assert.deepEqual(
    phases.map(({ name }) => name),
    ["mask", "arterial", "capillary", "venous"],
  );
  phases.forEach((one, k) => {
    assert.equal(one.fromFrame, (phases[k - 1]?.toFrame ?? -1) + 1);
    assert.equal(one.toS, times[one.toFrame]);
  });
  assert.equal(phases.at(-1)!.toFrame, 23);
});
