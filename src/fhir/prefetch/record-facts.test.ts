import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseFacts } from "../../knowledge/validation.ts";
import { ageAt, recordFacts } from "./record-facts.ts";

const NOW = new Date("2026-11-27T12:00:00Z");
const patient = { resourceType: "Patient", id: "p1", birthDate: "1956-03-12" };
const bundle = (...resources: object[]) => ({
  resourceType: "Bundle",
  type: "searchset",
  entry: resources.map((resource) => ({ resource })),
});
const loinc = (code: string) => ({ coding: [{ system: "http://loinc.org", code }] });
const own = (code: string) => ({ coding: [{ system: "urn:willis:field", code }] });
const ucum = (value: number, code: string) => ({ value, unit: code, system: "http://unitsofmeasure.org", code });
const observation = (code: object, value: object, rest: object = {}) => ({
  resourceType: "Observation",
  id: "o1",
  status: "final",
  subject: { reference: "Patient/p1" },
  effectiveDateTime: "2026-11-27T11:30:00Z",
  code,
  ...value,
  ...rest,
});
const icd = (code: string, rest: object = {}) => ({
  resourceType: "Condition",
  id: "c1",
  clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] },
  subject: { reference: "https://ehr.example/fhir/Patient/p1" },
  onsetDateTime: "2026-11-27T09:00:00Z",
  code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code }] },
  ...rest,
});
const read = (prefetch: object, drafts: unknown = undefined) => {
  const record = recordFacts({ patient, ...prefetch }, "p1", drafts, NOW, "https://ehr.example/fhir/");
  assert.ok(record);
  return record;
};
const ofObservations = (...resources: object[]) => read({ observations: bundle(...resources) });

test("age comes from the birth date, and only where a broken date leaves one answer", () => {
  assert.equal(ageAt("1956-03-12", NOW), 70);
  assert.equal(ageAt("1956-11-27", NOW), 70);
  assert.equal(ageAt("1956-11-28", NOW), 69);
  assert.equal(ageAt("1956-03", NOW), 70);
  assert.equal(ageAt("1956", NOW), null);
  assert.equal(ageAt("2027-01-01", NOW), null);
  assert.equal(ageAt("12.03.1956", NOW), null);
});

test("scores, pressures and own fields are read by their codes, with UCUM units", () => {
  const panel = observation(loinc("85354-9"), {
    component: [
      { code: loinc("8480-6"), valueQuantity: ucum(182, "mm[Hg]") },
      { code: loinc("8462-4"), valueQuantity: ucum(12, "kPa") },
    ],
  });
  const { facts, notRead } = ofObservations(
    observation(loinc("72089-6"), { valueInteger: 15 }),
    observation(loinc("9269-2"), { valueQuantity: ucum(14, "{score}") }),
    panel,
    observation(own("aspects"), { valueInteger: 8 }),
    observation(own("core_ml"), { valueQuantity: ucum(0.03, "L") }),
    observation(own("lvo"), { valueBoolean: true }),
    observation(own("occlusion_site"), { valueString: "M1" }),
    observation(own("time_lkw_h"), { valueDateTime: "2026-11-27T09:30:00+00:00" }),
  );
  assert.deepEqual(notRead, []);
  assert.deepEqual(
    { ...facts },
    {
      age_years: 70,
      nihss: 15,
      gcs: 14,
      sbp_mmHg: 182,
      dbp_mmHg: 90.00765065,
      aspects: 8,
      core_ml: 30,
      lvo: true,
      occlusion_site: "M1",
      time_lkw_h: 2.5,
    },
  );
});

