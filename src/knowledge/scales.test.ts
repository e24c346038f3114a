import assert from "node:assert/strict";
import test from "node:test";
import { type Scale, type ScaleAnswers, type ScaleItem, scoreScale } from "./scales.ts";

const yesNo = (key: string, points: number): ScaleItem => ({
  key,
  label: key,
  options: [
    { value: 0, label: "no" },
    { value: points, label: "yes" },
  ],
});

function scale(kind: Scale["kind"], items: readonly ScaleItem[], given: Partial<Scale> = {}): Scale {
  return {
    id: "s",
    name: "S",
    domain: "d",
    kind,
    items,
    unit: "",
    range: [0, null],
    bands: [{ from: 3, to: null, words: "high" }],
    interpretation: [],
    source: "Someone 2000",
    doi: null,
    field: null,
    verified: "source-seen",
    verifiedScope: "main-facts",
    confidence: "high",
    verifiedVia: [],
    note: null,
    ...given,
  };
}

const score = (s: Scale, answers: ScaleAnswers) => scoreScale(s, answers).value;

test("an item that was not answered never counts as zero", () => {
  const result = scoreScale(scale("sum", [yesNo("a", 1), yesNo("b", 2)]), { a: 1 });
  assert.deepEqual([result.value, result.missing], [null, ["b"]]);
  assert.match(result.reason!, /not answered: b/);
});

test("a sum adds the points and reads its band", () => {
  const result = scoreScale(scale("sum", [yesNo("a", 1), yesNo("b", 2)]), { a: 1, b: 2 });
  assert.deepEqual([result.value, result.reading, result.source], [3, "high", "Someone 2000"]);
});

test("an answer outside the options, or an item that does not exist, is an error", () => {
  assert.throws(() => scoreScale(scale("sum", [yesNo("a", 2)]), { a: 1 }), /must be one of 0 \(no\), 2 \(yes\), not 1/);
  assert.throws(() => scoreScale(scale("sum", [yesNo("a", 2)]), { a: 2, b: 1 }), /no item "b"/);
});

test("what cannot be tested adds nothing in the NIHSS and forbids a total in the GCS", () => {
  const arm = { ...yesNo("arm", 4), untestable: { word: "UN", points: 0 } };
  const verbal = { ...yesNo("verbal", 4), untestable: { word: "NT" } };
  assert.deepEqual([score(scale("sum", [arm, yesNo("b", 2)]), { arm: "UN", b: 2 })], [2]);
  const result = scoreScale(scale("sum", [verbal, yesNo("b", 2)]), { verbal: "NT", b: 2 });
  assert.deepEqual([result.value, result.untestable], [null, ["verbal"]]);
  assert.match(result.reason!, /could not be tested/);
});

test("points by steps count each begun step", () => {
  const age = { key: "age", label: "age", options: [], perStep: { above: 60, step: 5, points: 1, unit: "years" } };
  const at = (years: number) => score(scale("sum", [age]), { age: years });
  assert.deepEqual([0, 60, 61, 65, 66].map(at), [0, 0, 1, 1, 2]);
  for (const years of [Number.NaN, Number.POSITIVE_INFINITY, -1])
    assert.throws(() => at(years), /must be a number of years/);
});

test("stenosis and volume formulas give the textbook numbers and refuse what cannot be computed", () => {
  const input = (key: string): ScaleItem => ({ key, label: key, options: [], input: { unit: "mm", range: [0, 20] } });
  const nascet = scale("formula", [input("lumen_mm"), input("reference_mm")], { formula: "nascet" });
  assert.equal(score(nascet, { lumen_mm: 1.5, reference_mm: 5 }), 70);
  assert.throws(() => score(nascet, { lumen_mm: 0, reference_mm: 0 }), /cannot be computed/);
  assert.throws(() => score(nascet, { lumen_mm: 25, reference_mm: 5 }), /between 0 and 20 mm, not 25/);
  const abc = scale("formula", ["a_cm", "b_cm", "c_cm"].map(input), { formula: "abc/2" });
  assert.equal(score(abc, { a_cm: 4, b_cm: 3, c_cm: 5 }), 30);
});

test("two columns give the difference, and a line that does not exist is refused", () => {
  const left = {
    ...yesNo("repair", 0),
    options: [
      { value: 4, label: "growth" },
      { value: 3, label: "smoker" },
    ],
  };
  const right = { ...yesNo("keep", 0), options: [{ value: 5, label: "frail" }] };
  const uiats = scale("two-column", [left, right]);
  assert.equal(score(uiats, { repair: ["growth", "smoker"], keep: ["frail"] }), 2);
  assert.throws(() => score(uiats, { repair: ["x"], keep: [] }), /no line "x"/);
});
