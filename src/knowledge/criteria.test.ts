import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { compileCriterion } from "./compile.ts";
import { and, atLeast, type Criterion, compare, decide, not, or, type Truth, trace } from "./criteria.ts";
import { missingFacts } from "./missing.ts";
import { sentence } from "./sentence.ts";
import type { Facts } from "./validation.ts";

const TRUTHS: Truth[] = ["true", "false", "unknown"];
const truth = fc.constantFrom(...TRUTHS);

/** Small fields whose every value can be tried. */
const DOMAINS = {
  lvo: [true, false],
  wake_up: [true, false],
  circulation: ["anterior", "posterior"],
  wfns: [1, 2, 3, 4, 5],
  etici: ["0", "1", "2a", "2b50", "2b67", "2c", "3"],
} as const;
type Small = keyof typeof DOMAINS;
const NAMES = Object.keys(DOMAINS) as Small[];

const leaf: fc.Arbitrary<Criterion> = fc.oneof(
  fc.record({ field: fc.constantFrom("lvo", "wake_up"), op: fc.constantFrom("eq", "ne"), value: fc.boolean() }),
  fc.record({
    field: fc.constant("circulation"),
    op: fc.constantFrom("eq", "ne"),
    value: fc.constantFrom(...DOMAINS.circulation),
  }),
  fc.record({ field: fc.constant("wfns"), op: fc.constantFrom("lte", "gt"), value: fc.constantFrom(1, 2, 3, 4) }),
  fc.record({ field: fc.constant("wfns"), op: fc.constant("between"), value: fc.constantFrom([2, 3], [1, 4]) }),
  fc.record({
    field: fc.constant("etici"),
    op: fc.constantFrom("gte", "lt"),
    value: fc.constantFrom("2b50", "2c", "1"),
  }),
) as fc.Arbitrary<Criterion>;

const { tree } = fc.letrec<{ tree: Criterion }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    leaf,
    fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("tree") }),
    fc.record({ atLeast: fc.integer({ min: 0, max: 3 }), of: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
  ) as fc.Arbitrary<Criterion>,
}));

const someFacts: fc.Arbitrary<Facts> = fc
  .record(Object.fromEntries(NAMES.map((name) => [name, fc.option(fc.constantFrom<unknown>(...DOMAINS[name]))])))
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, v]) => v !== null)) as Facts);

function* completions(facts: Facts, names: readonly Small[]): Generator<Facts> {
  const [name, ...rest] = names;
  if (!name) yield facts;
  else for (const value of DOMAINS[name]) yield* completions({ ...facts, [name]: value }, rest);
}

test("and, or and not are Kleene's strong tables", () => {
  const table = (op: (v: Truth[]) => Truth) => TRUTHS.map((a) => TRUTHS.map((b) => op([a, b])[0]).join("")).join(" ");
  assert.equal(table(and), "tfu fff ufu");
  assert.equal(table(or), "ttt tfu tuu");
  assert.deepEqual(TRUTHS.map(not), ["false", "true", "unknown"]);
});

test("Kleene's laws hold: order, grouping, De Morgan, absorption, double negation", () => {
  fc.assert(
    fc.property(truth, truth, truth, (a, b, c) => {
      assert.equal(and([a, b]), and([b, a]));
      assert.equal(or([a, and([b, c])]), and([or([a, b]), or([a, c])]));
      assert.equal(and([and([a, b]), c]), and([a, b, c]));
      assert.equal(not(and([a, b])), or([not(a), not(b)]));
      assert.equal(or([a, and([a, b])]), a);
      assert.equal(not(not(a)), a);
      assert.equal(atLeast(1, [a, b, c]), or([a, b, c]));
      assert.equal(atLeast(3, [a, b, c]), and([a, b, c]));
    }),
  );
});

test("a fact that becomes known never flips a result that was decided", () => {
  fc.assert(
    fc.property(tree, someFacts, (node, facts) => {
      const before = decide(node, facts);
      if (before === "unknown") return;
      const open = NAMES.filter((name) => !(name in facts));
      for (const whole of completions(facts, open)) assert.equal(decide(node, whole), before);
    }),
    { numRuns: 300 },
  );
});

