import assert from "node:assert/strict";
import test from "node:test";
import { item, packOf } from "../../test/made-pack.ts";
import { diffCriteria, diffPacks } from "./diff.ts";
import { evaluate } from "./evaluate.ts";
import { optionsFor } from "./options.ts";
import { criterionProblems, packProblems } from "./pack-problems.ts";
import type { Recommendation } from "./recommendation.ts";
import { compareTrial, type Trial } from "./trial.ts";

const NOW = "2026-11-24T08:00:00.000Z";

test("an expired or superseded pack and item can be listed but drive nothing", () => {
  const packs = [
    packOf([item("a"), item("b", { expires: "2026-11-23" }), item("c", { status: "superseded" })]),
    packOf([item("d")], { id: "old", expires: "2026-11-23" }),
    packOf([item("e")], { id: "gone", supersededBy: "p" }),
  ];
  const result = evaluate(packs, { nihss: 10 }, NOW);
  assert.deepEqual(
    result.cards.map((card) => card.id),
    ["a"],
  );
  assert.deepEqual(
    result.silent.map(({ id, why }) => [id, why]),
    [
      ["b", "item expired"],
      ["c", "item superseded"],
      ["d", "pack expired"],
      ["e", "pack superseded"],
    ],
  );
  assert.deepEqual(
    result.packs.map((pack) => pack.state),
    ["in force", "expired", "superseded"],
  );
});

test("the last day of a pack still holds, the next day does not", () => {
  const packs = [packOf([item("a", { expires: "2027-06-01" })])];
  assert.equal(evaluate(packs, {}, "2027-01-01T23:59:59Z").cards.length, 1);
  assert.equal(evaluate(packs, {}, "2027-01-02T00:00:00Z").cards.length, 0);
});

test("superseded items are evaluated only when asked for", () => {
  const packs = [packOf([item("c", { status: "superseded" })])];
  assert.equal(evaluate(packs, { nihss: 10 }, NOW, { superseded: true }).cards[0]?.verdict, "applies");
});

test("opposite directions on one subject are a conflict, and the option is disputed", () => {
  const packs = [packOf([item("a"), item("b", { direction: "against", body: "Other" })])];
  const [conflict] = evaluate(packs, { nihss: 10 }, NOW).conflicts;
  assert.equal(conflict?.kind, "opposite-directions");
  assert.deepEqual(conflict?.ids, ["a", "b"]);
  assert.equal(optionsFor(packs, "stroke", { nihss: 10 }, NOW).columns[0]?.options[0]?.standing, "disputed");
  assert.deepEqual(evaluate(packs, { nihss: 3 }, NOW).conflicts, []);
});

test("an undecided card that may oppose what applies is shown before it is known", () => {
  const against = item("b", {
    direction: "against",
    criteria: { all: [{ field: "mass_effect", op: "eq", value: true }] },
  });
  const packs = [packOf([item("a"), against])];
  const [conflict] = evaluate(packs, { nihss: 10 }, NOW).conflicts;
  assert.deepEqual([conflict?.kind, conflict?.ids], ["may-oppose", ["a", "b"]]);
  assert.match(conflict!.why, /may speak against it.*Mass effect/);
  assert.deepEqual(evaluate(packs, { nihss: 10, mass_effect: false }, NOW).conflicts, []);
});

test("a pack that is not about the patient is set aside with the reason; while that is not known it stays", () => {
  const about = { field: "aneurysm_status", op: "ne", value: "unruptured" } as const;
  const packs = [packOf([item("a")], { id: "sah", about }), packOf([item("b")])];
  const shown = (facts: Record<string, string>) => optionsFor(packs, "stroke", facts, NOW);
  assert.deepEqual(
    shown({}).packs.map((pack) => pack.id),
    ["sah", "p"],
  );
  const without = shown({ aneurysm_status: "unruptured" });
  assert.deepEqual(
    without.packs.map((pack) => pack.id),
    ["p"],
  );
  assert.deepEqual(without.setAside, [{ id: "sah", title: "P", why: "not the case: Aneurysm is not unruptured" }]);
});

