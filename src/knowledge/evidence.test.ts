import assert from "node:assert/strict";
import test from "node:test";
import { item, packOf } from "../../test/made-pack.ts";
import { cardMarks, changeSentences } from "./card-marks.ts";
import type { Criterion } from "./criteria.ts";
import { diffRecommendation } from "./diff.ts";
import { disagreementsOf, pointsOfDifference, voicesOf } from "./difference.ts";
import { enoughFor } from "./enough.ts";
import { cardOf, evaluate } from "./evaluate.ts";
import { compareTrial, type Trial } from "./trial.ts";
import { boxColumns, trialBox } from "./trial-box.ts";

const NOW = "2026-11-24T08:00:00.000Z";

const severe = (value: number) => ({ field: "nihss", op: "gte" as const, value });
const grown = { field: "age_years", op: "gte" as const, value: 18 };
const small = { field: "aspects", op: "gte" as const, value: 6 };

const wide = item("wide", { body: "One", criteria: { all: [grown, severe(6)] } });
const narrow = item("narrow", { body: "Two", criteria: { all: [grown, severe(10), small] } });
const card = (given: typeof wide, facts: object) => cardOf(packOf([given]), given, facts as never, NOW);

test("two bodies part on the threshold that one of them fails, said with the value; what both ask alike is left out", () => {
  const facts = { nihss: 8, age_years: 70, aspects: 9 };
  const [first, second, ...none] = pointsOfDifference(card(wide, facts).trace, card(narrow, facts).trace);
  assert.equal(none.length, 0);
  assert.deepEqual([first!.field, first!.given, first!.decides], ["nihss", "NIHSS 8", true]);
  assert.deepEqual([first!.left.result, first!.right.result], ["true", "false"]);
  assert.deepEqual([second!.field, second!.left.words, second!.decides], ["aspects", null, false]);
});

test("a fact that is not known is the point when it keeps one side from holding", () => {
  const facts = { nihss: 12, age_years: 70 };
  const [first] = pointsOfDifference(card(wide, facts).trace, card(narrow, facts).trace);
  assert.deepEqual(
    [first!.field, first!.right.result, first!.given, first!.decides],
    ["aspects", "unknown", null, true],
  );
});

test("under a not the words and the result are turned", () => {
  const refused = item("refused", { criteria: { all: [grown, { not: severe(10) }] } });
  const facts = { nihss: 12, age_years: 70 };
  const [first] = pointsOfDifference(card(wide, facts).trace, card(refused, facts).trace);
  assert.deepEqual([first!.right.words, first!.right.result], ["not: NIHSS ≥ 10", "false"]);
});

test("opposite directions become two sides; newer evidence has no second side", () => {
  const against = item("against", { body: "Two", direction: "against", criteria: { all: [severe(2)] } });
  const evidence = { id: "n", topic: "t", current: ["wide"], newerEvidence: ["x"], direction: "for more" };
  const packs = [packOf([wide, against], { newerEvidence: [evidence] })];
  const { conflicts, cards } = evaluate(packs, { nihss: 8, age_years: 70 }, NOW);
  assert.equal(conflicts.length, 2);
  const [only, ...rest] = disagreementsOf(conflicts, cards);
  assert.equal(rest.length, 0);
  assert.deepEqual([only!.left.map(({ id }) => id), only!.right.map(({ id }) => id)], [["wide"], ["against"]]);
});

test("a body that stands against a trial alone keeps its side, and the trial is the other", () => {
  const said = { topic: "t", applies: ["wide"], doesNotApply: [], trials: ["x"], why: "the trial found otherwise" };
  const { conflicts, cards } = evaluate([packOf([wide], { disagreements: [said] })], { nihss: 8, age_years: 70 }, NOW);
  const [only] = disagreementsOf(conflicts, cards);
  assert.deepEqual([only!.left.map(({ id }) => id), only!.right, only!.trials], [["wide"], [], ["x"]]);
});

test("each body speaks by its nearest card, the one that holds first, and says what keeps the other from holding", () => {
  const far = item("far", { body: "Two", criteria: { all: [severe(20), small] } });
  const facts = { nihss: 8, age_years: 70, aspects: 3 };
  const cards = [narrow, far, wide].map((one) => card(one, facts));
  const [one, two, ...rest] = voicesOf(cards);
  assert.equal(rest.length, 0);
  assert.deepEqual([one!.body, one!.card.id, one!.heldBy], ["One", "wide", []]);
  assert.deepEqual([two!.body, two!.others], ["Two", 1]);
  assert.deepEqual(
    two!.heldBy.map(({ words, given }) => [words, given]),
    [
      ["NIHSS ≥ 10", "NIHSS 8"],
      ["ASPECTS ≥ 6", "ASPECTS 3"],
    ],
  );
});

