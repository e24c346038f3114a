import assert from "node:assert/strict";
import { test } from "node:test";
import { whatChanged } from "../knowledge/changes.ts";
import { forestOf, placeOnAxis, scaleOf } from "../knowledge/forest.ts";
import { aboutIndication, aboutRecommendation, aboutTrial, indicationsOf, trialsOf } from "../knowledge/library.ts";
import type { Pack } from "../knowledge/pack.ts";
import { loadPacks } from "./packs.ts";

const NOW = "2026-11-27T10:00:00Z";
const packs = loadPacks();

test("every trial is drawn once or named in words, on a scale that fits its measure", () => {
  const trials = trialsOf(packs);
  const { plots, inWords } = forestOf(trials);
  const drawn = plots.flatMap((plot) => plot.rows.map((row) => row.id));
  assert.deepEqual([...drawn, ...inWords.map((trial) => trial.id)].sort(), trials.map((trial) => trial.id).sort());
  for (const plot of plots) {
    assert.ok(plot.from < plot.to && plot.from <= plot.scale.none && plot.scale.none <= plot.to);
    for (const row of plot.rows) {
      const trial = trials.find((each) => each.id === row.id)!;
      assert.equal(row.value, trial.effect.value);
      assert.deepEqual(row.interval, trial.effect.ci95);
      const [low, high] = row.interval ?? [row.value, row.value];
      assert.ok(low >= plot.from && high <= plot.to, `${row.id}: ${low} to ${high} is off the axis`);
    }
  }
});

test("ratios stand on a logarithm around 1, differences by their unit around 0, and what is neither on none", () => {
  assert.deepEqual(
    ["adjusted common OR", "HR", "risk ratio", "relative risk"].map((each) => scaleOf(each, "x")?.none),
    [1, 1, 1, 1],
  );
  assert.equal(scaleOf("relative risk reduction %", "x")?.kind, "difference");
  assert.notEqual(scaleOf("risk difference %", "x")?.words, scaleOf("difference", "UW-mRS")?.words);
  assert.equal(scaleOf("proportion", "x"), null);
  const plot = { scale: scaleOf("OR", "x")!, from: 0.25, to: 4 };
  assert.equal(placeOnAxis(plot, 1), 0.5);
  assert.ok(Math.abs(placeOnAxis(plot, 2) - 0.75) < 1e-12 && Math.abs(placeOnAxis(plot, 0.5) - 0.25) < 1e-12);
  assert.deepEqual([placeOnAxis(plot, 100), placeOnAxis(plot, 0.01)], [1, 0]);
});

test("a trial without a usable interval is drawn without one, never with one made up", () => {
  const trial = trialsOf(packs).find((each) => each.id === "dawn")!;
  const [plot] = forestOf([{ ...trial, effect: { ...trial.effect, ci95: null } }]).plots;
  assert.equal(plot?.rows[0]?.interval, null);
  const words = forestOf([{ ...trial, effect: { ...trial.effect, value: null } }]);
  assert.deepEqual([words.plots.length, words.inWords.length], [0, 1]);
});

test("every recommendation, trial and indication has a page; what it names exists", () => {
  for (const pack of packs) {
    for (const { id, status } of pack.recommendations) {
      const page = aboutRecommendation(packs, id, NOW)!;
      assert.equal(page.item.id, id);
      if (status === "superseded") assert.equal(page.readOnly, "superseded", id);
      for (const each of [...page.earlier, ...page.later]) assert.ok(aboutRecommendation(packs, each.id, NOW));
    }
    for (const { id } of pack.trials) assert.equal(aboutTrial(packs, id, NOW)?.item.id, id);
    for (const { id } of pack.indications) assert.equal(aboutIndication(packs, id, NOW)?.table.rows.length, 4);
  }
  assert.equal(indicationsOf(packs).length, 38);
  assert.equal(aboutRecommendation(packs, "no-such", NOW), null);
});

