import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { correctedJson } from "../../dicom/corrected.ts";
import { type DataSet, put } from "../../dicom/data-set.ts";
import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import { type DicomJson, fromDicomJson, type JsonElement } from "../../dicom/json.ts";
import { VRS, type Vr } from "../../dicom/vr.ts";
import type { FoundRow } from "../db/archive/search.ts";
import type { FoundPatient } from "../db/archive/search-patients.ts";
import type { ReturnKey } from "./find-keys.ts";
import type { QueryLevel } from "./query-model.ts";

const unzip = promisify(gunzip);

/** What every answer says of itself beside the keys. */
export interface AnswerFrame {
  readonly level: QueryLevel;
  readonly retrieveAeTitle: string;
  readonly returns: readonly ReturnKey[];
  /** (0008,0005) of the request. */
  readonly charset: string;
}

/** The identifier of one found row: the keys that were asked for, empty when they have no value. */
export async function answerOfRow(row: FoundRow, frame: AnswerFrame): Promise<DataSet> {
  const received = row.metadata ? (JSON.parse((await unzip(row.metadata)).toString()) as DicomJson) : {};
  const header = row.overlay ? correctedJson(received, row.overlay) : received;
  const all: DicomJson = { ...header, ...(row.study as DicomJson), ...(row.series as DicomJson) };
  Object.assign(all, row.instance as DicomJson | undefined);
  set(all, "StudyInstanceUID", row.studyUid);
  set(all, "ModalitiesInStudy", ...row.modalities);
  set(all, "NumberOfStudyRelatedSeries", row.seriesCount);
  set(all, "NumberOfStudyRelatedInstances", row.studyInstances);
  if (row.seriesUid !== undefined) {
    set(all, "SeriesInstanceUID", row.seriesUid);
    set(all, "NumberOfSeriesRelatedInstances", row.seriesInstances ?? 0);
  }
  if (row.sopUid !== undefined) set(all, "SOPInstanceUID", row.sopUid);
  if (row.transferSyntax !== undefined) set(all, "AvailableTransferSyntaxUID", row.transferSyntax);
  return framed(all, frame);
}

/** The identifier of one patient. */
export function answerOfPatient(patient: FoundPatient, frame: AnswerFrame): DataSet {
  const all: DicomJson = {};
  const words = (keyword: string, value: string | null): void => set(all, keyword, ...(value ? [value] : []));
  words("PatientName", patient.name);
  words("PatientID", patient.patientId);
  words("IssuerOfPatientID", patient.issuer);
  words("PatientBirthDate", patient.birthDate);
  words("PatientSex", patient.sex);
  set(all, "NumberOfPatientRelatedStudies", patient.studies);
  set(all, "NumberOfPatientRelatedSeries", patient.series);
  set(all, "NumberOfPatientRelatedInstances", patient.instances);
  return framed(all, frame);
}

function set(all: DicomJson, keyword: string, ...Value: (string | number)[]): void {
  const tag = tagOf(keyword);
  all[tagHex(tag)] = { vr: entryOf(tag)!.vr, ...(Value.length > 0 ? { Value } : {}) } as JsonElement;
}

function framed(all: DicomJson, { level, retrieveAeTitle, returns, charset }: AnswerFrame): DataSet {
  const answer = fromDicomJson(chosen(all, returns));
  if (charset === "ISO_IR 100") put(answer, tagOf("SpecificCharacterSet"), "CS", charset);
  put(answer, tagOf("QueryRetrieveLevel"), "CS", level);
  put(answer, tagOf("RetrieveAETitle"), "AE", retrieveAeTitle);
  put(answer, tagOf("InstanceAvailability"), "CS", "ONLINE");
  return answer;
}

/** The wanted attributes, bulk data and what cannot be read left empty. */
function chosen(all: DicomJson, keys: readonly ReturnKey[]): DicomJson {
  const out: DicomJson = {};
  for (const { tag, vr, items } of keys) {
    const found = all[tag];
    const known = entryOf(Number.parseInt(tag, 16))?.vr ?? vr;
    if (!found || found.BulkDataURI)
      out[tag] = { vr: (VRS as readonly string[]).includes(known) ? (known as Vr) : "UN" };
    else if (found.vr !== "SQ" || items.length === 0) out[tag] = withoutBulk(found);
    else out[tag] = { vr: "SQ", Value: (found.Value ?? []).map((item) => chosen(item as DicomJson, items)) };
  }
  return out;
}

function withoutBulk(element: JsonElement): JsonElement {
  if (element.BulkDataURI) return { vr: element.vr };
  if (element.vr !== "SQ") return element;
  const Value = (element.Value ?? []).map((item) =>
    Object.fromEntries(Object.entries(item as DicomJson).map(([tag, inner]) => [tag, withoutBulk(inner)])),
  );
  return { vr: "SQ", Value };
}