const site: Criterion = { field: "occlusion_site", op: "in", value: ["ICA", "M1"] };
const core: Criterion = { field: "core_ml", op: "lt", value: 70 };
const mrs: Criterion = { field: "prestroke_mrs", op: "lte", value: 1 };

function sets(criteria: Criterion, facts = {}) {
  const pack = packOf([item("a", { criteria })]);
  const [found] = enoughFor([pack], ["a"], facts, NOW);
  return found?.sets.map((set) => [set.facts.map(({ field }) => field).join("+"), set.could.join("/")]);
}

test("one missing fact is enough, and says either", () => {
  assert.deepEqual(sets({ all: [severe(6), mrs] }, { nihss: 12 }), [["prestroke_mrs", "true/false"]]);
});

test("where each fact alone could only rule it out, all that could meet it come first, the easiest first among them", () => {
  const [first, ...others] = sets({ all: [severe(6), site, mrs] })!;
  assert.deepEqual(new Set(first![0]!.split("+")), new Set(["nihss", "prestroke_mrs", "occlusion_site"]));
  assert.equal(first![0]!.split("+").at(-1), "occlusion_site", "what is read from images comes after what is asked");
  assert.ok(others.every(([, could]) => could === "false"));
});

test("of two ways to meet it the easy one is told, and the hard one is not part of it", () => {
  const [first] = sets({ all: [severe(6), { any: [core, mrs] }] })!;
  assert.deepEqual(new Set(first![0]!.split("+")), new Set(["nihss", "prestroke_mrs"]));
});

test("what is decided, unknown to the packs or expired gives nothing", () => {
  const pack = packOf([item("a", { criteria: severe(6) })]);
  assert.deepEqual(enoughFor([pack], ["a"], { nihss: 3 }, NOW), []);
  assert.deepEqual(enoughFor([pack], ["b"], {}, NOW), []);
  assert.deepEqual(enoughFor([pack], ["a"], {}, "2031-01-01T00:00:00.000Z"), []);
});

test("a field that a scale gives is got by a scale", () => {
  const pack = packOf([item("a", { criteria: severe(6) })], { scales: [{ id: "nihss", field: "nihss" }] as never });
  assert.equal(enoughFor([pack], ["a"], {}, NOW)[0]?.missing[0]?.ease, "scale");
});

const older = item("old", { year: 2019, strength: "IIb", criteria: { all: [severe(10), small] } });
const newer = item("new", { strength: "1", criteria: { all: [severe(6), grown] }, supersedes: ["old"] });

test("a change is told by its criterion, the threshold first, and the label is not said twice", () => {
  assert.deepEqual(changeSentences(diffRecommendation(older, newer)!), [
    "NIHSS ≥ 10 became ≥ 6",
    "strength IIb became 1",
    "now also asks: Age ≥ 18 years",
    "no longer asks: ASPECTS ≥ 6",
  ]);
});

test("a change of words is told without the label too", () => {
  const place = (value: readonly string[]) => ({ field: "occlusion_site", op: "in" as const, value });
  const change = diffRecommendation(
    item("old", { criteria: place(["M2", "M3"]) }),
    item("new", { criteria: place(["M2-dominant-proximal"]) }),
  );
  assert.deepEqual(changeSentences(change!), ["Occlusion site is M2 or M3 became proximal dominant M2"]);
});

test("a direction that was turned comes before everything; another way to write a grade is no change", () => {
  const turned = item("new", { ...older, id: "new", strength: "2b", direction: "against" });
  assert.deepEqual(changeSentences(diffRecommendation(older, turned)!), [
    "was advice for it, is now advice against it",
  ]);
});

test("a card is marked by what it supersedes, and by an earlier version of its own pack before that", () => {
  const pack = packOf([newer, older], { version: "1.10.0", hash: "sha256:b" });
  assert.deepEqual(cardMarks([pack]).get("new")!.changed!.since, "Example 2019");
  assert.equal(cardMarks([pack]).get("old")!.changed, null);
  const earlier = packOf([item("new", { strength: "1", criteria: { all: [severe(8), grown] } })], {
    version: "1.9.0",
    hash: "sha256:a",
  });
  const later = packOf([item("new", { criteria: grown })], { version: "1.11.0", hash: "sha256:c" });
  const versions = [later, earlier, pack].map((each) => ({ pack: each, installedAt: null }));
  assert.deepEqual(cardMarks([pack], versions).get("new")!.changed, {
    since: "version 1.9.0",
    sentences: ["NIHSS ≥ 8 became ≥ 6"],
  });
});