test("the page of the late window says what it replaced, by criterion, and which trials drove the change", () => {
  const page = aboutRecommendation(packs, "ais26-evt-02", NOW)!;
  assert.deepEqual(page.earlier.map((each) => each.id).sort(), ["ais19-evt-02", "ais19-evt-03"]);
  const change = page.earlier
    .find((each) => each.id === "ais19-evt-02")!
    .criteria.find((each) => each.kind === "threshold changed");
  assert.match(change!.before!, /16 h/);
  assert.match(change!.after!, /24 h/);
  assert.deepEqual(
    page.trials
      .filter((each) => each.why === "driver")
      .map((each) => each.trial.id)
      .sort(),
    ["dawn", "defuse-3", "mr-clean-late"],
  );
  const old = aboutRecommendation(packs, "ais19-evt-02", NOW)!;
  assert.ok(old.later.some((each) => each.id === "ais26-evt-02"));
});

test("evidence newer than the guideline is on the page of the recommendation and of the trial", () => {
  const page = aboutRecommendation(packs, "ais26-evt-08", NOW)!;
  assert.ok(page.trials.some((each) => each.trial.id === "oriental-mevo" && each.why === "newer"));
  const trial = aboutTrial(packs, "oriental-mevo", NOW)!;
  assert.ok(trial.newerThan.some((each) => each.recommendations.some((line) => line.id === "ais26-evt-08")));
});

test("when the pack lapses its pages say so", () => {
  assert.equal(aboutRecommendation(packs, "ais26-evt-02", NOW)?.readOnly, null);
  assert.equal(aboutRecommendation(packs, "ais26-evt-02", "2031-01-01T00:00:00Z")?.readOnly, "expired");
});

test("no uncitable rate reaches the alternatives of an indication", () => {
  for (const item of indicationsOf(packs)) {
    const uncited = item.complications.filter((each) => !each.citable);
    const { rows } = aboutIndication(packs, item.id, NOW)!.table;
    for (const rate of rows.flatMap((row) => [...row.benefits, ...row.risks])) {
      assert.ok(rate.citation.length > 0);
      assert.ok(!uncited.some((each) => each.event === rate.outcome && each.source === rate.citation), rate.outcome);
    }
  }
});

test("the feed says what a new version changed, by criterion, newest first, and the same bytes once", () => {
  const pack = packs.find((each) => each.recommendations.some((item) => item.id === "ais26-evt-09"))!;
  const newer: Pack = {
    ...pack,
    version: "1.1.0",
    hash: "sha256:newer",
    recommendations: pack.recommendations.map((item) =>
      item.id === "ais26-evt-09"
        ? {
            ...item,
            criteria: JSON.parse(
              JSON.stringify(item.criteria).replace('"nihss","op":"gte","value":10', '"nihss","op":"gte","value":6'),
            ),
          }
        : item,
    ),
  };
  const versions = [
    { pack, installedAt: null },
    { pack: newer, installedAt: "2026-12-01T08:00:00Z" },
    { pack: newer, installedAt: "2026-12-02T08:00:00Z" },
  ];
  const feed = whatChanged(versions);
  const [first] = feed;
  assert.deepEqual(
    [first?.kind, first?.before, first?.pack.version, first?.items.length],
    ["version", "1.0.0", "1.1.0", 1],
  );
  assert.deepEqual(
    first!.items[0]!.criteria.map(({ before, after }) => [before, after]),
    [["NIHSS ≥ 10", "NIHSS ≥ 6"]],
  );
  assert.equal(feed.filter((each) => each.kind !== "guidance").length, 2);
  assert.deepEqual(
    feed.map((each) => each.at.slice(0, 10)),
    feed
      .map((each) => each.at.slice(0, 10))
      .sort()
      .reverse(),
  );
});

test("the feed of the packs that come with Willis names the changes of guidance with both wordings", () => {
  const feed = whatChanged(packs.map((pack) => ({ pack, installedAt: null })));
  const declared = packs.flatMap((pack) => pack.changes);
  assert.equal(feed.filter((each) => each.kind === "guidance").length, declared.length);
  assert.ok(feed.filter((each) => each.kind === "guidance").every((each) => each.items.length > 0));
});
