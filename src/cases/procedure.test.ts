import assert from "node:assert/strict";
import { test } from "node:test";
import { dicomName, firstStart, priorityOf, procedureOf } from "./procedure.ts";

test("options that are done in the angio suite go on its worklist, others do not", () => {
  for (const option of [
    "Mechanical thrombectomy",
    "Coiling rather than clipping",
    "Embolisation of the middle meningeal artery",
  ])
    assert.equal(procedureOf(option), option);
  for (const option of [
    "",
    "Nimodipine",
    "Carotid endarterectomy",
    "Intravenous thrombolysis",
    "Blood pressure before repair",
  ])
    assert.equal(procedureOf(option), null, option);
  assert.equal(procedureOf(`Stenting ${"x".repeat(100)}`)?.length, 64);
});

test("the first start follows from the urgency", () => {
  const at = "2026-11-01T04:30:00.000Z";
  assert.equal(firstStart("critical", at), at);
  assert.equal(firstStart("urgent", at), "2026-11-01T06:30:00.000Z");
  assert.equal(firstStart("elective", at), "2026-11-02T04:30:00.000Z");
  assert.deepEqual((["critical", "urgent", "elective"] as const).map(priorityOf), ["STAT", "HIGH", "ROUTINE"]);
});

test("names become DICOM names", () => {
  assert.equal(dicomName("Meyer, Anna"), "Meyer^Anna");
  assert.equal(dicomName("Meyer"), "Meyer");
  assert.equal(dicomName("MEYER^ANNA^M"), "MEYER^ANNA^M");
  assert.equal(dicomName("Me\\yer,"), "Me yer");
});
