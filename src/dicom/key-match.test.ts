import assert from "node:assert/strict";
import { test } from "node:test";
import { dataSet, type FieldValue } from "./data-set.ts";
import { matchesKeys } from "./key-match.ts";

const step = dataSet({
  ScheduledStationAETitle: ["ANGIO1", "ANGIO2"],
  ScheduledProcedureStepStartDate: "20260706",
  ScheduledProcedureStepStartTime: "0930",
  Modality: "XA",
});
const item = dataSet({
  PatientName: "MÜLLER^ANNA=山田^花=",
  PatientID: "4471",
  AccessionNumber: "W26-000001",
  StudyInstanceUID: "1.2.3",
  PatientBirthDate: "19450312",
  PatientWeight: "",
  ScheduledProcedureStepSequence: [step],
});
const matches = (fields: Readonly<Record<string, FieldValue>>) => matchesKeys(dataSet(fields), item);
const matchesStep = (fields: Readonly<Record<string, FieldValue>>) =>
  matches({ ScheduledProcedureStepSequence: [dataSet(fields)] });

test("single values, wildcards and universal matching", () => {
  assert.ok(matches({ PatientID: "4471", PatientName: "", AccessionNumber: "*" }));
  assert.ok(!matches({ PatientID: "447" }));
  assert.ok(matches({ PatientID: "44??", AccessionNumber: "W26*1" }));
  assert.ok(!matches({ PatientID: "4471?" }));
  assert.ok(!matches({ AccessionNumber: "w26*" }), "text has its case");
  assert.ok(!matches({ PatientWeight: "70" }), "nothing is not seventy");
  assert.ok(matches({ AccessionNumber: "*".repeat(40) + "1" }));
});

test("names match without case and accents, in each of their writings", () => {
  assert.ok(matches({ PatientName: "muller^a*" }));
  assert.ok(matches({ PatientName: "山田*" }));
  assert.ok(!matches({ PatientName: "MULLER" }), "a single value is the whole name");
});

test("a list of UIDs is any of them; a UID has no wildcards", () => {
  assert.ok(matches({ StudyInstanceUID: ["1.2.9", "1.2.3"] }));
  assert.ok(!matches({ StudyInstanceUID: "1.2.*" }));
});

test("ranges of dates, open on either side", () => {
  for (const range of ["19450312", "19450101-", "-19450312", "19450312-19450312"])
    assert.ok(matches({ PatientBirthDate: range }), range);
  for (const range of ["19450313-", "-19450311", "1946"]) assert.ok(!matches({ PatientBirthDate: range }), range);
});

test("sequence matching: one item must match every key; an empty item asks for nothing", () => {
  assert.ok(matchesStep({ Modality: "XA", ScheduledStationAETitle: "ANGIO2" }));
  assert.ok(!matchesStep({ Modality: "CT", ScheduledStationAETitle: "ANGIO2" }));
  assert.ok(matchesStep({}));
  assert.ok(matches({ ScheduledProcedureStepSequence: [] }));
  assert.ok(matchesStep({ Modality: "", ScheduledProcedureStepStartTime: "" }));
});

test("start date and time, both ranges, are one range (July 5, 10:00 to July 7, 18:00 holds July 6, 09:30)", () => {
  const date = (ScheduledProcedureStepStartDate: string, ScheduledProcedureStepStartTime: string) =>
    matchesStep({ ScheduledProcedureStepStartDate, ScheduledProcedureStepStartTime });
  assert.ok(date("20260705-20260707", "1000-1800"));
  assert.ok(!date("20260706-20260707", "1000-1800"), "begins at ten of that day");
  assert.ok(date("20260706-", "0930-"));
  assert.ok(!date("20260705-20260706", "0800-0900"), "ends at nine of that day");
  assert.ok(date("-20260706", "-0930"));
  assert.ok(!date("20260706", "1000-1800"), "on one day the range is of that day");
  assert.ok(date("20260706", "09"), "an hour is all of its minutes");
});
