import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  alternativesFor,
  alternativesOfCase,
  decide,
  effectOf,
  leavesOf,
  metricFields,
  mutantsOf,
  optionsFor,
  parseFacts,
  tellApart,
  unnoticed,
} from "../knowledge/index.ts";
import { referenceOf } from "../knowledge/pack.ts";
import { loadPacks, PACKS_DIR } from "./packs.ts";

const NOW = "2026-11-27T08:00:00.000Z";
const packs = loadPacks();
const current = packs.flatMap((pack) => pack.recommendations).filter((item) => item.status === "current");
const trials = packs.flatMap((pack) => pack.trials);
const scales = packs.flatMap((pack) => pack.scales);
const indications = packs.flatMap((pack) => pack.indications);
const metrics = packs.flatMap((pack) => pack.metrics);
const KINDS = ["recommendations", "trials", "scales", "indications", "metrics"] as const;
/** The facts base that the packs were made from; it lies beside the checkout of those who have it. */
const BASE = process.env.WILLIS_FACTS_BASE ?? join(PACKS_DIR, "../../shared/knowledge");

const inForce = packs.filter((pack) => referenceOf(pack, NOW).state === "in force");
const indication = (id: string) => indications.find((item) => item.id === id)!;
const tableOf = (id: string, facts: Record<string, string | number | boolean> = {}) =>
  alternativesFor(indication(id), inForce, parseFacts(facts));
const row = (id: string, kind: string, facts: Record<string, string | number | boolean> = {}) =>
  tableOf(id, facts).rows.find((item) => item.kind === kind)!;

test("the packs hold the whole facts base, each item exactly once", () => {
  const counts = Object.fromEntries(
    KINDS.map((kind) => {
      const ids = packs.flatMap((pack) => pack[kind] as readonly { id: string }[]).map((item) => item.id);
      assert.equal(new Set(ids).size, ids.length, kind);
      return [kind, ids.length];
    }),
  );
  assert.deepEqual(counts, { recommendations: 133, trials: 73, scales: 59, indications: 38, metrics: 44 });
  assert.equal(current.length, 111);
});

test("ids and numbers agree with the facts base but for what a pack says was put right", (t) => {
  if (!existsSync(join(BASE, "trials.json"))) return t.skip("the facts base does not lie beside this checkout");
  const read = (file: string) => JSON.parse(readFileSync(join(BASE, `${file}.json`), "utf8"));
  const corrected = new Set(packs.flatMap((pack) => pack.corrections.map((c) => c.item)));
  const files = { recommendations: "recommendations", trials: "trials", scales: "scales", indications: "indications" };
  for (const [kind, file] of Object.entries(files) as [keyof typeof files, string][]) {
    const ids = packs.flatMap((pack) => pack[kind] as readonly { id: string }[]).map((item) => item.id);
    assert.deepEqual(
      ids.sort(),
      read(file)
        .items.map((item: { id: string }) => item.id)
        .sort(),
      kind,
    );
  }
  const base = read("quality-metrics");
  assert.deepEqual(metrics.map((m) => m.id).sort(), base.metrics.map((m: { id: string }) => m.id).sort());
  for (const item of base.metrics) {
    const mine = metrics.find((each) => each.id === item.id)!;
    for (const key of ["name", "type", "numerator", "denominator", "unit", "target", "source", "verified"] as const)
      assert.equal(mine[key], item[key], `${item.id} ${key}`);
  }
  for (const item of read("scales").items) {
    const mine = scales.find((each) => each.id === item.id)!;
    for (const key of ["name", "source", "verified", "confidence"] as const)
      assert.equal(mine[key], item[key], `${item.id} ${key}`);
  }
  for (const item of read("indications").items) {
    const mine = indication(item.id);
    for (const key of [
      "name",
      "family",
      "setting",
      "mainSteps",
      "deviceClasses",
      "codes",
      "trialIds",
      "verified",
    ] as const)
      assert.deepEqual(mine[key], item[key], `${item.id} ${key}`);
    if (corrected.has(item.id)) continue;
    const cited = (list: readonly { citable: boolean }[]) => list.filter((each) => each.citable).length;
    assert.ok(cited(mine.complications) >= cited(item.complications), item.id);
  }
  for (const item of read("trials").items) {
    const trial = trials.find((each) => each.id === item.id)!;
    for (const key of ["n", "doi", "registration", "safety", "conclusion", "verified", "confidence"] as const)
      assert.equal(trial[key] ?? null, item[key] || null, `${item.id} ${key}`);
    if (!corrected.has(item.id)) assert.deepEqual(trial.effect, item.effect, item.id);
  }
  for (const item of read("recommendations").items) {
    const mine = packs.flatMap((pack) => pack.recommendations).find((each) => each.id === item.id)!;
    for (const key of [
      "strength",
      "certainty",
      "gradeSystem",
      "status",
      "body",
      "year",
      "verified",
      "confidence",
    ] as const)
      assert.equal(mine[key], item[key], `${item.id} ${key}`);
  }
});

