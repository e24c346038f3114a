import { type DataSet, dataSet } from "../../dicom/data-set.ts";
import type { ScheduledStep } from "../db/workflow/scheduled-steps.ts";

/** Values of Scheduled Procedure Step Status (0040,0020) of steps that are not over. */
const STATUS_OF = { scheduled: "SCHEDULED", "in-progress": "STARTED" } as const;

/**
 * One item of the worklist with every attribute that we hold (PS3.4 table K.6-1), empty where nothing is known. Dates and
 * times are those of this server's clock, as devices show them. `stations` stand in for one that was not named.
 */
export function worklistItem(step: ScheduledStep, stations: readonly string[]): DataSet {
  const start = step.startsAt;
  const scheduled = dataSet({
    ScheduledStationAETitle: step.station ? [step.station] : [...stations],
    ScheduledProcedureStepStartDate: dicomDate(start),
    ScheduledProcedureStepStartTime: dicomTime(start),
    Modality: step.modality,
    ScheduledPerformingPhysicianName: step.physician,
    ScheduledProcedureStepDescription: step.description,
    ScheduledProcedureStepID: `S${step.number}`,
    ScheduledStationName: "",
    ScheduledProcedureStepLocation: step.location,
    PreMedication: "",
    RequestedContrastAgent: "",
    ScheduledProcedureStepStatus: STATUS_OF[step.state as keyof typeof STATUS_OF] ?? "SCHEDULED",
    CommentsOnTheScheduledProcedureStep: "",
  });
  return dataSet({
    ScheduledProcedureStepSequence: [scheduled],
    RequestedProcedureID: `P${step.number}`,
    RequestedProcedureDescription: step.description,
    StudyInstanceUID: step.studyUid,
    ReferencedStudySequence: [],
    RequestedProcedurePriority: step.priority,
    PatientTransportArrangements: "",
    ReasonForTheRequestedProcedure: step.reason,
    NamesOfIntendedRecipientsOfResults: "",
    RequestedProcedureComments: "",
    AccessionNumber: step.accession,
    RequestingPhysician: "",
    ReferringPhysicianName: step.referring,
    AdmissionID: "",
    CurrentPatientLocation: "",
    ReferencedPatientSequence: [],
    PatientName: step.patientName,
    PatientID: step.patientId,
    IssuerOfPatientID: step.issuer,
    PatientBirthDate: step.birthDate?.replaceAll("-", "") ?? "",
    PatientSex: step.sex,
    PatientWeight: "",
    PatientSize: "",
    ConfidentialityConstraintOnPatientDataDescription: "",
    PatientState: "",
    PregnancyStatus: "",
    MedicalAlerts: "",
    Allergies: "",
    SpecialNeeds: "",
  });
}

export function dicomDate(at: Date): string {
  return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
}

export function dicomTime(at: Date): string {
  return two(at.getHours()) + two(at.getMinutes()) + two(at.getSeconds());
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
