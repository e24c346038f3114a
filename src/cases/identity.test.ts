import assert from "node:assert/strict";
import { test } from "node:test";
import { identityWarning, nameWords } from "./identity.ts";

const anna = { name: "Müller, Anna", identifier: "4471", birthDate: "1945-03-12" };

test("the same patient is known whatever way the name is spelled", () => {
  for (const name of ["MUELLER^ANNA", "Müller^Anna", "MULLER^ANNA=山田"]) {
    assert.equal(identityWarning({ ...anna, name }, anna), null);
  }
  assert.equal(identityWarning({ ...anna, name: "KELLER^ANNA" }, anna), null, "number and birth date confirm her");
});

test("another number or another day of birth is said, with both values", () => {
  const other = identityWarning({ ...anna, identifier: "9" }, anna);
  assert.match(other ?? "", /number 9, not 4471/);
  assert.match(
    identityWarning({ ...anna, birthDate: "1954-03-12" }, anna) ?? "",
    /birth date 1954-03-12, not 1945-03-12/,
  );
});

test("another name is said when nothing else confirms the patient; what is not known says nothing", () => {
  const unknown = { identifier: "", birthDate: null };
  assert.match(identityWarning({ ...unknown, name: "KELLER^ANNA" }, anna) ?? "", /name KELLER, ANNA, not Müller, Anna/);
  assert.equal(identityWarning({ ...unknown, name: "" }, anna), null);
});

test("a person name is shown family first, its first group alone", () => {
  assert.equal(nameWords("Yamada^Tarou=山田^太郎"), "Yamada, Tarou");
  assert.equal(nameWords("ANONYMOUS"), "ANONYMOUS");
  assert.equal(nameWords(""), "");
});
