import { WillisError } from "../core/index.ts";
import type { CaseStatus, Urgency } from "./views.ts";

/** What can happen to a case as a whole. */
export type CaseAct = "refer" | "accept" | "need-data" | "decline" | "supply" | "close";

/** Who does it: the organisation that asks, the one that was asked, or either. */
type Side = "from" | "to" | "either";

interface Rule {
  readonly by: Side;
  readonly from: readonly CaseStatus[];
  readonly to: CaseStatus;
}

const ANSWERABLE: readonly CaseStatus[] = ["waiting", "need-data", "accepted", "declined"];

/** An answer may be given again: the earlier decision stays readable, the later one counts. */
const RULES: Readonly<Record<CaseAct, Rule>> = {
  refer: { by: "from", from: ["draft", "need-data"], to: "waiting" },
  supply: { by: "either", from: ["need-data"], to: "waiting" },
  accept: { by: "to", from: ANSWERABLE, to: "accepted" },
  "need-data": { by: "to", from: ANSWERABLE, to: "need-data" },
  decline: { by: "to", from: ANSWERABLE, to: "declined" },
  close: { by: "either", from: ["accepted", "declined"], to: "closed" },
};

/** Whether an organisation on these sides of a case may do this now. */
export function mayDo(
  act: CaseAct,
  status: CaseStatus,
  sides: { readonly isFrom: boolean; readonly isTo: boolean },
): boolean {
  const { by, from } = RULES[act];
  const side = by === "either" || (by === "from" ? sides.isFrom : sides.isTo);
  return side && from.includes(status);
}

/** The status after the act. Throws "forbidden" for the wrong side, "conflict" for the wrong time; both say why. */
export function statusAfter(
  act: CaseAct,
  status: CaseStatus,
  sides: { readonly isFrom: boolean; readonly isTo: boolean },
): CaseStatus {
  const rule = RULES[act];
  if ((rule.by === "from" && !sides.isFrom) || (rule.by === "to" && !sides.isTo)) {
    const who = rule.by === "from" ? "the organisation that asks" : "the organisation that was asked";
    throw new WillisError("forbidden", `${who} does this (${act}), not the other side`);
  }
  if (!rule.from.includes(status)) {
    throw new WillisError(
      "conflict",
      `a case that is ${status} cannot take "${act}"; it must be ${rule.from.join(" or ")}`,
    );
  }
  return rule.to;
}

const MINUTES: Readonly<Record<Urgency, number>> = { critical: 10, urgent: 120, elective: 7 * 24 * 60 };

/** When an answer is due: 10 minutes for a critical case, 2 hours for an urgent one, 7 days for an elective one. */
export function answerDue(urgency: Urgency, referredAt: string): string {
  return new Date(Date.parse(referredAt) + MINUTES[urgency] * 60_000).toISOString();
}