test("a pack lies in a folder of its id: body or topic, and year; a superseded one names a pack that says so too", () => {
  const folders = readdirSync(PACKS_DIR, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map((entry) => entry.name).sort(), packs.map((pack) => pack.id).sort());
  for (const pack of packs) {
    assert.match(pack.id, /^[a-z]+(-[a-z]+)+-20\d\d$/);
    assert.ok(pack.authors.length > 0 && pack.entitlement && /^[a-z]{2}$/.test(pack.language), pack.id);
    const year = Number(pack.id.slice(-4));
    for (const item of pack.recommendations) assert.ok(Math.abs(item.year - year) <= 1, `${pack.id}: ${item.id}`);
    const bodies = new Set(pack.recommendations.map((item) => item.body));
    assert.ok(bodies.size <= 1, `${pack.id} mixes ${[...bodies].join(", ")}`);
    if (bodies.size === 0) assert.match(pack.body, /no body stands behind it/, pack.id);
    for (const id of pack.supersedes) assert.equal(packs.find((p) => p.id === id)?.supersededBy, pack.id, id);
    if (pack.supersededBy) {
      assert.ok(packs.find((p) => p.id === pack.supersededBy)?.supersedes.includes(pack.id), pack.id);
      assert.ok(
        pack.recommendations.every((item) => item.status === "superseded"),
        pack.id,
      );
    }
  }
});

test("every correction names an item of its pack, what was there, what is there now and why", () => {
  const all = packs.flatMap((pack) => pack.corrections);
  assert.ok(all.length >= 20);
  for (const pack of packs) {
    const ids = new Set(KINDS.flatMap((kind) => (pack[kind] as readonly { id: string }[]).map((item) => item.id)));
    for (const { item, field, was, now, why } of pack.corrections) {
      assert.ok(ids.has(item), `${pack.id}: ${item}`);
      assert.ok(field && was && now && was !== now && why.length > 20, `${pack.id}: ${item}`);
    }
  }
});

test("a flipped operator or a moved threshold fails a vignette, unless nothing can tell it from the original", () => {
  const vignettes = packs.flatMap((pack) => pack.vignettes);
  const same = new Set<string>();
  let mutants = 0;
  for (const item of current) {
    mutants += mutantsOf(item.criteria).length;
    const own = vignettes.filter((vignette) => vignette.recommendation === item.id);
    for (const mutant of unnoticed(item.criteria, own)) {
      assert.equal(tellApart(item.criteria, mutant.criterion, {}), null, `${item.id}: ${mutant.words}`);
      same.add(item.id);
    }
  }
  assert.ok(mutants > 600);
  assert.deepEqual([...same].sort(), ["aan22-02", "esomt19-01", "esomt19-02", "ich22-01"]);
});

test("exactly at the edge of two windows one rule holds, the early one", () => {
  const windows = packs.flatMap((pack) => pack.windows.map((edge) => ({ ...edge, pack })));
  assert.ok(windows.length >= 6);
  for (const { pack, field, at, early, late } of windows) {
    const truth = (id: string, value: number) => {
      const item = pack.recommendations.find((each) => each.id === id)!;
      const leaves = leavesOf(item.criteria).filter((leaf) => leaf.field === field);
      return leaves.every((leaf) => decide(leaf, { [field]: value }) === "true");
    };
    for (const id of early) assert.deepEqual([truth(id, at), truth(id, at + 0.001)], [true, false], id);
    for (const id of late.filter((each) => each !== "ais26-ivt-05"))
      assert.deepEqual([truth(id, at), truth(id, at + 0.001)], [false, true], id);
  }
});