test("a recommendation against a thing is never shown as one for it", () => {
  const packs = [packOf([item("a", { direction: "against" })])];
  assert.equal(optionsFor(packs, "stroke", { nihss: 10 }, NOW).columns[0]?.options[0]?.standing, "against");
});

test("at the shared edge of two windows both apply and the early rule comes first", () => {
  const early = item("early", { criteria: { all: [{ field: "time_lkw_h", op: "lte", value: 6 }] } });
  const late = item("late", { criteria: { all: [{ field: "time_lkw_h", op: "between", value: [6, 24] }] } });
  const windows = [{ field: "time_lkw_h", at: 6, early: ["early"], late: ["late"], rule: "early first" }];
  const packs = [packOf([late, early], { windows })];
  const at = (time_lkw_h: number) => optionsFor(packs, "stroke", { time_lkw_h }, NOW);
  assert.deepEqual(
    at(6).columns[0]?.options[0]?.cards.map((card) => [card.id, card.verdict]),
    [
      ["early", "applies"],
      ["late", "applies"],
    ],
  );
  assert.deepEqual(
    at(6).conflicts.map((c) => [c.kind, c.first, c.why]),
    [["window-edge", ["early"], "early first"]],
  );
  assert.deepEqual(at(7).conflicts, []);
});

test("evidence newer than a guideline is shown when the guideline's item applies", () => {
  const newerEvidence = [{ id: "n", topic: "MeVO", current: ["a"], newerEvidence: ["trial-x"], direction: "opposes" }];
  const packs = [packOf([item("a")], { newerEvidence })];
  const found = evaluate(packs, { nihss: 10 }, NOW).conflicts;
  assert.deepEqual(
    found.map((c) => [c.kind, c.trials]),
    [["evidence-newer-than-guideline", ["trial-x"]]],
  );
  assert.deepEqual(evaluate(packs, {}, NOW).conflicts, []);
});

test("a card from memory says so, with its confidence and its age", () => {
  const [card] = evaluate(
    [packOf([item("a", { verified: "from-memory", confidence: "low", year: 2018 })])],
    {},
    NOW,
  ).cards;
  assert.match(card!.verification, /from memory/);
  assert.match(card!.verification, /low confidence/);
  assert.match(card!.age!, /published 2018/);
  assert.equal(card!.disclosures, "not stated");
});

test("the fact that settles most undecided cards for the least effort is asked first", () => {
  const on = (id: string, ...fields: string[]) =>
    item(id, { criteria: { all: fields.map((field) => ({ field, op: "gte" as const, value: 3 })) } });
  const packs = [packOf([on("a", "nihss"), on("b", "nihss", "aspects"), on("c", "core_ml"), on("d", "wfns")])];
  const questions = optionsFor(packs, "stroke", { wfns: 1 }, NOW).questions;
  assert.deepEqual(
    questions.map((q) => q.field),
    ["nihss", "core_ml", "aspects"],
  );
  assert.deepEqual(questions[0]?.settles, ["a"]);
  assert.deepEqual(questions[0]?.touches, ["a", "b"]);
  assert.match(questions[0]!.ask, /ask the referrer for the NIHSS/);
});

test("options are plain JSON, and the same input gives the same output", () => {
  const packs = [packOf([item("a"), item("b", { group: "surgery", subject: "Other" })])];
  const one = optionsFor(packs, "stroke", { nihss: 10 }, NOW);
  assert.deepEqual(JSON.parse(JSON.stringify(one)), one);
  assert.deepEqual(optionsFor(packs, "stroke", { nihss: 10 }, NOW), one);
  assert.deepEqual(
    one.columns.map((c) => c.group),
    ["intervention", "surgery", "medical", "imaging-and-care"],
  );
});

