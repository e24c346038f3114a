import assert from "node:assert/strict";
import test from "node:test";
import type { Fact } from "../core/index.ts";
import type { Scale } from "../knowledge/index.ts";
import { groupFacts } from "./facts.ts";
import { coursesOf, filledItems, inputWords, type ScaleEntryView } from "./scale-entries.ts";

const fact = (name: string, value: Fact["value"], minute: number, unit = ""): Fact => ({
  ...{ id: `${name} ${minute}`, name, value, unit, source: { kind: "typed", by: "1", name: "Dr Keller" } },
  ...{ observedAt: new Date(minute * 60_000).toISOString(), recordedAt: new Date(minute * 60_000).toISOString() },
});

const SCALE = {
  ...{ id: "s", name: "S", domain: "d", kind: "sum", unit: "", range: [0, 3], bands: [], interpretation: [] },
  items: [
    {
      key: "age",
      label: "age",
      options: [
        { value: 0, label: "<70", when: { field: "age_years", op: "lt", value: 70 } },
        { value: 1, label: ">=70", when: { field: "age_years", op: "gte", value: 70 } },
      ],
    },
    {
      key: "htn",
      label: "hypertension",
      options: [
        { value: 0, label: "no", when: { field: "hypertension", op: "eq", value: false } },
        { value: 2, label: "yes", when: { field: "hypertension", op: "eq", value: true } },
      ],
    },
  ],
  ...{ source: "x", doi: null, field: null, verified: "from-memory", verifiedScope: "none", confidence: "low" },
  ...{ verifiedVia: [], note: null },
} as unknown as Scale;

test("an item is filled from the fact in use and says in words where it came from", () => {
  const [age, ...rest] = filledItems(SCALE, groupFacts([fact("age_years", 69, 1), fact("age_years", 71, 90)]));
  assert.deepEqual(rest, [], "what is not known fills nothing");
  // Two ages that differ contradict each other.
  assert.equal(age, undefined);
  const [one] = filledItems(SCALE, groupFacts([fact("age_years", 71, 90)]));
  assert.deepEqual([one?.item, one?.answer], ["age", 1]);
  assert.match(inputWords(one!.facts[0]!), /^\S.* 71 years, typed by Dr Keller$/);
});

test("a fact that was taken back fills nothing", () => {
  const gone = { ...fact("hypertension", true, 1), retracted: { by: "Dr A", at: "x", reason: "wrong patient" } };
  assert.deepEqual(filledItems(SCALE, groupFacts([gone])), []);
  assert.deepEqual(filledItems(SCALE, groupFacts([gone, fact("hypertension", false, 2)]))[0]?.answer, 0);
});

function entry(id: string, scale: string, minute: number, given: Partial<ScaleEntryView> = {}): ScaleEntryView {
  const at = new Date(minute * 60_000).toISOString();
  return {
    ...{ id, scale, name: scale, pack: { id: "p", version: "1", hash: "h" }, occasion: "", side: "", answers: {} },
    ...{ value: 1, unit: "", reason: null, reading: null, untestable: [], inputs: [], note: "", citation: "" },
    ...{ observedAt: at, recordedAt: at, by: { id: "1", name: "A", organisation: "H" }, fact: null },
    ...{ supersedes: null, correction: "", supersededBy: null },
    ...given,
  };
}

test("a course holds one scale and occasion; what was corrected stays in it and counts no more", () => {
  const courses = coursesOf([
    entry("a", "nihss", 30),
    entry("b", "nihss", 10, { supersededBy: "c" }),
    entry("c", "nihss", 10, { supersedes: "b", recordedAt: new Date(99 * 60_000).toISOString() }),
    entry("d", "mrs", 50, { occasion: "now" }),
    entry("e", "mrs", 5, { occasion: "before the stroke" }),
  ]);
  assert.deepEqual(
    courses.map((course) => [course.scale, course.occasion, course.counting.map((each) => each.id)]),
    [
      ["nihss", "", ["c", "a"]],
      ["mrs", "now", ["d"]],
      ["mrs", "before the stroke", ["e"]],
    ],
  );
  assert.deepEqual(
    courses[0]!.all.map((each) => each.id),
    ["a", "c", "b"],
  );
});
