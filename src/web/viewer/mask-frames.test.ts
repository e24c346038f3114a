import assert from "node:assert/strict";
import { test } from "node:test";
import { maskWords, openingSubtraction } from "./mask-frames.ts";

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
