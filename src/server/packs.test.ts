import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { uniform } from "../core/index.ts";
import {
  type Criterion,
  citationOf,
  diffRecommendation,
  evaluate,
  extremesOf,
  type Facts,
  fieldOf,
  impliedFacts,
  leavesOf,
  optionsFor,
  parseFacts,
  scoreScale,
} from "../knowledge/index.ts";
import { loadPack, loadPacks, PACKS_DIR } from "./packs.ts";

const NOW = "2026-11-24T08:00:00.000Z";
const packs = loadPacks();
const items = packs.flatMap((pack) => pack.recommendations);
const scale = (id: string) => packs.flatMap((pack) => pack.scales).find((item) => item.id === id)!;

/** Broader words, written out once more so that this check does not lean on the dictionary. */
const FINER: Record<string, string[]> = {
  M2: ["M2-dominant-proximal", "M2-codominant", "M2-nondominant"],
  "anterior-LVO": ["ICA", "M1"],
  supratentorial: ["deep", "lobar"],
};
const ETICI = ["0", "1", "2a", "2b50", "2b67", "2c", "3"];

/** Two-valued evaluation of complete facts: the independent check of the three-valued evaluator. */
function holds(node: Criterion, facts: Facts): boolean {
  if ("all" in node) return !node.all.some((child) => !holds(child, facts));
  if ("any" in node) return !node.any.every((child) => !holds(child, facts));
  if ("not" in node) return !holds(node.not, facts);
  if (!("field" in node)) throw new Error("a recommendation needs facts");
  const known = facts[node.field];
  assert.notEqual(known, undefined);
  const number = (v: unknown) => (node.field === "etici" ? ETICI.indexOf(String(v)) : (v as number));
  const list = [node.value].flat() as (string | number | boolean)[];
  if (node.op === "between") return number(known) >= number(list[0]) && number(known) <= number(list[1]);
  if (node.op === "lt") return number(known) < number(list[0]);
  if (node.op === "lte") return number(known) <= number(list[0]);
  if (node.op === "gt") return number(known) > number(list[0]);
  if (node.op === "gte") return number(known) >= number(list[0]);
  const inside = list.some((v) => v === known || FINER[String(v)]?.includes(String(known)));
  return node.op === "ne" ? !inside : inside;
}

/** Values worth trying for a field: every word, both truths, or each threshold and its neighbours. */
function tries(name: string, node: Criterion): (string | number | boolean)[] {
  const field = fieldOf(name)!;
  if (field.kind === "bool") return [true, false];
  if (field.values) return [...field.values];
  const edges = leavesOf(node).flatMap((leaf) => (leaf.field === name ? ([leaf.value].flat() as number[]) : []));
  const step = field.kind === "int" ? 1 : 0.05;
  const near = edges.flatMap((edge) => [edge - step, edge, edge + step]);
  return near.filter((v) => v >= field.range![0] && v <= field.range![1]);
}

function verdictByForce(node: Criterion, facts: Facts): { verdict: string; missing: string[] } {
  const open = [...new Set(leavesOf(node).map((leaf) => leaf.field))].filter((name) => !(name in facts));
  const run = (given: Facts, names: string[]): boolean[] => {
    const [name, ...rest] = names;
    if (!name) return [holds(node, given)];
    return tries(name, node).flatMap((value) => run({ ...given, [name]: value }, rest));
  };
  const outcomes = new Set(run(facts, open));
  if (outcomes.size === 1) return { verdict: outcomes.has(true) ? "applies" : "doesNotApply", missing: [] };
  const missing = open.filter((name) => {
    const others = open.filter((other) => other !== name);
    const results = tries(name, node).map((value) => run({ ...facts, [name]: value }, others).join());
    return new Set(results).size > 1;
  });
  return { verdict: "cannotDetermine", missing };
}

test("every pack says its body, version, release, expiry with its rule, licence, disclosures and verification", () => {
  for (const pack of packs) {
    assert.match(pack.hash, /^sha256:[0-9a-f]{64}$/);
    assert.ok(pack.released < pack.expires, pack.id);
    assert.ok(pack.expiryRule.length > 20 && pack.verification.words.length > 20, pack.id);
    assert.equal(pack.disclosures, "not stated");
    const all = [...pack.recommendations, ...pack.trials, ...pack.scales, ...pack.indications, ...pack.metrics];
    assert.equal(pack.verification.sourceSeen + pack.verification.fromMemory, all.length, pack.id);
  }
});

test("every recommendation cites or says that the DOI is not certain, expires, and has four vignettes when current", () => {
  for (const pack of packs) {
    for (const item of pack.recommendations) {
      assert.match(citationOf(item), item.doi ? /doi:10\./ : /not certain/, item.id);
      assert.ok(item.expires <= pack.expires, item.id);
      const kinds = pack.vignettes.filter((v) => v.recommendation === item.id).map((v) => v.kind);
      assert.deepEqual(
        [...new Set(kinds)],
        item.status === "current" ? ["positive", "negative", "unknown", "boundary"] : [],
        item.id,
      );
    }
  }
});