test("what indications refer to exists: scales, trials, topics, rates, recommendations", () => {
  const topics = new Set(packs.flatMap((pack) => pack.recommendations).map((item) => item.topic));
  for (const item of indications) {
    for (const id of item.keyScales)
      assert.ok(
        scales.some((scale) => scale.id === id),
        `${item.id}: ${id}`,
      );
    for (const id of item.trialIds)
      assert.ok(
        trials.some((trial) => trial.id === id),
        `${item.id}: ${id}`,
      );
    for (const topic of item.recommendationTopics) assert.ok(topics.has(topic), `${item.id}: ${topic}`);
    for (const { rates, arguments: weighed } of item.alternatives) {
      for (const rate of rates) {
        const trial = trials.find((each) => each.id === rate.trial)!;
        assert.ok(
          trial.rates.some((each) => each.outcome === rate.outcome),
          `${item.id}: ${rate.trial} ${rate.outcome}`,
        );
      }
      for (const one of weighed) {
        const found =
          "recommendation" in one
            ? current.some((each) => each.id === one.recommendation)
            : trials.some((each) => each.id === one.trial);
        assert.ok(found, `${item.id}: ${JSON.stringify(one)}`);
      }
    }
  }
  const known = new Set(indications.map((item) => item.id));
  for (const item of current) for (const id of item.indications) assert.ok(known.has(id), `${item.id}: ${id}`);
});

test("every percentage of a trial stands in the trial's own words, and no alternative shows a rate without a citation", () => {
  for (const trial of trials) {
    const words = JSON.stringify([trial.effect, trial.safety]);
    for (const { outcome, experimental, control } of trial.rates) {
      for (const value of [experimental, control])
        assert.match(
          words,
          new RegExp(`(?<![\\d.])${String(value).replace(".", "\\.")}(\\.0)?(?!\\d)`),
          `${trial.id} ${outcome}`,
        );
    }
  }
  let shown = 0;
  for (const item of indications) {
    for (const each of tableOf(item.id).rows) {
      for (const rate of [...each.benefits, ...each.risks]) {
        assert.ok(
          rate.citation && !/^(series|reviews|meta-analyses)/i.test(rate.citation),
          `${item.id}: ${rate.outcome}`,
        );
        assert.ok(rate.frequency.from <= rate.frequency.to && rate.frequency.to <= rate.frequency.of, item.id);
        shown++;
      }
      const hidden = item.complications.filter((c) => c.of === each.kind && !c.citable);
      assert.equal(each.withheld, hidden.length);
      for (const { event } of hidden)
        assert.ok(
          [...each.benefits, ...each.risks].every((rate) => rate.trial !== null || rate.outcome !== event),
          event,
        );
    }
  }
  assert.ok(shown > 100);
});

test("thrombectomy at 3 h: 46 instead of 27 of 100 independent, 6 treated for one more, and the guideline speaks for it", () => {
  const facts = { occlusion_site: "M1", time_lkw_h: 3, nihss: 16, prestroke_mrs: 0, aspects: 9, age_years: 70 };
  const found = row("ais-lvo-early", "intervention", facts);
  const hermes = found.benefits.find((rate) => rate.trial === "hermes")!;
  assert.equal(hermes.frequency.words, "46 of 100");
  assert.equal(hermes.against?.frequency.words, "27 of 100");
  assert.deepEqual(hermes.against?.effect.numberNeeded, { to: "benefit", patients: 6 });
  assert.ok(found.speaksFor.some((item) => item.id === "ais26-evt-01"));
  assert.ok(found.speaksFor.some((item) => item.id === "mr-clean"));
  assert.ok(!found.speaksFor.some((item) => item.id === "swift-prime"), "whether thrombolysis was given is not known");
  assert.deepEqual(found.undecided.find((item) => item.id === "swift-prime")?.missing, ["ivt_given"]);
  assert.ok(row("ais-lvo-early", "medical", facts).benefits.some((rate) => rate.frequency.words === "27 of 100"));
});

test("an unruptured malformation: ARUBA speaks for observation and against intervention; the arms are not swapped", () => {
  const facts = { avm_status: "unruptured", age_years: 40, spetzler_martin: 2 };
  const observed = row("avm", "observation", facts);
  const treated = row("avm", "intervention", facts);
  const rate = (from: typeof observed) => from.risks.find((item) => item.trial === "aruba")!.frequency.words;
  assert.deepEqual([rate(observed), rate(treated)], ["10 of 100", "31 of 100"]);
  assert.ok(treated.speaksFor.some((item) => item.id === "avm17e-02"));
  const open = [...treated.undecided, ...treated.speaksAgainst].find((item) => item.id === "aruba");
  assert.ok(open, "an earlier treatment must be read by a person, so the trial is open, not silent");
});

