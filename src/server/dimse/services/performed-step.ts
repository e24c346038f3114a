import { COMMAND } from "../../../dicom/dimse.ts";
import {
  createPerformed,
  isRefused,
  PERFORMED_STEP,
  type PerformedRefusal,
  setPerformed,
} from "../../../dicom/performed-step.ts";
import { isUid } from "../../../dicom/uid.ts";
import { transaction } from "../../db/pool.ts";
import { addPerformed, lockPerformed, setPerformedStep } from "../../db/workflow/performed-steps.ts";
import { type DimseRequest, Refusal, type Service, STATUS } from "../service.ts";

const DUPLICATE = 0x0111;
const INVALID_INSTANCE = 0x0117;

/**
 * Modality Performed Procedure Step (PS3.4 annex F.7): what a device says it began, did and ended. Answered when it is
 * durable, with its links to worklist, case and study.
 */
export const performedStep: Service = {
  name: "MPPS",
  needs: "mpps",
  fields: [COMMAND.create, COMMAND.set],
  takes: (sopClass) => (sopClass === PERFORMED_STEP ? "plain" : false),
  async handle(request) {
    const given = await request.dataSet();
    const { services, message, respond } = request;
    const caseId = message.field === COMMAND.create ? await create(request, given) : await set(request, given);
    request.note("worklist", message.sopInstance, caseId ? { caseId } : {});
    await respond(STATUS.success);
    if (caseId) await services.live.publish({ type: "case", caseId, what: "status" });
  },
};

type Given = Awaited<ReturnType<DimseRequest["dataSet"]>>;

async function create({ services, caller, message }: DimseRequest, given: Given): Promise<string | null> {
  const sopUid = message.sopInstance;
  if (!isUid(sopUid)) throw new Refusal(INVALID_INSTANCE, `"${sopUid}" is no instance UID`);
  const made = createPerformed(given);
  if (isRefused(made)) throw refusalOf(made);
  const { organisationId, aeTitle } = caller;
  const added = await transaction(services.pool, (sql) =>
    addPerformed(sql, { organisationId, aeTitle, sopUid }, made, given, new Date()),
  );
  if (!added) throw new Refusal(DUPLICATE, "there is a step of this UID already");
  return added.caseId;
}

function set({ services, caller, message }: DimseRequest, given: Given): Promise<string | null> {
  return transaction(services.pool, async (sql) => {
    const step = await lockPerformed(sql, caller.organisationId, message.sopInstance);
    if (!step) throw new Refusal(STATUS.noSuchInstance, "there is no such step");
    const made = setPerformed(step.state, given);
    if (isRefused(made)) throw refusalOf(made);
    await setPerformedStep(sql, step, made, given, new Date());
    return step.caseId;
  });
}

function refusalOf({ status, comment, tags, errorId }: PerformedRefusal): Refusal {
  return new Refusal(status, comment, {
    ...(tags.length > 0 ? { AttributeIdentifierList: tags } : {}),
    ...(errorId === undefined ? {} : { ErrorID: errorId }),
  });
}
