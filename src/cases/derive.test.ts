import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, FactValue } from "../core/index.ts";
import { ageAt, deriveFacts } from "./derive.ts";

const NOW = "2026-11-01T04:56:00.000Z";
const fact = (name: string, value: FactValue): Fact => ({
  id: name,
  name,
  value,
  unit: "",
  source: { kind: "typed", by: "k", name: "Keller" },
  observedAt: NOW,
  recordedAt: NOW,
});
const ground = { kind: "stroke", lastKnownWell: null, birthDate: null } as const;
const values = (facts: Fact[]) => Object.fromEntries(facts.map((f) => [f.name, f.value]));

test("the age turns on the birthday and not a day before", () => {
  assert.equal(ageAt("1945-11-01", NOW), 81);
  assert.equal(ageAt("1945-11-02", NOW), 80);
  assert.equal(ageAt("2027-01-01", NOW), null);
  assert.equal(ageAt(null, NOW), null);
});

test("hours since last known well run with the clock and say whose word they rest on", () => {
  const well = { at: "2026-10-31T22:14:00.000Z", by: "daughter" };
  const [hours] = deriveFacts({ ...ground, lastKnownWell: well }, [], NOW);
  assert.equal(hours?.value, 6.7);
  assert.deepEqual(hours?.source, {
    kind: "derived",
    rule: "now - last known well (daughter)",
    from: ["last known well"],
  });
});

test("an M1 occlusion is anterior and large; a P2 is posterior and whether it is large is not said", () => {
  const m1 = values(deriveFacts(ground, [fact("occlusion_site", "M1")], NOW));
  assert.equal(m1.circulation, "anterior");
  assert.equal(m1.lvo, true);
  const p2 = values(deriveFacts(ground, [fact("occlusion_site", "P2")], NOW));
  assert.equal(p2.circulation, "posterior");
  assert.equal("lvo" in p2, false);
});

test("the word LVO covers both circulations: the vessel is large and the circulation is not known", () => {
  const lvo = values(deriveFacts(ground, [fact("occlusion_site", "LVO")], NOW));
  assert.equal(lvo.lvo, true);
  assert.equal("circulation" in lvo, false);
});

test("what a person stated is not derived anew", () => {
  const stated = [fact("occlusion_site", "BA"), fact("circulation", "anterior"), fact("diagnosis", "other")];
  const found = values(deriveFacts(ground, stated, NOW));
  assert.equal("circulation" in found, false);
  assert.equal("diagnosis" in found, false);
});

test("an aneurysm is a haemorrhage only when it is known to be ruptured", () => {
  const of = (status: string | null) =>
    values(deriveFacts({ ...ground, kind: "aneurysm" }, status ? [fact("aneurysm_status", status)] : [], NOW))
      .diagnosis;
  assert.equal(of("ruptured"), "subarachnoid_haemorrhage");
  assert.equal(of("unruptured"), "unruptured_aneurysm");
  assert.equal(of(null), undefined);
});

test("a subarachnoid haemorrhage is one by its diagnosis, and its WFNS grade follows where the GCS alone decides", () => {
  const sah = { ...ground, kind: "haemorrhage" } as const;
  const of = (gcs: number, ...more: Fact[]) =>
    values(deriveFacts(sah, [fact("aneurysm_status", "ruptured"), fact("gcs", gcs), ...more], NOW));
  assert.deepEqual([of(15).sah, of(15).wfns, of(12).wfns, of(7).wfns, of(6).wfns, of(3).wfns], [true, 1, 4, 4, 5, 5]);
  assert.equal("wfns" in of(14), false, "the motor deficit decides");
  assert.equal("wfns" in of(15, fact("wfns", 3)), false, "what was stated stays");
  assert.equal("sah" in values(deriveFacts(ground, [fact("gcs", 15)], NOW)), false);
  const later = "2026-11-01T14:00:00.000Z";
  const old = deriveFacts(sah, [fact("aneurysm_status", "ruptured"), fact("gcs", 15)], later);
  assert.equal("wfns" in values(old), false, "a GCS of this morning is no grade of now");
});

test("two people who name different sites: what follows must follow from both", () => {
  const by = (name: string, site: string): Fact => ({
    ...fact("occlusion_site", site),
    id: name,
    source: { kind: "typed", by: name, name },
  });
  const both = values(deriveFacts(ground, [by("Keller", "M1"), by("Rossi", "M2-codominant")], NOW));
  assert.equal(both.circulation, "anterior");
  assert.equal("lvo" in both, false);
  assert.equal("circulation" in values(deriveFacts(ground, [by("Keller", "M1"), by("Rossi", "BA")], NOW)), false);
});
