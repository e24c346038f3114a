import assert from "node:assert/strict";
import { test } from "node:test";
import { loadPacks } from "../server/packs.ts";
import { impactOf } from "./impact.ts";
import { diffRecommendation, evaluate } from "./index.ts";
import { aboutRecommendation } from "./library.ts";
import { adaptationProblems, adaptationWords, adapted, asUsed, unadapted } from "./local-layer.ts";
import type { Pack } from "./pack.ts";

const ID = "ais26-evt-02";
const FACTS = { nihss: 7, aspects: 8, occlusion_site: "M1", prestroke_mrs: 0, time_lkw_h: 9, age_years: 70 };
const packs = loadPacks();
const item = packs.flatMap((pack) => pack.recommendations).find((one) => one.id === ID)!;
const GIVEN = { reason: "two suites until the new year", owner: "Dr A", sunset: "2027-01-31", notUsed: false };

function withItem(changed: typeof item): readonly Pack[] {
  return packs.map((pack) => ({
    ...pack,
    recommendations: pack.recommendations.map((one) => (one.id === ID ? changed : one)),
  }));
}

/** NIHSS of at least 10 here; the body says at least 6. */
const stricter = {
  ...adapted(item, GIVEN),
  criteria: JSON.parse(JSON.stringify(item.criteria).replace('"op":"gte","value":6}', '"op":"gte","value":10}')),
};

const verdict = (all: readonly Pack[], now: string) => evaluate(all, FACTS, now).cards.find((card) => card.id === ID);

test("an adaptation holds until its day, says what the body says, and then the body holds again", () => {
  assert.equal(verdict(packs, "2026-12-01T00:00:00Z")!.verdict, "applies");
  const here = verdict(withItem(stricter), "2027-01-31T23:59:59Z")!;
  assert.equal(here.verdict, "doesNotApply");
  assert.deepEqual([here.local!.reason, here.local!.owner, here.local!.sunset], [GIVEN.reason, "Dr A", "2027-01-31"]);
  assert.match(here.local!.says, /NIHSS ≥ 6/);
  const after = verdict(withItem(stricter), "2027-02-01T00:00:00Z")!;
  assert.deepEqual([after.verdict, after.local], ["applies", null]);
  assert.deepEqual(asUsed(stricter, "2027-02-01T00:00:00Z"), item);
  assert.deepEqual(unadapted(stricter), item);
});

test("what is not used here is listed with that reason and drives nothing, until its day", () => {
  const all = withItem(adapted(item, { ...GIVEN, notUsed: true }));
  const { cards, silent } = evaluate(all, FACTS, "2026-12-01T00:00:00Z");
  assert.ok(!cards.some((card) => card.id === ID));
  const here = silent.find((one) => one.id === ID)!;
  assert.equal(here.why, "not used here");
  assert.deepEqual([here.local!.reason, here.local!.action], [GIVEN.reason, item.action]);
  assert.equal(verdict(all, "2027-02-01T00:00:00Z")!.verdict, "applies");
});

test("the page in the library says what is used here and what the body says, and only the body after its day", () => {
  const page = (now: string) => aboutRecommendation(withItem(stricter), ID, now)!.item;
  assert.match(JSON.stringify(page("2026-12-01T00:00:00Z").criteria), /"op":"gte","value":10/);
  assert.deepEqual(page("2026-12-01T00:00:00Z").local!.original.criteria, item.criteria);
  assert.deepEqual(page("2027-02-01T00:00:00Z"), item);
  const card = verdict(withItem(stricter), "2026-12-01T00:00:00Z")!;
  assert.match(
    adaptationWords(card.local!),
    /^adapted here until 2027-01-31 because two suites .*Dr A.*the body says: /,
  );
});

test("an adaptation shows in the difference and in the impact, and ends in both", () => {
  const change = diffRecommendation(item, stricter)!;
  assert.deepEqual(
    change.criteria.map(({ before, after }) => [before, after]),
    [["NIHSS ≥ 6", "NIHSS ≥ 10"]],
  );
  assert.match(change.words.find(({ of }) => of === "adapted here")!.after, /until 2027-01-31, because two suites/);
  for (const [now, otherwise] of [
    ["2026-12-01T00:00:00Z", 1],
    ["2027-02-01T00:00:00Z", 0],
  ] as const) {
    const counter = impactOf(packs, withItem(stricter), now);
    counter.add("a", FACTS);
    assert.equal(counter.result().otherwise, otherwise);
  }
});

test("an adaptation without reason, owner or a possible day is refused; changing it keeps what the body says", () => {
  const bare = adapted(item, { reason: " ", owner: "", sunset: "2027-02-30", notUsed: false });
  assert.equal(adaptationProblems(bare).length, 3);
  assert.match(
    adaptationProblems(adapted(item, { ...GIVEN, sunset: "2099-01-01" })).join(),
    /longer than it holds itself/,
  );
  assert.deepEqual(adapted(stricter, { ...GIVEN, reason: "another" }).local!.original.criteria, item.criteria);
});