test("every vignette gives the result written beside it, by the evaluator and by brute force", () => {
  let count = 0;
  for (const pack of packs) {
    for (const vignette of pack.vignettes) {
      const item = pack.recommendations.find((r) => r.id === vignette.recommendation)!;
      const card = evaluate([pack], parseFacts(vignette.facts), NOW).cards.find((c) => c.id === item.id)!;
      assert.equal(card.verdict, vignette.expected, vignette.id);
      assert.deepEqual(card.missing, vignette.missing, vignette.id);
      const forced = verdictByForce(item.criteria, vignette.facts);
      assert.deepEqual(forced, { verdict: vignette.expected, missing: vignette.missing }, vignette.id);
      count++;
    }
  }
  assert.ok(count >= 4 * items.filter((item) => item.status === "current").length);
});

test("with random facts no recommendation is decided against brute force over all completions, nor asks in vain", () => {
  const cautious = new Set<string>();
  const random = uniform(7);
  for (const item of items) {
    const names = [...new Set(leavesOf(item.criteria).map((leaf) => leaf.field))];
    for (let i = 0; i < 12; i++) {
      const facts: Record<string, string | number | boolean> = {};
      for (const name of names) {
        const values = tries(name, item.criteria);
        if (names.length > 4 ? random() < 0.75 : random() < 0.5)
          facts[name] = values[Math.floor(random() * values.length)]!;
      }
      const card = evaluate(packs, parseFacts(facts), NOW, { superseded: true }).cards.find((c) => c.id === item.id)!;
      const forced = verdictByForce(item.criteria, facts);
      if (card.verdict === "cannotDetermine" && forced.verdict !== card.verdict) {
        cautious.add(item.id); // every case of an open fact gives the same result; Kleene's logic does not reason by cases
        continue;
      }
      assert.equal(card.verdict, forced.verdict, `${item.id} ${JSON.stringify(facts)}`);
      assert.deepEqual([...card.missing].sort(), forced.missing.sort(), `${item.id} ${JSON.stringify(facts)}`);
    }
  }
  assert.deepEqual([...cautious], ["cms23-01"]);
});

test("every scale has a source, and its lowest and highest answers give the ends of its range", () => {
  for (const item of packs.flatMap((pack) => pack.scales)) {
    assert.ok(item.source, item.id);
    const ends = extremesOf(item);
    if (ends) {
      assert.equal(scoreScale(item, ends.low).value, item.range[0], item.id);
      if (item.range[1] !== null) assert.equal(scoreScale(item, ends.high).value, item.range[1], item.id);
    } else if (item.kind === "choice") {
      const options = item.items[0]!.options;
      for (const option of options)
        assert.equal(scoreScale(item, { value: option.value }).value, option.value, item.id);
      const values: unknown[] = options.map((option) => option.value);
      assert.deepEqual(item.range, [values[0], values.at(-1)], item.id);
    } else assert.ok(["classes", "formula", "two-column"].includes(item.kind), item.id);
  }
});

test("scores come out as their authors defined them", () => {
  const sum = (id: string, answers: Record<string, number | string>) => scoreScale(scale(id), answers);
  const phases = sum("phases", { pop: 3, htn: 1, age: 0, size: 3, esah: 0, site: 2 });
  assert.deepEqual([phases.value, phases.reading], [9, "5-year rupture risk 4.3 %"]);
  const elapss = sum("elapss", { esah: 1, loc: 3, age: 68, pop: 0, size: 10, shape: 4 });
  assert.deepEqual([elapss.value, elapss.reading], [20, "growth 25.8 % in 3 years, 39.9 % in 5"]);
  assert.equal(sum("van", { weak: 1, visual: 0, aphasia: 0, neglect: 1 }).value, "positive");
  assert.equal(sum("van", { weak: 0, visual: 1, aphasia: 1, neglect: 1 }).value, "negative");
  assert.equal(sum("okm", { fill: "B", stasis: 2 }).value, "B2");
  assert.equal(sum("okm", { fill: "D" }).value, "D");
  assert.equal(sum("nascet", { lumen_mm: 1, reference_mm: 4 }).value, 75);
  const nihss = Object.fromEntries(scale("nihss").items.map((item) => [item.key, 0]));
  assert.equal(sum("nihss", { ...nihss, "5a": 4, "6a": 3, "4": 2, "9": 2, "10": "UN" }).value, 11);
});

test("every trial cites or says that it is not certain", () => {
  for (const trial of packs.flatMap((pack) => pack.trials)) {
    assert.ok(trial.doi || trial.registration || /not certain/.test(trial.citationNote ?? ""), trial.id);
  }
});

