import assert from "node:assert/strict";
import { test } from "node:test";
import { type DataSet, dataSet, type FieldValue, items } from "./data-set.ts";
import { tagOf } from "./dictionary.ts";
import {
  createPerformed,
  isRefused,
  type PerformedRefusal,
  type PerformedState,
  performedFigures,
  setPerformed,
} from "./performed-step.ts";

const scheduled = dataSet({ StudyInstanceUID: "1.2.3", AccessionNumber: "A1", ScheduledProcedureStepID: "S1" });
const START: Readonly<Record<string, FieldValue>> = {
  ScheduledStepAttributesSequence: [scheduled],
  PatientName: "MEYER^ANNA",
  PatientID: "4471",
  PerformedProcedureStepID: "P1",
  PerformedStationAETitle: "ANGIO1",
  PerformedProcedureStepStartDate: "20261101",
  PerformedProcedureStepStartTime: "091400",
  PerformedProcedureStepStatus: "IN PROGRESS",
  Modality: "XA",
  PerformedSeriesSequence: [],
};
const series = dataSet({
  ProtocolName: "Cerebral",
  SeriesInstanceUID: "1.2.3.1",
  ReferencedImageSequence: [
    dataSet({ ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", ReferencedSOPInstanceUID: "1.2.3.1.1" }),
  ],
});
const END: Readonly<Record<string, FieldValue>> = {
  PerformedProcedureStepStatus: "COMPLETED",
  PerformedProcedureStepEndDate: "20261101",
  PerformedProcedureStepEndTime: "101500",
  PerformedSeriesSequence: [series],
};
const running = (): PerformedState => fine(createPerformed(dataSet(START)));

function fine(result: PerformedState | PerformedRefusal): PerformedState {
  assert.ok(!isRefused(result), isRefused(result) ? result.comment : "");
  return result;
}
function refused(result: PerformedState | PerformedRefusal): PerformedRefusal {
  assert.ok(isRefused(result), "it should be refused");
  return result;
}
const created = (fields: Readonly<Record<string, FieldValue>>) => createPerformed(dataSet({ ...START, ...fields }));
const set = (fields: Readonly<Record<string, FieldValue>>, before = running()) => setPerformed(before, dataSet(fields));

test("each attribute of type 1 is needed with a value (table F.7.2-1)", () => {
  for (const keyword of [
    ...["ScheduledStepAttributesSequence", "PerformedProcedureStepID", "PerformedStationAETitle", "Modality"],
    ...["PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", "PerformedProcedureStepStatus"],
  ]) {
    const missing = refused(created({ [keyword]: undefined }));
    assert.deepEqual([missing.status, missing.tags], [0x0120, [tagOf(keyword)]], keyword);
    assert.equal(refused(created({ [keyword]: keyword.endsWith("Sequence") ? [] : "" })).status, 0x0121, keyword);
  }
  const noStudy: DataSet = dataSet({ AccessionNumber: "A1" });
  assert.equal(refused(created({ ScheduledStepAttributesSequence: [noStudy] })).status, 0x0121);
});

test("a step begins IN PROGRESS", () => {
  assert.equal(running().status, "IN PROGRESS");
  for (const status of ["COMPLETED", "DISCONTINUED", "STARTED"])
    assert.equal(refused(created({ PerformedProcedureStepStatus: status })).status, 0x0106);
});

test("it may be changed while it runs, then it ends; sequences are replaced whole", () => {
  const once = fine(set({ PerformedSeriesSequence: [series, series] }));
  assert.equal(once.status, "IN PROGRESS");
  const ended = fine(set(END, once));
  assert.equal(ended.status, "COMPLETED");
  assert.equal(items(ended.attributes, "PerformedSeriesSequence").length, 1);
});

test("what has ended stays as it is: 0110 with Error ID A710", () => {
  for (const status of ["COMPLETED", "DISCONTINUED"]) {
    const ended = fine(set({ ...END, PerformedProcedureStepStatus: status }));
    for (const change of [{ PerformedProcedureStepStatus: "IN PROGRESS" }, { PerformedSeriesSequence: [series] }, {}]) {
      const { status: code, errorId } = refused(set(change, ended));
      assert.deepEqual([code, errorId], [0x0110, 0xa710]);
    }
  }
});

test("no end without its time; COMPLETED needs series with UID and protocol, DISCONTINUED may have none", () => {
  assert.equal(refused(set({ ...END, PerformedProcedureStepEndTime: "" })).status, 0x0121);
  assert.equal(refused(set({ ...END, PerformedProcedureStepEndDate: undefined })).status, 0x0121);
  assert.equal(refused(set({ ...END, PerformedSeriesSequence: [] })).status, 0x0121);
  assert.equal(refused(set({ ...END, PerformedSeriesSequence: [dataSet({ ProtocolName: "x" })] })).status, 0x0121);
  const given = { ...END, PerformedProcedureStepStatus: "DISCONTINUED", PerformedSeriesSequence: [] };
  assert.equal(fine(set(given)).status, "DISCONTINUED");
  assert.equal(refused(set({ PerformedProcedureStepStatus: "PAUSED" })).status, 0x0106);
});

test("what is fixed at the beginning may be said again but not changed: 0105", () => {
  assert.equal(
    fine(set({ ...END, PatientName: "MEYER^ANNA", ScheduledStepAttributesSequence: [scheduled] })).status,
    "COMPLETED",
  );
  const other = refused(set({ ...END, PatientID: "4472" }));
  assert.deepEqual([other.status, other.tags], [0x0105, [tagOf("PatientID")]]);
  const study = dataSet({ StudyInstanceUID: "1.2.4", AccessionNumber: "A1", ScheduledProcedureStepID: "S1" });
  assert.equal(refused(set({ ScheduledStepAttributesSequence: [study] })).status, 0x0105);
});

test("its figures: dose area product from dGy·cm² to Gy·cm², fluoroscopy in seconds, objects of all series", () => {
  const code = dataSet({
    CodeValue: "110513",
    CodingSchemeDesignator: "DCM",
    CodeMeaning: "Discontinued for unspecified reason",
  });
  const dose = { ImageAndFluoroscopyAreaDoseProduct: "1234", TotalTimeOfFluoroscopy: 900, TotalNumberOfExposures: 12 };
  const ended = fine(
    set({
      ...END,
      ...dose,
      PerformedProcedureStepStatus: "DISCONTINUED",
      PerformedProcedureStepDiscontinuationReasonCodeSequence: [code],
    }),
  );
  assert.deepEqual(performedFigures(ended.attributes), {
    ...{ series: 1, images: 1, doseAreaProduct: 123.4, fluoroscopySeconds: 900, exposures: 12 },
    reason: "Discontinued for unspecified reason",
  });
});
