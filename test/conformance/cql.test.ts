import assert from "node:assert/strict";
import test from "node:test";
import cql from "cql-execution";
import type { FactValue } from "../../src/core/index.ts";
import { definitionsOf, fieldsOf } from "../../src/fhir/bundle.ts";
import { elmLibrary } from "../../src/fhir/elm.ts";
import { type Criterion, decide, leavesOf } from "../../src/knowledge/criteria.ts";
import { expand, fieldOf, wordsOf } from "../../src/knowledge/dictionary.ts";
import { cellsOf } from "../../src/knowledge/missing.ts";
import type { Facts } from "../../src/knowledge/validation.ts";
import { loadPacks } from "../../src/server/packs.ts";

const packs = loadPacks();
/** Whole products of all states are tried up to this many; above it, that many drawn from a fixed sequence. */
const MOST = 500;

/** Not known, and a value of each kind that the comparisons of this criterion can tell apart; broader words too. */
function states(criterion: Criterion, name: string): readonly (FactValue | undefined)[] {
  const field = fieldOf(name)!;
  const cells = cellsOf(name, leavesOf(criterion));
  const words = field.parents ? wordsOf(field).filter((word) => expand(field, word).length > 1) : [];
  return [undefined, ...cells, ...words];
}

function* settings(criterion: Criterion): Generator<Facts> {
  const names = [...new Set(leavesOf(criterion).map((leaf) => leaf.field))];
  const lists = names.map((name) => states(criterion, name));
  const size = lists.reduce((product, list) => product * list.length, 1);
  let seed = 1;
  for (let k = 0; k < Math.min(size, MOST); k++) {
    const facts: Record<string, FactValue> = {};
    let rest = k;
    lists.forEach((list, i) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes, a sequence that is always the same
      const value = size <= MOST ? list[rest % list.length] : list[(seed >>> 8) % list.length];
      rest = Math.floor(rest / list.length);
      if (value !== undefined) facts[names[i]!] = value;
    });
    yield facts;
  }
}

const truth = { true: true, false: false, unknown: null } as const;

test("our engine and cql-execution say the same of every recommendation and trial, whatever is true, false or missing", async (t) => {
  let tried = 0;
  let unknown = 0;
  for (const pack of packs) {
    const definitions = definitionsOf(pack);
    const library = new cql.Library(elmLibrary(pack.id, pack.version, definitions, fieldsOf(definitions)));
    for (const { name, criterion } of definitions) {
      const expression = library.get(name);
      for (const facts of settings(criterion)) {
        const context = new cql.UnfilteredContext(library, {} as never, undefined, facts as never);
        const theirs = (await expression.execute(context)) ?? null;
        const ours = truth[decide(criterion, facts)];
        assert.equal(theirs, ours, `${name}: ${JSON.stringify(facts)}`);
        tried++;
        if (ours === null) unknown++;
      }
    }
  }
  t.diagnostic(`${tried} settings, ${unknown} of them unknown`);
  assert.ok(tried > 15_000, `${tried}`);
  assert.ok(unknown > 1000, `${unknown}`);
});
