import assert from "node:assert/strict";
import { test } from "node:test";
import { evenField, fieldAt } from "../../../imaging/angiography/warp.ts";
import {
  fieldOf,
  liveAt,
  maskAt,
  maskWords,
  maskWordsAt,
  openingSubtraction,
  relationshipWarning,
  shiftAt,
  shiftWords,
  withMask,
} from "./mask-frames.ts";

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

test("a run that states a mask for each frame is subtracted frame by frame until the reader chooses another mask", () => {
  const value = (vr: string, ...Value: (string | number)[]) => ({ vr, Value });
  const run = {
    "00286100": {
      vr: "SQ",
      Value: [{ "00286101": value("CS", "TID"), "00286120": value("SS", 2), "00286112": value("US", 2) }],
    },
  };
  const opening = openingSubtraction(run, 12);
  assert.deepEqual(maskAt(opening, 7), [5]);
  assert.deepEqual(liveAt(opening, 7, 12), [7, 8]);
  assert.deepEqual(liveAt(opening, 11, 12), [11]);
  assert.equal(maskWordsAt(opening, 7), "frame 6 (time interval), 2 frames averaged");
  assert.match(maskWordsAt(opening, 1), /outside the range stated/);
  const chosen = withMask(opening, [0, 1], "chosen");
  assert.deepEqual(maskAt(chosen, 7), [0, 1]);
  assert.equal(maskWordsAt(chosen, 7), "mean of frames 1–2");
});

test("the reader's shift comes on top of a local movement, too, and is said", () => {
  const field = evenField(256, 256, 16, 1, 2);
  const aligned = new Map([[7, { x: 0.5, y: 0.5, residual: 1.05, before: 2.5, field, largest: 2.2 }]]);
  const run = { ...openingSubtraction({}, 20), aligned };
  const moved = fieldOf({ ...run, shiftX: 0.3 }, 7)!;
  assert.ok(Math.abs(fieldAt(moved, moved.x, 100, 100) - 1.3) < 1e-5);
  assert.ok(Math.abs(fieldAt(moved, moved.y, 100, 100) - 2) < 1e-5);
  assert.deepEqual(shiftWords(run, 7), [
    "motion corrected place by place, up to 2.2 px",
    "residual 1.05 × noise (was 2.50)",
  ]);
  assert.equal(fieldOf(run, 8), null);
});

test("values that are not stated to be linear or logarithmic come with a warning", () => {
  const stated = (Value: string[]) => ({ "00281040": { vr: "CS", Value } });
  assert.equal(relationshipWarning(stated(["LIN"])), "");
  assert.match(relationshipWarning(stated(["LOG"])), /unit is not known/);
  assert.match(relationshipWarning(stated(["DISP"])), /Display values/);
  assert.match(relationshipWarning({}), /does not say/);
});
