import { ERRORS, problem, WillisError } from "../../../core/errors.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { writeFileMeta } from "../../../dicom/write.ts";
import { type StoreResult, storeObject } from "../../ingest/store-object.ts";
import { outage } from "../../outage.ts";
import { Refusal, type Service, STATUS } from "../service.ts";
import { isStorageClass } from "../storage-classes.ts";

/** C-STORE (PS3.4 annex B): answered when the object is durable, never before. */
export const store: Service = {
  name: "C-STORE",
  needs: "store",
  fields: [COMMAND.store],
  takes: isStorageClass,
  async handle({ services, caller, message, data, respond }) {
    const { sopClass, sopInstance, context, hasData } = message;
    if (!hasData) throw new Refusal(STATUS.cannotUnderstand, "a C-STORE without a data set");
    const { aeTitle, organisationId } = caller;
    async function* file(): AsyncGenerator<Uint8Array> {
      yield writeFileMeta(sopClass, sopInstance, context.transferSyntax, aeTitle);
      yield* data;
    }
    const origin = { organisationId, via: "dimse", who: aeTitle, name: sopInstance } as const;
    const result = await storeObject(services, file(), origin, { given: true }).catch((error: unknown) => {
      throw refusalOf(error);
    });
    await respond(...answerOf(result));
  },
};

/** A disk that is full and a database that is away say so (A700): it may be sent again. Others by the error table. */
function refusalOf(error: unknown): unknown {
  const known = outage(error) ?? error;
  if (known instanceof WillisError) return known;
  console.error("C-STORE failed:", error);
  return new Refusal(STATUS.processingFailure, problem(error).detail);
}

/** Status and fields by what became of the object (PS3.4 table B.2-1). */
function answerOf(result: StoreResult): [number, { ErrorComment?: string }] {
  if (result.state === "quarantined") {
    const { dimse } = result.code in ERRORS ? ERRORS[result.code as keyof typeof ERRORS] : ERRORS["not-dicom"];
    return [dimse, { ErrorComment: result.reason }];
  }
  if (result.state === "ignored") return [ERRORS["unsupported-media"].dimse, { ErrorComment: result.reason }];
  if (result.state === "version")
    return [STATUS.versionKept, { ErrorComment: "kept beside an object of the same UID" }];
  return [STATUS.success, {}];
}
