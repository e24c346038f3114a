import assert from "node:assert/strict";
import { test } from "node:test";
import { gradeWords, monthYear } from "./grade.ts";

test("each body keeps its own system", () => {
  assert.equal(gradeWords({ gradeSystem: "AHA COR/LOE", strength: "1", certainty: "A" }), "COR 1, LOE A");
  assert.equal(
    gradeWords({ gradeSystem: "AHA COR/LOE", strength: "3: Harm", certainty: "B-R" }),
    "COR 3: Harm, LOE B-R",
  );
  assert.equal(
    gradeWords({ gradeSystem: "GRADE (ESO)", strength: "strong for", certainty: "moderate" }),
    "strong for, moderate certainty",
  );
  assert.equal(
    gradeWords({ gradeSystem: "GRADE (ESO)", strength: "expert consensus", certainty: "none" }),
    "expert consensus",
  );
  assert.equal(gradeWords({ gradeSystem: "ESC class/level", strength: "IIa", certainty: "B" }), "class IIa, level B");
  assert.equal(
    gradeWords({ gradeSystem: "AHA COR/LOE", strength: "suggestion (statement)", certainty: "n/a" }),
    "suggestion (statement)",
  );
});

test("an expiry is told by month", () => {
  assert.equal(monthYear("2029-01-31"), "01/2029");
});
