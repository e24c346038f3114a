import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { DecisionBasis } from "../../cases/decision-basis.ts";
import type { DecisionView } from "../../cases/views.ts";
import { type DataSet, dataSet } from "../../dicom/data-set.ts";
import { willisEquipment } from "../../dicom/iod/derived-context.ts";
import { encapsulatedPdf } from "../../dicom/iod/encapsulated-pdf.ts";
import { type DicomJson, fromDicomJson } from "../../dicom/json.ts";
import { uidOf } from "../../dicom/uid.ts";
import { writePart10 } from "../../dicom/write.ts";
import { studyForDocuments } from "../db/cases/study-for-documents.ts";
import type { Services } from "../http/services.ts";
import { VERSION } from "../http/version.ts";
import { storeObject } from "../ingest/index.ts";

const unzip = promisify(gunzip);
const SERIES_NUMBER = 9100;

/**
 * Stores the PDF as Encapsulated PDF in the study of the case, with the owner of that study, or in a study of its own
 * when the case has no images. The UIDs follow from the decision: storing it again makes no second object. Returns the
 * SOP Instance UID; throws when it could not be stored, with the reason.
 */
export async function storePdfInStudy(
  services: Services,
  decision: DecisionView,
  basis: DecisionBasis,
  pdf: Buffer,
): Promise<string> {
  const found = await studyForDocuments(services.pool, decision.caseId);
  const study = found
    ? fromDicomJson(withoutBulk(JSON.parse((await unzip(found.metadata)).toString("utf8")) as DicomJson))
    : ownStudy(decision, basis);
  const ms = Date.parse(basis.at);
  const instanceUid = uidOf(`willis decision ${decision.id}`);
  const object = encapsulatedPdf({
    pdf,
    title: `Decision: ${decision.kind}${decision.option ? `, ${decision.option}` : ""}`.slice(0, 1024),
    study,
    seriesUid: uidOf(`willis decisions of case ${decision.caseId} ${found?.studyUid ?? ""}`),
    instanceUid,
    seriesNumber: SERIES_NUMBER,
    instanceNumber: basis.case.revision,
    seriesDescription: "Willis decisions",
    concept: { value: "11488-4", scheme: "LN", meaning: "Consultation note" },
    ms,
    equipment: willisEquipment(VERSION),
  });
  const result = await storeObject(services, writePart10(object), {
    organisationId: found?.organisationId ?? basis.case.to.id,
    via: "analysis",
    who: decision.by.id,
    name: `decision-${decision.id}.dcm`,
    caseId: decision.caseId,
  });
  if (result.state === "quarantined" || result.state === "ignored") throw new Error(result.reason);
  return instanceUid;
}

/** The attributes whose values are there: pixels and documents lie elsewhere. */
function withoutBulk(json: DicomJson): DicomJson {
  return Object.fromEntries(Object.entries(json).filter(([, element]) => !("BulkDataURI" in element)));
}

/** Patient and study of a case without images. */
function ownStudy(decision: DecisionView, basis: DecisionBasis): DataSet {
  const { patient, question } = basis.case;
  return dataSet({
    PatientName: patient.name.replace(/, */, "^"),
    PatientID: patient.identifier || `case-${decision.caseId.slice(0, 8)}`,
    PatientBirthDate: (patient.birthDate ?? "").replaceAll("-", ""),
    PatientSex: /^[MFO]$/.test(patient.sex) ? patient.sex : "",
    StudyInstanceUID: uidOf(`willis case ${decision.caseId}`),
    StudyDate: basis.at.slice(0, 10).replaceAll("-", ""),
    StudyTime: basis.at.slice(11, 19).replaceAll(":", ""),
    StudyDescription: `Referral: ${question || basis.case.kind}`.slice(0, 64),
  });
}