test("the missing facts of small trees are exactly those that can still change the result", () => {
  fc.assert(
    fc.property(tree, someFacts, (node, facts) => {
      const found = missingFacts(node, facts);
      if (decide(node, facts) !== "unknown") return assert.deepEqual(found, []);
      const open = NAMES.filter((name) => !(name in facts));
      const needed = open.filter((name) => {
        const others = open.filter((other) => other !== name);
        for (const rest of completions(facts, others)) {
          const results = new Set(DOMAINS[name].map((value) => decide(node, { ...rest, [name]: value })));
          if (results.size > 1) return true;
        }
        return false;
      });
      // A tautology that Kleene's logic leaves open has no needed fact; then the structural list stands.
      if (needed.length > 0) assert.deepEqual([...found].sort(), needed.sort());
    }),
    { numRuns: 300 },
  );
});

test("the trace gives the same result as the plain decision, and its deciding facts suffice", () => {
  fc.assert(
    fc.property(tree, someFacts, (node, facts) => {
      const whole = trace(node, facts);
      assert.equal(whole.result, decide(node, facts));
      const enough = Object.fromEntries(whole.deciding.map((name) => [name, facts[name]!]));
      if (whole.result !== "unknown") assert.equal(decide(node, enough), whole.result);
    }),
    { numRuns: 300 },
  );
});

test("a criterion made ready decides as the plain one, whatever is known and however its parts are ordered", () => {
  const turned = (node: Criterion): Criterion => {
    if ("all" in node) return { all: node.all.map(turned).reverse() };
    if ("any" in node) return { any: node.any.map(turned).reverse() };
    if ("not" in node) return { not: turned(node.not) };
    return "of" in node ? { atLeast: node.atLeast, of: node.of.map(turned).reverse() } : node;
  };
  fc.assert(
    fc.property(tree, someFacts, (node, facts) => {
      assert.equal(compileCriterion(node)(facts), decide(node, facts));
      assert.equal(compileCriterion(turned(node))(facts), decide(node, facts));
    }),
    { numRuns: 500 },
  );
  const site = compileCriterion({ field: "occlusion_site", op: "eq", value: "M2-codominant" });
  assert.deepEqual(
    ["M2", "M2-codominant", "M1"].map((word) => site({ occlusion_site: word })),
    ["unknown", "true", "false"],
  );
  assert.equal(compileCriterion({ field: "constructor", op: "eq", value: "x" })({}), "unknown");
});

test("De Morgan: not all is any not, not any is all not, of trees and whatever is known", () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), someFacts, (nodes, facts) => {
      const denied = nodes.map((node) => ({ not: node }));
      assert.equal(decide({ not: { all: nodes } }, facts), decide({ any: denied }, facts));
      assert.equal(decide({ not: { any: nodes } }, facts), decide({ all: denied }, facts));
    }),
    { numRuns: 300 },
  );
});

test("every comparison of a missing fact is unknown, ne and not included", () => {
  for (const op of ["eq", "ne", "lt", "lte", "gt", "gte"] as const) {
    assert.equal(compare({ field: "nihss", op, value: 6 }, {}), "unknown");
  }
  assert.equal(compare({ field: "nihss", op: "in", value: [6] }, {}), "unknown");
  assert.equal(compare({ field: "nihss", op: "between", value: [0, 42] }, {}), "unknown");
  assert.equal(decide({ not: { field: "lvo", op: "eq", value: true } }, {}), "unknown");
  assert.equal(compare({ field: "lvo", op: "ne", value: true }, {}), "unknown");
});

test("a name that objects inherit is not a known fact", () => {
  assert.equal(compare({ field: "constructor", op: "eq", value: "x" }, {}), "unknown");
});

test("between includes both ends", () => {
  const window = { field: "time_lkw_h", op: "between", value: [6, 24] } as const;
  const at = (time_lkw_h: number) => compare(window, { time_lkw_h });
  assert.deepEqual([5.99, 6, 24, 24.01].map(at), ["false", "true", "true", "false"]);
});