test("what cannot be taken is named field by field, and nothing takes its place", () => {
  const nihss = loinc("72089-6");
  for (const [resource, why] of [
    [observation(nihss, { valueQuantity: ucum(15, "mg/dL") }), /no unit.*mg\/dL/],
    [observation(nihss, { valueInteger: 99 }), /between 0 and 42/],
    [observation(nihss, { valueQuantity: { ...ucum(15, "1"), comparator: "<" } }), /"<" a number/],
    [observation(nihss, { valueInteger: 15 }, { effectiveDateTime: "2026-11-27" }), /to the minute/],
    [observation(nihss, { valueInteger: 15 }, { effectiveDateTime: "2026-11-25T11:00:00Z" }), /49 h old/],
    [observation(nihss, { valueInteger: 15 }, { effectiveDateTime: "2026-11-27T13:00:00Z" }), /still to come/],
    [observation(nihss, { valueInteger: 15 }, { status: "preliminary" }), /preliminary/],
    [observation(nihss, { valueInteger: 15 }, { subject: { reference: "Patient/p2" } }), /not name this patient/],
    [
      observation(nihss, { valueInteger: 15 }, { subject: { reference: "https://other.example/fhir/Patient/p1" } }),
      /not name this patient/,
    ],
    [observation(nihss, { valueInteger: 15 }, { subject: undefined }), /not name this patient/],
    [observation(nihss, {}, { dataAbsentReason: { text: "x" } }), /absent/],
    [observation(loinc("8480-6"), { valueQuantity: ucum(182, "cm[H2O]") }), /"cm\[H2O\]", not mm\[Hg\]/],
    [observation(loinc("8480-6"), { valueQuantity: { value: 182, unit: "mmHg" } }), /no UCUM code: "mmHg"/],
    [observation(loinc("8480-6"), { valueInteger: 182 }), /bare number/],
    [observation(own("colour"), { valueString: "blue" }), /no such field/],
    [
      observation(own("time_lkw_h"), { valueQuantity: ucum(2, "h") }, { effectiveDateTime: "2026-11-27T10:00:00Z" }),
      /2 h old/,
    ],
  ] as const) {
    const { facts, notRead } = ofObservations(resource);
    assert.deepEqual(Object.keys(facts), ["age_years"], why.source);
    assert.equal(notRead.length, 1, why.source);
    assert.match(notRead[0]!.why, why);
    assert.equal(notRead[0]!.from, "Observation/o1");
  }
  for (const newer of [{ valueQuantity: ucum(15, "mg") }, { status: "preliminary", valueInteger: 4 }]) {
    const { facts } = ofObservations(
      observation(nihss, { valueInteger: 12 }, { effectiveDateTime: "2026-11-27T10:00:00Z" }),
      observation(nihss, newer),
    );
    assert.equal(facts.nihss, undefined);
  }
  const twice = ofObservations(observation(nihss, { valueInteger: 12 }), observation(nihss, { valueInteger: 13 }));
  assert.equal(twice.facts.nihss, undefined);
  assert.match(twice.notRead[0]!.why, /contradict/);
  const corrected = ofObservations(
    observation(nihss, { valueInteger: 12 }, { status: "entered-in-error" }),
    observation(nihss, { valueInteger: 13 }, { status: "amended", effectiveDateTime: "2026-11-27T08:00:00Z" }),
  );
  assert.equal(corrected.facts.nihss, 13);
});

test("a diagnosis is taken when it is active, confirmed and of these days; its absence says nothing", () => {
  const of = (...conditions: object[]) => read({ conditions: bundle(...conditions) });
  const stroke = of(icd("I63.512"));
  assert.deepEqual(stroke.caseKinds, ["stroke"]);
  assert.equal(stroke.facts.diagnosis, "suspected_ais");
  assert.deepEqual(of(icd("I63.6")).caseKinds, ["other"]);
  assert.equal(of(icd("I63.6")).facts.cvt, true);
  assert.match(of(icd("I63.9", { onsetDateTime: "2023-02-01" })).notRead[0]!.why, /2023-02-01: more than 14 days/);
  assert.match(of(icd("I63.9", { onsetDateTime: undefined })).notRead[0]!.why, /which day/);
  const verification = (code: string) => ({
    verificationStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-ver-status", code }] },
  });
  assert.equal(of(icd("I63.9", verification("provisional"))).facts.diagnosis, "suspected_ais");
  assert.match(of(icd("I61.0", verification("provisional"))).notRead[0]!.why, /not confirmed/);
  assert.deepEqual(of(icd("I61.0", verification("refuted"))).facts, { age_years: 70 });
  assert.match(of(icd("I61.0", { clinicalStatus: undefined })).notRead[0]!.why, /active/);
  const both = of(icd("I67.1"), icd("I60.7", { id: "c2", onsetDateTime: "2025-01-01" }));
  assert.equal(both.facts.aneurysm_status, undefined);
  assert.match(both.notRead.map(({ why }) => why).join(), /haemorrhage is on the list/);
  const two = of(icd("I63.9"), icd("I61.0", { id: "c2" }));
  assert.equal(two.facts.diagnosis, undefined, "two working diagnoses contradict each other");
  assert.equal(two.facts.ich, true);
  assert.deepEqual(of().facts, { age_years: 70 });
});

