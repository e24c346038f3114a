import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { WillisError } from "../../core/index.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import { WILLIS_OBSERVER } from "../../dicom/iod/measurement-report.ts";
import { type DicomJson, fromDicomJson } from "../../dicom/json.ts";
import { writePart10 } from "../../dicom/write.ts";
import { type StudyHead, studyHead } from "../db/kept/images.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { storeObject } from "../ingest/index.ts";

const unzip = promisify(gunzip);

/** The program as an observer of reports. */
export const DEVICE = { uid: WILLIS_OBSERVER };

/** Series numbers of what readers keep: far behind those of any device. */
export const SERIES_NUMBERS = {
  measurements: 9200,
  captures: 9210,
  selections: 9220,
  views: 9230,
  masks: 9240,
} as const;

/** A study that something is kept of, with an object of it as the source of patient and study. */
export interface KeepingStudy extends StudyHead {
  readonly source: DataSet;
}

/** Errors: `not-found` when the study holds no object. */
export async function keepingStudy(services: Services, studyId: number): Promise<KeepingStudy> {
  const head = await studyHead(services.pool, studyId);
  if (!head) throw new WillisError("not-found", "this study holds no object yet: there is nothing to measure on");
  const json = JSON.parse((await unzip(head.metadata)).toString("utf8")) as DicomJson;
  const inline = Object.entries(json).filter(([, element]) => !("BulkDataURI" in element));
  return { ...head, source: fromDicomJson(Object.fromEntries(inline)) };
}

/** Stores an object that a reader made, with the owner of the study. Errors: `unavailable` with the reason. */
export async function storeKept(
  services: Services,
  study: KeepingStudy,
  object: DataSet,
  name: string,
  person: Person,
): Promise<{ readonly sopUid: string; readonly sopClass: string }> {
  const result = await storeObject(services, writePart10(object), {
    organisationId: study.organisationId,
    via: "analysis",
    who: person.id,
    name,
    studyUid: study.studyUid,
  });
  if (result.state === "quarantined" || result.state === "ignored") {
    throw new WillisError("unavailable", `the archive did not take it: ${result.reason}`);
  }
  return result;
}
