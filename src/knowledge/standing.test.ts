import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FactValue } from "../core/index.ts";
import { type Criterion, decide, type Trace, trace } from "./criteria.ts";
import { parseGiven } from "./given.ts";
import { type Facts, fieldOf, whatToAsk } from "./index.ts";
import { factsAt, type GivenFact, NO_DOUBTS } from "./standing.ts";
import { decideIn, traceIn } from "./worlds.ts";

const NOW = "2026-11-27T12:00:00.000Z";
const NAMES = ["nihss", "aspects", "age_years", "gcs"] as const;
const VALUES = fc.integer({ min: 3, max: 10 });
const leaf = fc.record({
  field: fc.constantFrom(...NAMES),
  op: fc.constantFrom("eq", "ne", "lt", "lte", "gt", "gte"),
  value: VALUES,
}) as fc.Arbitrary<Criterion>;
const { tree } = fc.letrec<{ tree: Criterion }>((tie) => {
  const list = fc.array(tie("tree"), { minLength: 1, maxLength: 3 });
  return {
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      list.map((all): Criterion => ({ all })),
      list.map((any): Criterion => ({ any })),
      tie("tree").map((not): Criterion => ({ not })),
      fc.record({ atLeast: fc.integer({ min: 0, max: 3 }), of: list }),
    ),
  };
});
/** Each field with no value, one, or several sources. */
const sources = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.array(VALUES, { minLength: 1, maxLength: 3 }),
) as fc.Arbitrary<Record<string, number[]>>;

const at = (values: Readonly<Record<string, readonly FactValue[]>>) =>
  factsAt(
    Object.fromEntries(
      Object.entries(values).map(([name, list]) => [name, list.map((value, k) => ({ value, source: `person ${k}` }))]),
    ),
    NOW,
  );

/** Every choice of one value a field, by brute force. */
function choices(values: Readonly<Record<string, readonly number[]>>): Facts[] {
  return Object.entries(values).reduce<Facts[]>(
    (worlds, [name, list]) => worlds.flatMap((world) => list.map((value) => ({ ...world, [name]: value }))),
    [{}],
  );
}

test("a criterion with contested facts is decided exactly when every choice among their values decides it alike", () => {
  fc.assert(
    fc.property(tree, sources, (node, values) => {
      const { facts, doubts } = at(values);
      const results = new Set(choices(values).map((world) => decide(node, world)));
      assert.equal(decideIn(node, facts, doubts), results.size === 1 ? [...results][0] : "unknown");
    }),
    { numRuns: 600 },
  );
});

test("the trace says at every node what is decided there, and names the contested fact with both sources", () => {
  const parts = (node: Criterion, whole: Trace): [Criterion, Trace][] => {
    const below =
      "all" in node ? node.all : "any" in node ? node.any : "of" in node ? node.of : "not" in node ? [node.not] : [];
    return [[node, whole], ...below.flatMap((child, k) => parts(child, whole.children[k]!))];
  };
  fc.assert(
    fc.property(tree, sources, (node, values) => {
      const { facts, doubts } = at(values);
      for (const [part, told] of parts(node, traceIn(node, facts, doubts))) {
        assert.equal(told.result, decideIn(part, facts, doubts));
        assert.equal(told.missing.length > 0, told.result === "unknown");
        if (told.field && doubts.contested[told.field]) assert.match(told.doubt ?? "", /person 0.* or .*person 1/);
      }
    }),
    { numRuns: 300 },
  );
});

test("several sources that say the same are one fact: nothing changes", () => {
  fc.assert(
    fc.property(tree, fc.dictionary(fc.constantFrom(...NAMES), VALUES), (node, values) => {
      const once = at(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])));
      const twice = at(
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, value, value]])),
      );
      assert.deepEqual(twice, once);
      assert.equal(twice.doubts, NO_DOUBTS);
      assert.deepEqual(traceIn(node, twice.facts, twice.doubts), trace(node, values));
    }),
    { numRuns: 200 },
  );
});

test("one more fact of a field that nobody knew never turns a decided criterion into another", () => {
  fc.assert(
    fc.property(
      tree,
      sources,
      fc.constantFrom(...NAMES),
      fc.array(VALUES, { minLength: 1, maxLength: 2 }),
      (node, values, name, more) => {
        const { [name]: _, ...without } = values;
        const before = at(without);
        const result = decideIn(node, before.facts, before.doubts);
        const after = at({ ...without, [name]: more });
        if (result !== "unknown") assert.equal(decideIn(node, after.facts, after.doubts), result);
      },
    ),
    { numRuns: 500 },
  );
});

test("taking back one of the contested values never turns a decided criterion into another", () => {
  fc.assert(
    fc.property(tree, sources, (node, values) => {
      const { facts, doubts } = at(values);
      const result = decideIn(node, facts, doubts);
      const resolved = at(Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.slice(0, 1)])));
      if (result !== "unknown") assert.equal(decideIn(node, resolved.facts, resolved.doubts), result);
    }),
    { numRuns: 300 },
  );
});

