import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { formOf, REFERRAL_FORMS } from "./refer-fields.ts";

test("a referral asks only for facts the dictionary knows", () => {
  for (const form of REFERRAL_FORMS) {
    for (const name of form.facts) assert.ok(fieldOf(name), `${form.kind} asks for ${name}`);
  }
});

test("an acute stroke is asked in seven fields: patient, clock, NIHSS, mRS, anticoagulant, lysis, pressure with weight", () => {
  const { facts, clock } = formOf("stroke");
  const fields = facts.filter((name) => !["dbp_mmHg", "weight_kg"].includes(name)).length + (clock ? 1 : 0) + 1;
  assert.equal(fields, 7);
});

test("every kind of case has a form", () => {
  for (const kind of ["stroke", "aneurysm", "haemorrhage", "avm", "subdural", "carotid", "other"] as const) {
    assert.equal(formOf(kind).kind, kind);
  }
});
