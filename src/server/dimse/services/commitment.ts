import { COMMITMENT, commitmentRequest, readReport } from "../../../dicom/commitment.ts";
import { number } from "../../../dicom/data-set.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import {
  type Commitment,
  commitmentByTransaction,
  commitmentItems,
  createCommitment,
  endAsked,
  moveCommitment,
  settleItems,
} from "../../db/workflow/commitments.ts";
import { workOnCommitment } from "../commitments.ts";
import { type DimseRequest, Refusal, type Service, STATUS } from "../service.ts";

const MOST_OBJECTS = 20_000;
const NO_SUCH_EVENT = 0x0113;
const INVALID_ARGUMENT = 0x0115;
const NO_SUCH_ACTION = 0x0123;

/**
 * Storage commitment (PS3.4 annex J). N-ACTION: the request is a row before it is answered; the objects are read and hashed
 * afterwards, and the result goes out as N-EVENT-REPORT. N-EVENT-REPORT: the result of a request of ours.
 */
export const commitment: Service = {
  name: "Storage commitment",
  needs: "commit",
  fields: [COMMAND.action, COMMAND.eventReport],
  takes: (sopClass) => (sopClass === COMMITMENT.sopClass ? "plain" : false),
  callerMayBeScp: (sopClass) => sopClass === COMMITMENT.sopClass,
  handle: (request) => (request.message.field === COMMAND.action ? asked(request) : reported(request)),
};

async function asked(request: DimseRequest): Promise<void> {
  const { services, caller, message, session, respond } = request;
  const action = number(message.command, "ActionTypeID");
  if (message.sopInstance !== COMMITMENT.instance)
    throw new Refusal(STATUS.noSuchInstance, `${message.sopInstance} is not the instance of storage commitment`);
  if (action !== COMMITMENT.request) throw new Refusal(NO_SUCH_ACTION, `there is no action ${action}`);
  const wanted = commitmentRequest(await request.dataSet(), MOST_OBJECTS);
  if (typeof wanted === "string") throw new Refusal(INVALID_ARGUMENT, wanted);
  const { transactionUid, objects } = wanted;
  const { organisationId, aeTitle } = caller;
  const row = { organisationId, role: "provider", transactionUid, aeTitle, transferId: null, objects } as const;
  const id = (await createCommitment(services.pool, { ...row, claimed: true })) ?? (await again(request, wanted));
  request.note("peer", aeTitle, { transactionUid, objects: objects.length });
  await respond(STATUS.success);
  workOnCommitment(services, id, session);
}

/** The same question once more (its answer was lost) is the same request; another one under its name is refused. */
async function again(
  { services, caller }: DimseRequest,
  { transactionUid, objects }: Exclude<ReturnType<typeof commitmentRequest>, string>,
): Promise<string> {
  const known = await commitmentByTransaction(services.pool, "provider", caller.aeTitle, transactionUid);
  const same = new Set(known ? (await commitmentItems(services.pool, known.id)).map(({ sopUid }) => sopUid) : []);
  if (!known || same.size !== objects.length || objects.some(({ sopUid }) => !same.has(sopUid)))
    throw new Refusal(STATUS.processingFailure, "the Transaction UID is in use for other objects");
  if (known.state === "done" || known.state === "failed")
    await moveCommitment(services.pool, known.id, known.state, { state: known.checkedAt ? "checked" : "queued" });
  return known.id;
}

async function reported(request: DimseRequest): Promise<void> {
  const { services, message, respond } = request;
  const event = number(message.command, "EventTypeID");
  if (message.sopInstance !== COMMITMENT.instance)
    throw new Refusal(STATUS.noSuchInstance, `${message.sopInstance} is not the instance of storage commitment`);
  if (event !== COMMITMENT.allCommitted && event !== COMMITMENT.someFailed)
    throw new Refusal(NO_SUCH_EVENT, `there is no event ${event}`);
  const report = readReport(await request.dataSet());
  if (typeof report === "string") throw new Refusal(INVALID_ARGUMENT, report);
  const { pool } = services;
  const { aeTitle } = request.caller;
  const ours = await commitmentByTransaction(pool, "user", aeTitle, report.transactionUid);
  if (!ours) throw new Refusal(INVALID_ARGUMENT, "no such transaction of ours with you");
  request.note("peer", aeTitle, { transactionUid: report.transactionUid, objects: report.objects.length });
  await settle(request, ours, report.objects);
  await respond(STATUS.success);
}

/** Later events overrule earlier ones of the same transaction: an archive may correct itself. */
async function settle(
  { services: { pool } }: DimseRequest,
  ours: Commitment,
  objects: Exclude<ReturnType<typeof readReport>, string>["objects"],
): Promise<void> {
  await settleItems(pool, ours.id, objects);
  const silent = (await commitmentItems(pool, ours.id)).filter(({ reason }) => reason === null).length;
  const message = silent > 0 ? `${ours.aeTitle} said nothing about ${silent} of ${ours.objects} objects.` : "";
  await endAsked(pool, ours.id, message);
}