test("the order of parts, of fields and of sources does not matter, and De Morgan holds in doubt", () => {
  const turned = (node: Criterion): Criterion => {
    if ("all" in node) return { all: node.all.map(turned).reverse() };
    if ("any" in node) return { any: node.any.map(turned).reverse() };
    if ("not" in node) return { not: turned(node.not) };
    return "of" in node ? { atLeast: node.atLeast, of: node.of.map(turned).reverse() } : node;
  };
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), sources, (nodes, values) => {
      const { facts, doubts } = at(values);
      const other = at(
        Object.fromEntries(
          Object.entries(values)
            .reverse()
            .map(([name, list]) => [name, [...list].reverse()]),
        ),
      );
      const all: Criterion = { all: nodes };
      assert.equal(decideIn(turned(all), other.facts, other.doubts), decideIn(all, facts, doubts));
      const denied = nodes.map((node) => ({ not: node }));
      assert.equal(decideIn({ not: all }, facts, doubts), decideIn({ any: denied }, facts, doubts));
      assert.equal(decideIn({ not: { any: nodes } }, facts, doubts), decideIn({ all: denied }, facts, doubts));
    }),
    { numRuns: 300 },
  );
});

test("a fact that is older than its field allows is not known, with the reason, and never false", () => {
  const nihss = (observedAt: string): GivenFact[] => [{ value: 3, observedAt, source: "typed by Rossi" }];
  const rule: Criterion = { field: "nihss", op: "gte", value: 6 };
  const hours = fieldOf("nihss")!.maxAge!.hours;
  const edge = new Date(Date.parse(NOW) - hours * 3_600_000);
  const fresh = factsAt({ nihss: nihss(edge.toISOString()) }, NOW);
  assert.equal(decideIn(rule, fresh.facts, fresh.doubts), "false");
  const old = factsAt({ nihss: nihss(new Date(edge.getTime() - 1000).toISOString()) }, NOW);
  assert.deepEqual(old.facts, {});
  assert.match(old.doubts.aside.nihss!.why, /NIHSS 3 is older than 6 h \(observed at 2026-11-27T05:59:59.000Z\)/);
  const told = traceIn({ not: rule }, old.facts, old.doubts);
  assert.equal(told.result, "unknown");
  assert.deepEqual(told.missing, ["nihss"]);
  assert.match(told.children[0]!.doubt!, /older than 6 h/);
});

test("one that is too old contradicts nothing; one that was observed after the moment is not known at it", () => {
  const mixed = factsAt(
    {
      nihss: [
        { value: 12, observedAt: "2026-11-27T11:00:00Z" },
        { value: 3, observedAt: "2026-11-26T11:00:00Z" },
      ],
    },
    NOW,
  );
  assert.deepEqual(mixed, { facts: { nihss: 12 }, doubts: NO_DOUBTS });
  const later = factsAt({ lvo: [{ value: true, observedAt: "2026-11-27T12:11:00Z" }] }, NOW);
  assert.deepEqual(later.facts, {});
  assert.match(later.doubts.aside.lvo!.why, /was observed at .* after/);
});

test("the time since last known well is that of the moment, wherever it was written down", () => {
  const { facts } = factsAt({ time_lkw_h: [{ value: 5, observedAt: "2026-11-27T10:30:00Z" }] }, NOW);
  assert.equal(facts.time_lkw_h, 6.5);
  const two = { value: 3, observedAt: "2026-11-27T08:30:00Z" };
  assert.deepEqual(factsAt({ time_lkw_h: [{ value: 6.5 }, two] }, NOW).facts, { time_lkw_h: 6.5 });
});

test("facts with sources and times are read, and what is wrong with them is named", () => {
  const { facts, doubts } = parseGiven(
    { nihss: [{ value: 5, source: "referrer" }, 12], core_ml: { value: 0.04, unit: "L", observedAt: NOW }, lvo: null },
    NOW,
  );
  assert.deepEqual(facts, { core_ml: 40 });
  assert.deepEqual(doubts.contested.nihss, [{ value: 5, source: "referrer" }, { value: 12 }]);
  const refused = (given: unknown, words: RegExp) => assert.throws(() => parseGiven(given, NOW), words);
  refused({ nihss: { value: 5, observedAt: "yesterday" } }, /"observedAt" of "nihss" must be a time/);
  refused({ nihss: { value: 5, observedAt: "2026-13-40" } }, /is no time/);
  refused({ nihss: { value: 5, source: 3 } }, /"source" of "nihss" must be words/);
  refused({ nihss: [5, 99] }, /"nihss" must lie between 0 and 42, not 99/);
  refused({ colour: [{ value: 1, observedAt: NOW }] }, /unknown fact "colour"/);
  refused({ nihss: Array(21).fill(5) }, /has 21 values/);
  refused({ nihss: { value: 5, when: NOW } }, /not "when"/);
});

test("what to ask says why a value that was given is not used", () => {
  const { facts, doubts } = at({ nihss: [3, 9] });
  const whole = traceIn({ field: "nihss", op: "gte", value: 6 }, facts, doubts);
  const card = { id: "x", verdict: "cannotDetermine", group: "medical", strength: "1", subject: "s", direction: "for" };
  const cards = [{ ...card, missing: whole.missing, criteria: [whole] }] as unknown as Parameters<typeof whatToAsk>[0];
  assert.match(whatToAsk(cards, facts, doubts)[0]!.doubt!, /sources differ: NIHSS 3 \(person 0\) or NIHSS 9/);
});