test("nothing is known of the patient: nothing speaks for or against, and what would is asked for", () => {
  for (const item of indications) {
    for (const each of tableOf(item.id).rows) {
      assert.deepEqual([...each.speaksFor, ...each.speaksAgainst, ...each.leavesOpen], [], `${item.id} ${each.kind}`);
    }
  }
  assert.ok(row("ais-lvo-early", "intervention").undecided.every((item) => item.missing.length > 0));
});

test("coiling and clipping: the arms of ISAT and CURES stand in the right rows", () => {
  const risk = (id: string, kind: string, trial: string) =>
    row(id, kind).risks.find((rate) => rate.trial === trial)!.frequency.words;
  assert.deepEqual(
    [risk("aneurysm-ruptured", "intervention", "isat"), risk("aneurysm-ruptured", "surgery", "isat")],
    ["24 of 100", "31 of 100"],
  );
  assert.deepEqual(
    [risk("aneurysm-unruptured", "intervention", "cures"), risk("aneurysm-unruptured", "surgery", "cures")],
    ["19 of 100", "9 of 100"],
  );
});

test("effects follow from the percentages: difference, risk ratio, odds ratio, number needed", () => {
  const rate = trials.find((trial) => trial.id === "dawn")!.rates.find((item) => item.favourable)!;
  assert.deepEqual(effectOf(rate), {
    difference: 36,
    riskRatio: 3.769,
    oddsRatio: 6.43,
    numberNeeded: { to: "benefit", patients: 3 },
  });
  assert.equal(effectOf({ experimental: 5, control: 5, favourable: false }).numberNeeded, null);
  assert.equal(effectOf({ experimental: 5, control: 0, favourable: false }).riskRatio, null);
  assert.deepEqual(effectOf({ experimental: 7, control: 4, favourable: false }).numberNeeded, {
    to: "harm",
    patients: 34,
  });
});

test("every metric has a formula over fields of the registry, or says what would have to be recorded", () => {
  const registry = new Set(packs.flatMap((pack) => pack.registry).map((field) => field.key));
  assert.equal(registry.size, 54);
  for (const metric of metrics) {
    if (metric.formula.kind === "cannot-be-computed") assert.ok(metric.formula.reason.length > 20, metric.id);
    else assert.ok(metricFields(metric.formula).length > 0, metric.id);
    for (const target of metric.targets)
      assert.ok(metric.target.includes(String(target.value)), `${metric.id}: ${target.value}`);
  }
  const unable = metrics.filter((metric) => metric.formula.kind === "cannot-be-computed").length;
  assert.equal(unable, 13);
});

test("a superseded pack drives nothing in a case", () => {
  const { columns, silent } = optionsFor(packs, "stroke", {}, NOW);
  const cards = columns.flatMap((column) => column.options).flatMap((option) => option.cards);
  assert.ok(cards.length > 30 && cards.every((card) => card.pack !== "aha-ais-2019"));
  assert.ok(silent.some((item) => item.id === "ais19-evt-01" && item.why === "pack superseded"));
});

test("the alternatives of a case: the patient's own family first, families that the facts exclude not at all", () => {
  const facts = { occlusion_site: "M1", time_lkw_h: 3, nihss: 16, prestroke_mrs: 0, aspects: 9, age_years: 70 };
  const names = alternativesOfCase(packs, "stroke", parseFacts(facts), NOW).map((table) => table.indication);
  assert.equal(names[0], "ais-lvo-early");
  assert.ok(!names.includes("ais-basilar"), "the occlusion is in M1");
  const unruptured = alternativesOfCase(packs, "aneurysm", parseFacts({ aneurysm_status: "unruptured" }), NOW);
  assert.deepEqual(
    unruptured.map((table) => table.indication),
    ["aneurysm-unruptured"],
  );
  const kinds = ["stroke", "aneurysm", "haemorrhage", "avm", "subdural", "carotid", "other"];
  for (const kind of kinds) assert.ok(alternativesOfCase(packs, kind, {}, NOW).length > 0, kind);
  assert.deepEqual(alternativesOfCase(packs, "stroke", {}, "2031-01-01T00:00:00.000Z"), []);
});
