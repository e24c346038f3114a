import assert from "node:assert/strict";
import { test } from "node:test";
import { maskWords, openingSubtraction, relationshipWarning, shiftAt, shiftWords, withMask } from "./mask-frames.ts";

test("the mask frames a run names are used, and its shift is rows then columns", () => {
  const run = {
    "00286100": {
      vr: "SQ",
      Value: [{ "00286110": { vr: "US", Value: [2, 3] }, "00286114": { vr: "FL", Value: [0.5, -1] } }],
    },
  };
  const { mask, maskFrom, shiftX, shiftY } = openingSubtraction(run, 20);
  assert.deepEqual(mask, [1, 2]);
  assert.equal(maskFrom, "stated by the run");
  assert.deepEqual([shiftX, shiftY], [-1, 0.5]);
});

test("a run that names none takes frames 2 to 4, a short one its first", () => {
  assert.deepEqual(openingSubtraction({}, 20).mask, [1, 2, 3]);
  assert.deepEqual(openingSubtraction({}, 3).mask, [0]);
});

test("a mask is told as a reader counts frames", () => {
  assert.equal(maskWords([1, 2, 3, 4]), "mean of frames 2–5");
  assert.equal(maskWords([4]), "frame 5");
  assert.equal(maskWords([1, 3]), "mean of frames 2, 4");
});

test("the reader's shift comes on top of the alignment, and another mask undoes the alignment", () => {
  const opening = openingSubtraction({}, 20);
  const aligned = new Map([[7, { x: 1.46, y: -2.3, residual: 1.08, before: 3.4 }]]);
  const run = { ...opening, aligned };
  assert.deepEqual(shiftAt({ ...run, shiftX: 0.1 }, 7), [1.56, -2.3]);
  assert.deepEqual(shiftAt(run, 8), [0, 0]);
  assert.deepEqual(shiftWords(run, 7), [
    "mask shifted +1.5, −2.3 px",
    "motion corrected, residual 1.08 × noise (was 3.40)",
  ]);
  assert.equal(withMask(run, [4], "chosen").aligned, undefined);
});

test("values that are not stated to be linear or logarithmic come with a warning", () => {
  const stated = (Value: string[]) => ({ "00281040": { vr: "CS", Value } });
  assert.equal(relationshipWarning(stated(["LIN"])), "");
  assert.equal(relationshipWarning(stated(["LOG"])), "");
  assert.match(relationshipWarning(stated(["DISP"])), /display values/);
  assert.match(relationshipWarning({}), /does not say/);
});
