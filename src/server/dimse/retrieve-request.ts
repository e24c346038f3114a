import { text, texts } from "../../dicom/data-set.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { instancesToRetrieve } from "../db/archive/retrieve-instances.ts";
import { levelOf } from "./query-model.ts";
import { type DimseRequest, Refusal, STATUS } from "./service.ts";
import type { SubOperations } from "./sub-operations.ts";

const MOST = 50_000;

/** The objects that a C-MOVE or C-GET asks for (PS3.4 C.4.2.1.4). Errors: a `Refusal` for keys that name nothing. */
export async function requestedObjects(request: DimseRequest): Promise<InstanceFile[]> {
  const identifier = await request.dataSet();
  const level = levelOf(identifier, request.message, request.session);
  const uids = (keyword: string): readonly string[] | undefined => {
    const values = texts(identifier, keyword)
      .map((one) => one.trim())
      .filter(Boolean);
    return values.length > 0 ? values : undefined;
  };
  const [studies, series, instances] = [uids("StudyInstanceUID"), uids("SeriesInstanceUID"), uids("SOPInstanceUID")];
  const patientId = text(identifier, "PatientID")?.trim();
  const own = { PATIENT: patientId, STUDY: studies, SERIES: series, IMAGE: instances }[level];
  if (!own) throw new Refusal(STATUS.identifierDoesNotMatch, `the unique key of level ${level} has no value`);
  const wanted = {
    ...{
      patientId,
      ...(studies ? { studies } : {}),
      ...(series ? { series } : {}),
      ...(instances ? { instances } : {}),
    },
  };
  const files = await instancesToRetrieve(request.services.pool, request.caller.organisationId, wanted, MOST);
  const perStudy = new Map<string, number>();
  for (const { studyUid } of files) perStudy.set(studyUid, (perStudy.get(studyUid) ?? 0) + 1);
  for (const [studyUid, objects] of perStudy) request.note("study", studyUid, { level, objects });
  if (files.length > MOST)
    throw new Refusal(STATUS.outOfResources, `more than ${MOST} objects: retrieve study by study`);
  return files;
}

/** The final response: cancelled, success, some failed (B000) or all (A702), with counts and the UIDs that failed. */
export async function respondFinally(request: DimseRequest, counts: SubOperations): Promise<void> {
  const none = counts.completed + counts.warnings === 0;
  const status = request.cancelled()
    ? STATUS.cancelled
    : counts.failed === 0
      ? STATUS.success
      : none
        ? STATUS.unableToPerformSubOperations
        : STATUS.subOperationsWithFailures;
  const fields = counts.fields(!request.cancelled());
  const comment = counts.failed > 0 ? { ErrorComment: counts.lastFailure } : {};
  await request.respond(status, { ...fields, ...comment }, counts.failures());
}
