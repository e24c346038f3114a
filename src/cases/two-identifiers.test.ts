import assert from "node:assert/strict";
import { test } from "node:test";
import { patientChange, studyChange } from "./patient-change.ts";
import { compareIdentities, filledFrom, identityWords } from "./two-identifiers.ts";

const anna = { issuer: "KSL", patientId: "4471", name: "MEYER^ANNA", birthDate: "1945-03-12", sex: "F" };

test("two identifiers that agree are the same person; a third that differs is a doubt with both values", () => {
  assert.equal(compareIdentities(anna, { ...anna, name: "Meyer^A" }).verdict, "same");
  const twin = compareIdentities(anna, { ...anna, birthDate: "1954-03-12" });
  assert.equal(twin.verdict, "doubt");
  assert.match(identityWords(twin), /number and name agree, but this differs: birth date 1945-03-12 and 1954-03-12/i);
  assert.equal(compareIdentities(anna, { ...anna, patientId: "4417" }).verdict, "doubt", "name and birth date agree");
});

test("two that differ, or one that differs with fewer than two that agree, are a clear disagreement", () => {
  const other = compareIdentities(anna, { ...anna, name: "KELLER^URS", birthDate: "1960-01-01" });
  assert.equal(other.verdict, "different");
  assert.deepEqual(
    other.differences.map((one) => one.what),
    ["name", "birth date"],
  );
  assert.equal(compareIdentities(anna, { ...anna, name: "KELLER^URS", birthDate: null }).verdict, "different");
  assert.equal(compareIdentities(anna, { ...anna, sex: "M", birthDate: "1946-03-12" }).verdict, "different");
});

test("what is not known says nothing, and one identifier alone proves nobody", () => {
  const little = { ...anna, patientId: "", birthDate: null, sex: "" };
  assert.equal(compareIdentities(anna, little).verdict, "unproven");
  assert.equal(compareIdentities({ ...little, name: "" }, anna).verdict, "unproven");
  assert.equal(compareIdentities(anna, { ...anna, sex: "O" }).verdict, "same");
});

test("numbers of two issuers are not compared, those of one known issuer are", () => {
  const elsewhere = { ...anna, issuer: "USB", patientId: "9" };
  assert.deepEqual(compareIdentities(anna, elsewhere).agree, ["name", "birth date"]);
  assert.equal(compareIdentities(anna, elsewhere).verdict, "same");
  assert.equal(compareIdentities(anna, { ...elsewhere, issuer: "" }).verdict, "doubt");
});

test("a survivor takes over what it does not know, number and issuer together", () => {
  const poor = { issuer: "", patientId: "", name: "MEYER^A", birthDate: null, sex: "" };
  assert.deepEqual(filledFrom(poor, anna), { ...anna, name: "MEYER^A" });
  assert.deepEqual(filledFrom(anna, poor), anna);
});

test("a change is trimmed and held to its value representation, with the field named", () => {
  assert.deepEqual(patientChange({ name: " Meyer^Anna ", birthDate: "", sex: "F" }, "2026-11-27"), {
    name: "Meyer^Anna",
    birthDate: null,
    sex: "F",
  });
  for (const [field, value] of Object.entries({
    ...{ name: "a".repeat(65), patientId: "4\\4", birthDate: "2026-02-30", sex: "female", issuer: "x\ny" },
  })) {
    assert.throws(() => patientChange({ [field]: value }, "2026-11-27"), new RegExp(`^WillisError: ${field} `));
  }
  assert.throws(() => patientChange({ birthDate: "2026-11-28" }, "2026-11-27"), /future/);
  assert.throws(() => patientChange({ __proto__x: "1" }, "2026-11-27"), /cannot be corrected/);
  assert.deepEqual(studyChange({ accession: "A1", date: "2026-11-01", time: "0422" }), {
    ...{ accession: "A1", date: "2026-11-01", time: "0422" },
  });
  assert.throws(() => studyChange({ accession: "A".repeat(17) }), /17 characters, at most 16/);
  assert.throws(() => studyChange({ time: "2561" }), /no time/);
});