test("what a pack refers to exists: windows, disagreements, newer evidence, changes, supersession", () => {
  const ids = new Set(items.map((item) => item.id));
  const trials = new Set(packs.flatMap((pack) => pack.trials).map((trial) => trial.id));
  for (const pack of packs) {
    const named = [
      ...pack.windows.flatMap((w) => [...w.early, ...w.late]),
      ...pack.disagreements.flatMap((d) => [...d.applies, ...d.doesNotApply]),
      ...pack.newerEvidence.flatMap((e) => e.current),
      ...pack.changes.flatMap((c) => [...c.from, ...c.to]),
      ...pack.recommendations.flatMap((r) => r.supersedes),
    ];
    for (const id of named) assert.ok(ids.has(id), `${pack.id}: ${id}`);
    const cited = [
      ...pack.disagreements.flatMap((d) => d.trials),
      ...pack.newerEvidence.flatMap((e) => e.newerEvidence),
    ];
    for (const id of cited) assert.ok(trials.has(id), `${pack.id}: ${id}`);
  }
});

test("words of no benefit, harm or should not never stand with a direction for", () => {
  for (const item of items) {
    if (/No Benefit|Harm|against|should not/.test(item.strength)) assert.equal(item.direction, "against", item.id);
  }
});

test("a large core at 3 h: thrombectomy by AHA with mass-effect and age asked only where they matter", () => {
  const facts = { occlusion_site: "M1", time_lkw_h: 3, nihss: 18, prestroke_mrs: 0, aspects: 2, age_years: 70 };
  const cards = evaluate(packs, parseFacts(facts), NOW).cards;
  const card = (id: string) => cards.find((c) => c.id === id)!;
  assert.deepEqual([card("ais26-evt-04").verdict, card("ais26-evt-04").missing], ["cannotDetermine", ["mass_effect"]]);
  assert.deepEqual([card("ais26-evt-01").verdict, card("ais26-evt-01").deciding], ["doesNotApply", ["aspects"]]);
  assert.equal(card("esomt19-01").verdict, "applies");
});

test("a co-dominant M2 shows the disagreement of ESO and AHA and the newer evidence", () => {
  const result = evaluate(packs, parseFacts({ occlusion_site: "M2-codominant", time_lkw_h: 3 }), NOW);
  const kinds = Object.fromEntries(result.conflicts.map((c) => [c.kind, c.ids]));
  assert.deepEqual(kinds["opposite-directions"], ["esomt19-03", "ais26-evt-08"]);
  assert.deepEqual(kinds["evidence-newer-than-guideline"], ["ais26-evt-08"]);
});

test("each kind of case has something to weigh, and every column says what else exists", () => {
  for (const kind of ["stroke", "aneurysm", "haemorrhage", "avm", "subdural", "carotid", "other"]) {
    const options = optionsFor(packs, kind, {}, NOW);
    assert.equal(options.columns.length, 4);
    const cards = options.columns.flatMap((c) => c.options).flatMap((o) => o.cards);
    assert.ok(cards.length > 0 || options.unansweredEvidence.length > 0, kind);
    assert.ok(
      cards.every((card) => card.verdict !== "applies"),
      "nothing applies to a patient of whom nothing is known",
    );
    assert.ok(options.columns[1]!.alternatives.length > 0 && options.trials.length > 0, kind);
  }
});

test("DAWN eligibility follows from age, severity and core", () => {
  const trials = packs.flatMap((pack) => pack.trials);
  const facts = { age_years: 82, occlusion_site: "M1", time_lkw_h: 9, nihss: 14, prestroke_mrs: 1, core_ml: 12 };
  const implied = Object.fromEntries(impliedFacts(parseFacts(facts), trials).map((f) => [f.name, f.value]));
  assert.equal(implied.dawn_eligible, true);
  assert.equal(implied.dawn_or_defuse3_eligible, true);
  const large = impliedFacts(parseFacts({ ...facts, core_ml: 25 }), trials);
  assert.equal(large.find((f) => f.name === "dawn_eligible")?.value, false);
});

test("what changed from 2019 to 2026 can be read by criterion", () => {
  const find = (id: string) => items.find((item) => item.id === id)!;
  const change = diffRecommendation(find("ais19-evt-08"), find("ais26-evt-09"))!;
  assert.deepEqual(
    change.criteria.map((c) => [c.kind, c.field]),
    [
      ["threshold changed", "time_lkw_h"],
      ["added", "nihss"],
      ["added", "pc_aspects"],
      ["added", "prestroke_mrs"],
    ],
  );
});

test("the hash of a pack changes with any of its files, and a broken pack is refused by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "willis-packs-"));
  try {
    cpSync(join(PACKS_DIR, "eans-avm-2017"), join(folder, "eans-avm-2017"), { recursive: true });
    const before = loadPack(join(folder, "eans-avm-2017")).hash;
    const path = join(folder, "eans-avm-2017", "recommendations.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, `${text} `);
    assert.notEqual(loadPack(join(folder, "eans-avm-2017")).hash, before);
    writeFileSync(path, text.replaceAll("spetzler_martin", "spetzler_martini"));
    assert.throws(
      () => loadPacks(folder),
      /eans-avm-2017 is not usable.*spetzler_martini.*did you mean "spetzler_martin"/,
    );
    writeFileSync(path, "{");
    assert.throws(() => loadPacks(folder), /recommendations.json is not JSON/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
