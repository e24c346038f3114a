import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, FactSource, FactValue } from "../core/index.ts";
import { contradict, currentValues, factsOf, groupFacts, standingAt } from "./facts.ts";

const typed = (name: string): FactSource => ({ kind: "typed", by: name, name });
const measured = (from: string): FactSource => ({
  kind: "measured",
  method: "perfusion",
  version: "1.0.0",
  from: [from],
});
let count = 0;
function fact(name: string, value: FactValue, clock: string, source = typed("Keller"), more: Partial<Fact> = {}): Fact {
  const at = `2026-11-01T${clock}:00.000Z`;
  return { id: `f${count++}`, name, value, unit: "", source, observedAt: at, recordedAt: at, ...more };
}

test("the fact that was true last is in use, whenever it was written down", () => {
  const late = fact("nihss", 16, "04:31", typed("Keller"), { recordedAt: "2026-11-01T04:31:00.000Z" });
  const early = fact("nihss", 12, "03:00", typed("Rossi"), { recordedAt: "2026-11-01T05:00:00.000Z" });
  const [group] = groupFacts([late, early]);
  assert.equal(group?.current, late);
  assert.deepEqual(group?.others, [early]);
});

test("two people who know different pre-stroke mRS contradict each other, and both stay to be seen", () => {
  const [group] = groupFacts([fact("prestroke_mrs", 1, "04:00"), fact("prestroke_mrs", 3, "06:00", typed("Rossi"))]);
  assert.equal(group?.contradicted, true);
  assert.equal(group?.others.length, 1);
});

test("an NIHSS that rises over two hours is a course; two values of the same minute contradict", () => {
  assert.equal(contradict(fact("nihss", 8, "04:00"), fact("nihss", 16, "06:00")), false);
  assert.equal(contradict(fact("nihss", 8, "04:00"), fact("nihss", 16, "04:10")), true);
});

test("a typed core volume and a measured one agree within 5 percent and contradict beyond", () => {
  assert.equal(contradict(fact("core_ml", 21, "04:00"), fact("core_ml", 21.6, "04:00", measured("1.2"))), false);
  assert.equal(contradict(fact("core_ml", 21, "04:00"), fact("core_ml", 40, "04:00", measured("1.2"))), true);
});

test("a second run of the same method over the same series replaces the first", () => {
  const first = fact("core_ml", 20, "04:00", measured("1.2"));
  const second = fact("core_ml", 35, "04:00", measured("1.2"), { recordedAt: "2026-11-01T04:20:00.000Z" });
  const [group] = groupFacts([first, second]);
  assert.equal(group?.current, second);
  assert.equal(group?.contradicted, false);
});

test("a fact that was taken back is shown and not used", () => {
  const wrong = fact("aspects", 2, "05:00", typed("Keller"), {
    retracted: { by: "Keller", at: "2026-11-01T05:05:00.000Z", reason: "wrong patient" },
  });
  const [group] = groupFacts([wrong]);
  assert.equal(group?.current, null);
  assert.deepEqual(currentValues(groupFacts([wrong])), {});
  assert.deepEqual(group?.others, [wrong]);
});

test("values of two sources that differ are both told to the engine; the later word of one person is a correction", () => {
  const noon = "2026-11-01T06:30:00.000Z";
  const two = groupFacts([fact("prestroke_mrs", 1, "04:00"), fact("prestroke_mrs", 3, "06:00", typed("Rossi"))]);
  const { facts, doubts } = factsOf(two, noon);
  assert.deepEqual(facts, {});
  assert.deepEqual(
    doubts.contested.prestroke_mrs?.map(({ value, source }) => [value, source]),
    [
      [3, "typed by Rossi"],
      [1, "typed by Keller"],
    ],
  );
  const corrected = groupFacts([fact("prestroke_mrs", 1, "04:00"), fact("prestroke_mrs", 3, "06:00")]);
  assert.deepEqual(factsOf(corrected, noon).facts, { prestroke_mrs: 3 });
  const back = { by: "Keller", at: noon, reason: "asked the wife" };
  const resolved = groupFacts([
    fact("prestroke_mrs", 1, "04:00", typed("Keller"), { retracted: back }),
    fact("prestroke_mrs", 3, "06:00", typed("Rossi")),
  ]);
  assert.deepEqual(factsOf(resolved, noon).facts, { prestroke_mrs: 3 });
});

test("a fact that is too old is no fact and says so; a clock runs on", () => {
  const groups = groupFacts([fact("nihss", 12, "04:00"), fact("hours_from_ictus", 2, "04:00")]);
  const later = "2026-11-01T11:00:00.000Z";
  const { facts, doubts } = factsOf(groups, later);
  assert.deepEqual(facts, { hours_from_ictus: 9 });
  assert.match(doubts.aside.nihss?.why ?? "", /NIHSS 12 is older than 6 h/);
  const [nihss, ictus] = standingAt(groups, later);
  assert.match(nihss?.stale ?? "", /older than 6 h/);
  assert.equal(ictus?.grown, 9);
});

test("hours that began at the same moment agree, whenever they were written down", () => {
  assert.equal(contradict(fact("time_lkw_h", 2, "04:00"), fact("time_lkw_h", 4, "06:10")), false);
  assert.equal(contradict(fact("time_lkw_h", 2, "04:00"), fact("time_lkw_h", 2, "06:10")), true);
});