test("an anticoagulant is read from ingredient or substance; several contradict, none is not 'none'", () => {
  const drug = (system: string, code: string, rest: object = {}) => ({
    resourceType: "MedicationRequest",
    id: "m1",
    status: "active",
    subject: { reference: "Patient/p1" },
    medicationCodeableConcept: { coding: [{ system, code }] },
    ...rest,
  });
  const atc = "http://www.whocc.no/atc";
  const of = (...resources: object[]) => read({ medicationRequests: bundle(...resources) });
  assert.equal(of(drug(atc, "B01AF02")).facts.anticoagulant, "apixaban");
  assert.equal(of(drug(atc, "B01AF02", { status: "stopped" })).facts.anticoagulant, undefined);
  assert.equal(of(drug(atc, "B01AC06")).facts.anticoagulant, undefined);
  const several = of(drug(atc, "B01AF02"), drug(atc, "B01AA03", { id: "m2" }));
  assert.equal(several.facts.anticoagulant, undefined);
  assert.match(several.notRead[0]!.why, /several are active: apixaban, vitamin K antagonist/);
  const medication = { resourceType: "Medication", id: "x", code: { coding: [{ system: atc, code: "B01AE07" }] } };
  const referred = drug("", "", {
    medicationCodeableConcept: undefined,
    medicationReference: { reference: "Medication/x" },
  });
  assert.equal(of(referred, medication).facts.anticoagulant, "dabigatran");
});

test("parts that did not come, pages and failures are gaps; another patient is refused", () => {
  const all = read({});
  assert.deepEqual(all.gaps, [
    "the problem list was not sent",
    "the list of observations was not sent",
    "the list of prescribed drugs was not sent",
    "the list of stated drugs was not sent",
  ]);
  const { gaps } = read({
    conditions: { ...bundle(), link: [{ relation: "next", url: "x" }] },
    observations: { resourceType: "OperationOutcome", issue: [{ severity: "error" }] },
    medicationRequests: null,
    medicationStatements: bundle(),
  });
  assert.deepEqual(gaps, [
    "the problem list is not whole: only its first page came",
    "the list of observations could not be read by the sender",
  ]);
  assert.equal(recordFacts({ patient }, "p2", undefined, NOW), null);
  assert.equal(recordFacts({}, "p1", undefined, NOW), null);
  for (const junk of [7, "x", [], [null], { entry: 5 }, { resourceType: "Bundle", entry: [null, { resource: [] }, 3] }])
    assert.deepEqual(read({ conditions: junk, observations: junk }).facts, { age_years: 70 });
});

test("orders that are being written make their fact true", () => {
  const order = {
    resourceType: "MedicationRequest",
    id: "r1",
    status: "draft",
    subject: { reference: "Patient/p1" },
    medicationCodeableConcept: { coding: [{ system: "http://www.whocc.no/atc", code: "B01AD02" }] },
  };
  const record = read({}, bundle(order));
  assert.equal(record.facts.ivt_planned, true);
  assert.deepEqual(
    record.orders.map(({ from, order: { name } }) => [from, name]),
    [["MedicationRequest/r1", "thrombolysis"]],
  );
  assert.deepEqual(read({}, bundle({ ...order, doNotPerform: true })).orders, []);
});

test("whatever a sender writes, nothing fails, and what is read is a fact of the dictionary", () => {
  const good = {
    patient,
    conditions: bundle(icd("I63.9"), icd("I67.1")),
    observations: bundle(
      observation(loinc("72089-6"), { valueInteger: 15 }),
      observation(loinc("85354-9"), { component: [{ code: loinc("8480-6"), valueQuantity: ucum(182, "mm[Hg]") }] }),
      observation(own("time_lkw_h"), { valueDateTime: "2026-11-27T09:30:00Z" }),
    ),
    medicationRequests: null,
  };
  const paths: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    paths.push(path);
    if (typeof value !== "object" || value === null) return;
    for (const [name, one] of Object.entries(value)) walk(one, [...path, name]);
  };
  walk(good, []);
  const changed = (value: unknown, [name, ...rest]: readonly (string | number)[], junk: unknown): unknown => {
    if (name === undefined) return junk;
    const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
    copy[name] = changed(copy[name], rest, junk);
    return copy;
  };
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, junk) => {
      const record = recordFacts(changed(good, path, junk) as never, "p1", junk, NOW);
      if (!record) return;
      read++;
      assert.deepEqual({ ...parseFacts(record.facts) }, { ...record.facts });
    }),
    { numRuns: 2000, seed: 7 },
  );
  assert.ok(read > 1000, `${read}`);
});