test("M2 stands for its three finer branches: decided only when they decide alike", () => {
  const site = (op: "eq" | "ne" | "in", value: string | string[]) =>
    compare({ field: "occlusion_site", op, value }, { occlusion_site: "M2" });
  assert.equal(site("in", ["ICA", "M1"]), "false");
  assert.equal(site("eq", "M2-dominant-proximal"), "unknown");
  assert.equal(site("ne", "M2-dominant-proximal"), "unknown");
  assert.equal(site("in", ["M2-nondominant", "M2-codominant", "M3"]), "unknown");
  assert.equal(site("in", ["M2-nondominant", "M2-codominant", "M2-dominant-proximal"]), "true");
  assert.equal(site("eq", "M2"), "true");
  assert.equal(site("ne", "BA"), "true");
});

test("a finer occlusion site matches a rule that names its parent", () => {
  const rule = (value: string[]) => ({ field: "occlusion_site", op: "in", value }) as const;
  assert.equal(compare(rule(["ICA", "M1", "M2"]), { occlusion_site: "M2-codominant" }), "true");
  assert.equal(compare(rule(["anterior-LVO"]), { occlusion_site: "M1" }), "true");
  assert.equal(compare(rule(["anterior-LVO"]), { occlusion_site: "BA" }), "false");
  assert.equal(compare(rule(["ICA", "M1"]), { occlusion_site: "anterior-LVO" }), "true");
});

test("a deep or lobar haemorrhage is supratentorial, and supratentorial may be lobar", () => {
  const is = (value: string) => ({ field: "ich_location", op: "eq", value }) as const;
  assert.equal(compare(is("supratentorial"), { ich_location: "lobar" }), "true");
  assert.equal(compare(is("supratentorial"), { ich_location: "posterior-fossa" }), "false");
  assert.equal(compare(is("lobar"), { ich_location: "supratentorial" }), "unknown");
});

test("eTICI is ordered, and an mTICI 2b is 2b50 or better but not surely 2c", () => {
  const grade = (etici: string, value: string) => compare({ field: "etici", op: "gte", value }, { etici });
  assert.deepEqual(
    ["0", "1", "2a", "2b50", "2b67", "2c", "3"].map((g) => grade(g, "2b50")),
    ["false", "false", "false", "true", "true", "true", "true"],
  );
  assert.equal(grade("2b", "2b50"), "true");
  assert.equal(grade("2b", "2c"), "unknown");
  assert.equal(grade("2b", "3"), "false");
});

test("a broad word that leaves a rule open asks for the finer one", () => {
  assert.deepEqual(
    missingFacts({ all: [{ field: "occlusion_site", op: "eq", value: "M2-codominant" }] }, { occlusion_site: "M2" }),
    ["occlusion_site"],
  );
});

test("a condition that no fact decides stays unknown and asks for no fact", () => {
  const node: Criterion = { all: [{ text: "MRI shows bone oedema" }, { field: "wfns", op: "lte", value: 3 }] };
  assert.equal(decide(node, { wfns: 2 }), "unknown");
  assert.deepEqual(missingFacts(node, { wfns: 2 }), []);
  assert.equal(decide(node, { wfns: 4 }), "false");
});

test("criteria read as sentences with units", () => {
  assert.equal(sentence({ field: "nihss", op: "gte", value: 6 }), "NIHSS ≥ 6");
  assert.equal(sentence({ field: "core_ml", op: "lt", value: 70 }), "Ischaemic core < 70 mL");
  assert.equal(sentence({ field: "mass_effect", op: "eq", value: false }), "there is no mass effect");
  assert.equal(sentence({ field: "mass_effect", op: "ne", value: false }), "there is mass effect");
  assert.equal(
    sentence({ field: "carotid_stenosis_pct", op: "between", value: [50, 69] }),
    "Carotid stenosis (NASCET) 50–69 %",
  );
  assert.equal(
    sentence({ field: "occlusion_site", op: "in", value: ["ICA", "BA"] }),
    "Occlusion site is ICA or basilar artery",
  );
  assert.equal(
    sentence({ any: [{ not: { field: "lvo", op: "eq", value: true } }, { field: "race", op: "gt", value: 4 }] }),
    "(not (there is a large-vessel occlusion)) or RACE scale > 4",
  );
});
