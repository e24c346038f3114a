import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { type DeviationReason, type DeviationView, notFollowedOf, whyNotFollowed } from "../../cases/deviation.ts";
import { WillisError } from "../../core/index.ts";
import { type Card, type CaseOptions, fieldOf } from "../../knowledge/index.ts";
import { caseRecord } from "../db/cases/case-record.ts";
import { decisionsOf, decisionWithBasis } from "../db/cases/decisions.ts";
import { addDeviation, deviationsOfCase, withdrawDeviation } from "../db/cases/deviations.ts";
import { addEvent } from "../db/cases/events.ts";
import { lockRevision } from "../db/cases/update-case.ts";
import { transaction } from "../db/pool.ts";
import { READING_ROLES } from "../http/authorise.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { evaluateCase } from "./evaluation.ts";

export interface Deviation {
  readonly recommendation: string;
  readonly reason: DeviationReason;
  readonly words?: string;
}

/**
 * Notes that a recommendation which is met is not followed, with the reason, and says so in the course of the case, all or
 * nothing. With a decision, what was met when it was made counts; else what is met now.
 */
export async function deviate(
  services: Services,
  where: { readonly caseId: string; readonly decisionId?: string },
  { recommendation, reason, words: typed = "" }: Deviation,
  person: Person,
): Promise<DeviationView> {
  const words = typed.trim();
  if (READING_ROLES.includes(person.role))
    throw new WillisError("forbidden", `a ${person.role} reads cases and does not write in them`);
  if (reason === "other" && words === "")
    throw new WillisError("bad-request", "another reason needs its words", { field: "words" });
  const at = services.now();
  const { caseId } = where;
  const id = await transaction(services.pool, async (sql) => {
    const { status } = await lockRevision(sql, caseId);
    if (status === "draft")
      throw new WillisError("conflict", "this case is a draft; what is not followed is noted once it is referred");
    const rested = where.decisionId
      ? ((await decisionWithBasis(sql, where.decisionId))!.basis as DecisionBasis).options
      : evaluateCase((await caseRecord(sql, caseId, at))!, services.packs, at.toISOString()).options;
    const kept = notFollowedOf(metCard(rested, recommendation), rested.facts);
    const decisionId = where.decisionId ?? (await decisionsOf(sql, caseId)).at(-1)?.id ?? null;
    const made = await addDeviation(sql, { ...kept, caseId, decisionId, reason, words, personId: person.id, at });
    if (made === null)
      throw new WillisError("conflict", `"${recommendation}" is noted as not followed already; take that back first`);
    const { subject, body, year, direction } = kept;
    const why = whyNotFollowed({ reason, words });
    const event = { kind: "deviation", recommendation, subject, source: `${body} ${year}`, direction, why } as const;
    await addEvent(sql, caseId, event, person.id, at);
    return made;
  });
  await services.live.publish({ type: "case", caseId, what: "answer" });
  return (await deviationsOfCase(services.pool, caseId)).find((one) => one.id === id)!;
}

/** Takes a deviation back, by the organisation that noted it: it stays readable with who and when, and counts no more. */
export async function withdraw(services: Services, caseId: string, id: string, person: Person): Promise<void> {
  const at = services.now();
  await transaction(services.pool, async (sql) => {
    await lockRevision(sql, caseId);
    const back = await withdrawDeviation(sql, caseId, id, person, at);
    if (!back)
      throw new WillisError("not-found", `${person.organisationName} noted no deviation ${id} here that still stands`);
    const { recommendation, subject, body, year } = back;
    const event = { kind: "deviation-withdrawn", recommendation, subject, source: `${body} ${year}` } as const;
    await addEvent(sql, caseId, event, person.id, at);
  });
  await services.live.publish({ type: "case", caseId, what: "answer" });
}

/** The card of a recommendation that is met; refuses with how it stands otherwise. */
function metCard(options: CaseOptions, id: string): Card {
  const cards = options.columns.flatMap((column) => column.options.flatMap((option) => option.cards));
  const card = cards.find((one) => one.id === id);
  if (!card)
    throw new WillisError("not-found", `no recommendation "${id.slice(0, 80)}" speaks about this case`, {
      field: "recommendation",
    });
  if (card.verdict === "applies") return card;
  const missing = card.missing.map((name) => fieldOf(name)?.label ?? name).join(", ");
  const how =
    card.verdict === "doesNotApply" ? "it does not apply" : `it cannot be determined without: ${missing || "a person"}`;
  throw new WillisError("conflict", `"${id}" is not met, so there is nothing not to follow: ${how}`, {
    field: "recommendation",
  });
}