function trial(id: string, entry: Criterion, given: Partial<Trial> = {}): Trial {
  return {
    ...{ id, acronym: id.toUpperCase(), type: "rct", year: 2026, enrolment: "closed", journal: "J", doi: null },
    ...{ registration: null, citationNote: "none", n: null, entry, arms: [], primaryOutcome: "" },
    effect: { measure: "", value: null, ci95: null, experimental: "", control: "" },
    ...{ rates: [], safety: "", conclusion: "", topics: [], verified: "source-seen", verifiedScope: "main-facts" },
    ...{ confidence: "high", verifiedVia: [], note: null },
    ...given,
  } as Trial;
}

test("newer is a trial of a later year on the same indication, and first the one that the pack itself names", () => {
  const indication = { id: "i", name: "I", trialIds: ["late", "early", "same"] };
  const pack = packOf([item("a", { indications: ["i"], year: 2025 })], {
    trials: [
      trial("late", grown),
      trial("early", grown, { year: 2024 }),
      trial("same", grown, { year: 2025 }),
      trial("said", grown, { year: 2026 }),
    ],
    indications: [indication] as never,
    newerEvidence: [{ id: "n", topic: "t", current: ["a"], newerEvidence: ["said"], direction: "against it" }],
  });
  const marks = cardMarks([pack]).get("a")!;
  assert.deepEqual(
    marks.newer.map(({ id, says }) => [id, says]),
    [
      ["said", "against it"],
      ["late", null],
    ],
  );
  assert.deepEqual(marks.trials, ["said", "late", "early", "same"]);
});

const box = (entry: Criterion, facts = {}) => trialBox(compareTrial(trial("dawn", entry), facts));

test("a patient outside one condition would not have been enrolled, and the sentence says by which fact", () => {
  const entry = { all: [{ field: "age_years", op: "between", value: [18, 80] } as const, severe(10)] };
  assert.equal(box(entry, { age_years: 84, nihss: 16 }).sentence, "would have been enrolled in DAWN: no, age");
  assert.equal(box(entry, { age_years: 84 }).enrolled, "no", "one condition outside is enough");
  assert.equal(box(entry, { age_years: 84, nihss: 3 }).sentence, "would have been enrolled in DAWN: no, age and NIHSS");
  assert.equal(box(entry, { age_years: 70, nihss: 16 }).sentence, "would have been enrolled in DAWN: yes");
});

test("what is not known never says no, and a condition that a person reads keeps a met box open", () => {
  assert.equal(box(severe(10)).sentence, "would have been enrolled in DAWN: cannot determine: NIHSS");
  const read = box({ all: [severe(10), { text: "good collaterals" }] }, { nihss: 16 });
  assert.equal(read.enrolled, "cannot determine");
  assert.deepEqual(read.reasons, ["a person reads: good collaterals"]);
  assert.deepEqual(
    read.lines.map(({ result, given, fields }) => [result, given, fields.length]),
    [
      ["true", "NIHSS 16", 1],
      ["unknown", null, 0],
    ],
  );
});

test("of a trial that is not closed a patient may be enrolled, now", () => {
  const open = trial("now", severe(10), { enrolment: "open" });
  assert.equal(trialBox(compareTrial(open, { nihss: 3 })).sentence, "may be enrolled in NOW: no, NIHSS");
});

test("the columns of a matrix are the fields that several trials ask for alone, the most frequent first", () => {
  const boxes = [
    { all: [severe(6), grown] },
    { all: [severe(8), grown] },
    { all: [severe(9), { any: [small, grown] }] },
  ];
  assert.deepEqual(
    boxColumns(
      boxes.map((entry) => box(entry)),
      5,
    ),
    ["nihss", "age_years"],
  );
  const young = boxes.map((entry) => box(entry, { nihss: 20, age_years: 12 }));
  assert.deepEqual(boxColumns(young, 5), ["age_years", "nihss"], "what puts the patient outside comes first");
  assert.equal(
    boxColumns(
      boxes.map((entry) => box(entry)),
      1,
    ).length,
    1,
  );
});