test("an unknown fact never puts a patient outside a trial", () => {
  const trial: Trial = {
    ...item("t"),
    acronym: "T",
    type: "RCT",
    journal: "J",
    registration: null,
    n: 1,
    entry: { all: [{ field: "nihss", op: "gte", value: 6 }, { field: "core_ml", op: "lt", value: 70 }, { text: "x" }] },
    arms: [],
    primaryOutcome: "",
    effect: { measure: "", value: null, ci95: null, experimental: "", control: "" },
    safety: "",
    conclusion: "",
    enrolment: "closed" as const,
    rates: [],
    topics: [],
  };
  const open = compareTrial(trial, { nihss: 10 });
  assert.deepEqual([open.result, open.missing, open.readByPerson], ["cannot determine", ["core_ml"], ["x"]]);
  assert.deepEqual(compareTrial(trial, { nihss: 3 }).outsideBy, ["NIHSS ≥ 6"]);
});

test("two versions differ by criterion: threshold changed, added, removed", () => {
  const before = {
    all: [
      { field: "nihss", op: "gte", value: 6 },
      { field: "aspects", op: "gte", value: 6 },
    ],
  } as const;
  const after = {
    all: [
      { field: "aspects", op: "gte", value: 3 },
      { field: "mass_effect", op: "eq", value: false },
    ],
  } as const;
  assert.deepEqual(diffCriteria(before, after), [
    { kind: "threshold changed", field: "aspects", before: "ASPECTS ≥ 6", after: "ASPECTS ≥ 3" },
    { kind: "removed", field: "nihss", before: "NIHSS ≥ 6", after: null },
    { kind: "added", field: "mass_effect", before: null, after: "there is no mass effect" },
  ]);
  const old = packOf([item("a", { criteria: before, strength: "weak" }), item("gone")]);
  const young = packOf([item("a", { criteria: after }), item("new")]);
  const changes = diffPacks(old, young);
  assert.deepEqual(
    changes.map((c) => [c.id, c.kind]),
    [
      ["a", "changed"],
      ["new", "added"],
      ["gone", "removed"],
    ],
  );
  assert.deepEqual(changes[0]?.words, [{ of: "strength", before: "weak", after: "strong" }]);
  assert.deepEqual(diffPacks(young, young), []);
});

test("conditions joined in another way are said to be regrouped", () => {
  const a = { field: "nihss", op: "gte", value: 6 } as const;
  const b = { field: "aspects", op: "gte", value: 6 } as const;
  const [change] = diffPacks(
    packOf([item("a", { criteria: { all: [a, b] } })]),
    packOf([item("a", { criteria: { any: [a, b] } })]),
  );
  assert.deepEqual([change?.regrouped, change?.criteria], [true, []]);
});

test("a criterion that is malformed, misspelt or constant is refused", () => {
  const problem = (node: unknown) => criterionProblems(node as Recommendation["criteria"]).join();
  assert.match(problem({ field: "nihhs", op: "gte", value: 6 }), /unknown/);
  assert.match(problem({ field: "nihss", op: "over", value: 6 }), /unknown comparison/);
  assert.match(problem({ field: "nihss", op: "gte", value: 60 }), /between 0 and 42/);
  assert.match(problem({ field: "nihss", op: "between", value: [9, 6] }), /low, high/);
  assert.match(problem({ field: "occlusion_site", op: "gte", value: "M1" }), /does not fit/);
  assert.match(problem({ field: "nihss", op: "gte", value: 0 }), /holds always/);
  assert.match(problem({ all: [], any: [] }), /exactly one/);
  assert.match(problem({ all: [{ field: "etici", op: "gte", value: "2b" }] }), /broader word/);
  assert.equal(problem({ all: [{ field: "etici", op: "gte", value: "2b50" }] }), "");
});

test("a pack whose item cites nothing, never expires or lacks a vignette is not usable", () => {
  assert.deepEqual(packProblems(packOf([item("a")])), []);
  assert.match(packProblems(packOf([item("a", { doi: null })])).join(), /cites nothing/);
  assert.match(packProblems(packOf([item("a", { expires: "" })])).join(), /is no day/);
  assert.match(packProblems(packOf([item("a", { expires: "2026-02-31" })])).join(), /"2026-02-31", which is no day/);
  assert.match(packProblems(packOf([item("a", { expires: "2999-01-01" })])).join(), /after its pack/);
  assert.match(packProblems(packOf([item("a")], { vignettes: [] })).join(), /no boundary vignette/);
  assert.match(packProblems(packOf([item("a"), item("a")])).join(), /occurs twice/);
});
