import { type DataSet, dataSet, type FieldValue, items, text } from "../../src/dicom/data-set.ts";
import { COMMAND } from "../../src/dicom/dimse.ts";
import { PERFORMED_STEP } from "../../src/dicom/performed-step.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { writeDataSet } from "../../src/dicom/write.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import type { Answer } from "../../src/server/dimse/session.ts";
import { dicomDate, dicomTime } from "../../src/server/dimse/worklist-item.ts";

const WORKLIST = "1.2.840.10008.5.1.4.31";

/** A server that is called. */
export interface Called {
  readonly dimsePort: number;
}

const callee = ({ dimsePort }: Called) => ({ aeTitle: "WILLIS", host: "127.0.0.1", port: dimsePort, tls: false });

/** The step as the angio suite gets it from the worklist. */
export function scheduled(server: Called, patientId: string): Promise<DataSet> {
  const contexts = [{ abstractSyntax: WORKLIST, transferSyntaxes: [TS.ExplicitLittle] }];
  return withPeer(callee(server), { aeTitle: "ANGIO1", tls: null }, { contexts }, async ({ session }) => {
    const context = session.dimse.contextFor(WORKLIST);
    const keys = dataSet({
      ...{ PatientID: patientId, PatientName: "", PatientBirthDate: "", PatientSex: "", StudyInstanceUID: "" },
      ...{ AccessionNumber: "", RequestedProcedureID: "", RequestedProcedureDescription: "" },
      ScheduledProcedureStepSequence: [],
    });
    const data = writeDataSet(keys, context.transferSyntax);
    for await (const { dataSet: found } of session.ask({ field: COMMAND.find, context, fields: { Priority: 0 }, data }))
      if (found) return found;
    throw new Error("it is not on the worklist");
  });
}

/** N-CREATE or N-SET of a device. */
export function tell(
  server: Called,
  command: "create" | "set",
  uid: string,
  fields: DataSet,
  aeTitle = "ANGIO1",
): Promise<Answer> {
  const contexts = [{ abstractSyntax: PERFORMED_STEP, transferSyntaxes: [TS.ImplicitLittle] }];
  return withPeer(callee(server), { aeTitle, tls: null }, { contexts }, ({ session }) => {
    const context = session.dimse.contextFor(PERFORMED_STEP);
    const which = command === "create" ? "AffectedSOPInstanceUID" : "RequestedSOPInstanceUID";
    const data = writeDataSet(fields, context.transferSyntax);
    return session.askOnce({ field: COMMAND[command], context, fields: { [which]: uid }, data });
  });
}

/** What a device says when it begins, from what the worklist gave it. */
export function beginning(item: DataSet, given: Readonly<Record<string, FieldValue>> = {}): DataSet {
  const step = items(item, "ScheduledProcedureStepSequence")[0]!;
  const relation = dataSet({
    StudyInstanceUID: text(item, "StudyInstanceUID"),
    ReferencedStudySequence: [],
    AccessionNumber: text(item, "AccessionNumber"),
    RequestedProcedureID: text(item, "RequestedProcedureID"),
    RequestedProcedureDescription: text(item, "RequestedProcedureDescription"),
    ScheduledProcedureStepID: text(step, "ScheduledProcedureStepID"),
    ScheduledProcedureStepDescription: text(step, "ScheduledProcedureStepDescription"),
    ScheduledProtocolCodeSequence: [],
  });
  const now = new Date();
  return dataSet({
    ScheduledStepAttributesSequence: [relation],
    ...{
      PatientName: text(item, "PatientName"),
      PatientID: text(item, "PatientID"),
      PatientBirthDate: "19500102",
      PatientSex: "F",
    },
    ...{
      PerformedProcedureStepID: "PPS1",
      PerformedStationAETitle: "ANGIO1",
      PerformedStationName: "",
      PerformedLocation: "",
    },
    ...{ PerformedProcedureStepStartDate: dicomDate(now), PerformedProcedureStepStartTime: dicomTime(now) },
    ...{
      PerformedProcedureStepStatus: "IN PROGRESS",
      PerformedProcedureStepDescription: "",
      PerformedProcedureTypeDescription: "",
    },
    ...{ ProcedureCodeSequence: [], PerformedProcedureStepEndDate: "", PerformedProcedureStepEndTime: "" },
    ...{ Modality: "XA", StudyID: "", PerformedProtocolCodeSequence: [], PerformedSeriesSequence: [] },
    ...given,
  });
}
/** What it says when it ends. */
export function ending(given: Readonly<Record<string, FieldValue>> = {}): DataSet {
  const series = dataSet({
    ...{ PerformingPhysicianName: "", ProtocolName: "Cerebral", OperatorsName: "", SeriesInstanceUID: "1.2.3.1" },
    ...{ SeriesDescription: "", RetrieveAETitle: "", ReferencedNonImageCompositeSOPInstanceSequence: [] },
    ReferencedImageSequence: [1, 2].map((n) =>
      dataSet({ ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", ReferencedSOPInstanceUID: `1.2.3.1.${n}` }),
    ),
  });
  const now = new Date();
  return dataSet({
    ...{
      PerformedProcedureStepStatus: "COMPLETED",
      PerformedProcedureStepEndDate: dicomDate(now),
      PerformedProcedureStepEndTime: dicomTime(now),
    },
    ...{
      PerformedSeriesSequence: [series],
      ImageAndFluoroscopyAreaDoseProduct: "1234.5",
      TotalTimeOfFluoroscopy: 1500,
    },
    ExposureDoseSequence: [dataSet({ RadiationMode: "PULSED", KVP: "85" })],
    ...given,
  });
}
