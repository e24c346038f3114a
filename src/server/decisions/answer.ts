import type { DecisionView } from "../../cases/views.ts";
import { WillisError } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { caseRecord } from "../db/cases/case-record.ts";
import { addDecision, decisionsOf } from "../db/cases/decisions.ts";
import { addEvent } from "../db/cases/events.ts";
import { addMessage } from "../db/cases/messages.ts";
import { moveCase } from "../db/cases/status.ts";
import { lockRevision } from "../db/cases/update-case.ts";
import { transaction } from "../db/pool.ts";
import { scheduleByAnswer } from "../db/workflow/case-schedule.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { type AnswerGiven, freezeBasis } from "./basis.ts";
import { makePdf } from "./pdf-of-decision.ts";
import { screenCase } from "./screen.ts";

export interface Answer {
  readonly kind: DecisionView["kind"];
  readonly option?: string;
  readonly reason?: string;
  readonly need?: readonly string[];
  readonly message?: string;
  readonly revision?: number;
}

/**
 * Answers a referral: the case moves, the basis is frozen and the thread gets the message, all or nothing; then the PDF
 * is made. What of the PDF did not succeed is in `warnings` and in the timeline; the decision stands without it.
 */
export async function answerCase(
  services: Services,
  caseId: string,
  answer: Answer,
  person: Person,
  at: Date = services.now(),
): Promise<DecisionView & { warnings: string[] }> {
  const given = checkAnswer(answer);
  const id = await transaction(services.pool, async (sql) => {
    await lockRevision(sql, caseId, answer.revision);
    const record = (await caseRecord(sql, caseId, at))!;
    await moveCase(sql, caseId, given.kind, person.organisationId, at);
    const { json, digest } = await freezeBasis(sql, services, record, given, person, at.toISOString());
    const { kind, option, reason } = given;
    const row = { caseId, personId: person.id, at, kind, option, reason, basis: json, digest };
    const decisionId = await addDecision(sql, row);
    await addEvent(sql, caseId, { kind: "answered", answer: kind, option, reason, decisionId }, person.id, at);
    await screenCase(sql, services.packs, record, at);
    await scheduleByAnswer(sql, caseId, given, person, at);
    if (answer.message) await addMessage(sql, caseId, answer.message, person.id, at);
    return decisionId;
  });
  await services.live.publish({ type: "case", caseId, what: "answer" });
  const warnings = await makePdf(services, id);
  const decision = (await decisionsOf(services.pool, caseId)).find((one) => one.id === id)!;
  return { ...decision, warnings };
}

function checkAnswer(answer: Answer): AnswerGiven {
  const { kind, option = "", reason = "", need = [] } = answer;
  if (kind === "decline" && reason.trim() === "") {
    throw new WillisError("bad-request", "a decline needs its reason", { field: "reason" });
  }
  if (kind === "need-data" && need.length === 0 && reason.trim() === "" && !answer.message?.trim()) {
    throw new WillisError("bad-request", "say what is needed: fact names in `need`, or words in `reason`", {
      field: "need",
    });
  }
  const unknown = need.find((name) => !fieldOf(name));
  if (unknown !== undefined) {
    throw new WillisError(
      "bad-request",
      `"${unknown}" is no field of the facts dictionary; see /api/knowledge/fields`,
      {
        field: "need",
      },
    );
  }
  return { kind, option: option.trim(), reason: reason.trim(), need };
}
