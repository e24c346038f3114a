import assert from "node:assert/strict";
import test from "node:test";
import { WillisError } from "../core/index.ts";
import { FIELDS, fieldNamed, fieldOf } from "./dictionary.ts";
import { checkFacts, parseFacts, wrongValue } from "./validation.ts";

test("a value out of range, of the wrong type or misspelt is an error that names field and value", () => {
  assert.match(wrongValue("nihss", 43)!, /"nihss" must lie between 0 and 42, not 43/);
  assert.match(wrongValue("nihss", 12.5)!, /whole number, not 12.5/);
  assert.match(wrongValue("nihss", "12")!, /must be a number, not "12"/);
  assert.match(wrongValue("nihss", Number.NaN)!, /must be a number/);
  assert.match(wrongValue("lvo", "yes")!, /must be true or false, not "yes"/);
  assert.match(wrongValue("occlusion_site", "m1")!, /not "m1"; did you mean "M1"\?/);
  assert.match(wrongValue("sbp_mmHg", -5)!, /between 0 and 400 mmHg, not -5/);
  assert.match(wrongValue("nihs", 5)!, /unknown fact "nihs"; did you mean "nihss"\?/);
  assert.match(wrongValue("Premorbid mRS", 5)!, /did you mean "prestroke_mrs"\?/);
});

test("a word outside an open list is taken, but not when it is nearly one of the list", () => {
  assert.equal(wrongValue("drug", "valproate"), null);
  assert.match(wrongValue("drug", "Phenytoine")!, /did you mean "phenytoin"\?/);
  assert.match(wrongValue("diagnosis", "suspected ais")!, /did you mean "suspected_ais"\?/);
  assert.match(wrongValue("jurisdiction", "uk")!, /did you mean "UK"\?/);
});

test("null means not known and is left out", () => {
  assert.deepEqual(parseFacts({ nihss: null, lvo: false }), { lvo: false });
});

test("all problems are told at once, and the good facts are kept apart", () => {
  const { facts, problems } = checkFacts({ nihss: 99, foo: 1, age_years: 70, toString: null });
  assert.deepEqual(facts, { age_years: 70 });
  assert.deepEqual(
    problems.map((p) => p.name),
    ["nihss", "foo", "toString"],
  );
  assert.throws(
    () => parseFacts({ nihss: 99, foo: 1 }),
    (error) => error instanceof WillisError && error.code === "bad-request" && /nihss.*foo/.test(error.message),
  );
  assert.throws(() => parseFacts([1]), /must be an object/);
});

test("every field says how to ask for it, and no name, label or synonym means two fields", () => {
  const words = new Map<string, string>();
  for (const field of FIELDS) {
    assert.ok(field.label && field.ask, field.name);
    assert.equal(field.kind === "int" || field.kind === "number", field.range !== undefined, field.name);
    assert.equal(field.kind === "enum" || field.kind === "ordered", field.values !== undefined, field.name);
    assert.equal(field.kind === "bool", field.words !== undefined, field.name);
    for (const children of Object.values(field.parents ?? {})) {
      for (const child of children) assert.ok(field.values!.includes(child), `${field.name}: ${child}`);
    }
    for (const word of new Set([field.name, field.label, ...field.synonyms].map((w) => w.toLowerCase()))) {
      assert.equal(words.get(word) ?? field.name, field.name, `"${word}" means two fields`);
      words.set(word, field.name);
    }
    assert.equal(fieldNamed(field.label)?.name, field.name);
  }
  assert.equal(fieldOf("nihss")?.label, "NIHSS");
});
