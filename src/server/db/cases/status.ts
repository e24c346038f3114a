import { answerDue, type CaseAct, statusAfter } from "../../../cases/transitions.ts";
import type { CaseStatus, Urgency } from "../../../cases/views.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";
import { addEvent } from "./events.ts";

/** Moves a case to the status that the act leads to, or says why not. Locks the case: call it in a transaction. */
export async function moveCase(
  sql: Sql,
  caseId: string,
  act: CaseAct,
  organisationId: string,
  at: Date,
): Promise<{ before: CaseStatus; status: CaseStatus; urgency: Urgency; to: string }> {
  const { rows } = await sql.query(
    `select c.status, c.urgency, c.from_organisation = $2 as "isFrom", c.to_organisation = $2 as "isTo", o.name as to
     from clinical_case c join organisation o on o.id = c.to_organisation where c.id = $1 for update of c`,
    [caseId, organisationId],
  );
  const row = rows[0];
  if (!row) throw new WillisError("not-found", `there is no case ${caseId}`);
  const status = statusAfter(act, row.status, row);
  const answered = act === "accept" || act === "decline" || act === "need-data";
  await sql.query(
    `update clinical_case set status = $2, answered_at = case when $3 then $4 else answered_at end, updated_at = $4
     where id = $1`,
    [caseId, status, answered, at],
  );
  return { before: row.status, status, urgency: row.urgency, to: row.to };
}

/** Sends a draft to the organisation that is asked; the clock of the answer starts. Returns when it is due. */
export async function referCase(
  sql: Sql,
  caseId: string,
  by: { readonly personId: string; readonly organisationId: string },
  at: Date,
): Promise<string> {
  const { urgency, to } = await moveCase(sql, caseId, "refer", by.organisationId, at);
  const dueAt = answerDue(urgency, at.toISOString());
  await sql.query(
    "update clinical_case set referred_at = coalesce(referred_at, $2), answer_due_at = $3 where id = $1",
    [caseId, at, dueAt],
  );
  await addEvent(sql, caseId, { kind: "referred", to, dueAt }, by.personId, at);
  return dueAt;
}

export async function closeCase(
  sql: Sql,
  caseId: string,
  by: { readonly personId: string; readonly organisationId: string },
  at: Date,
): Promise<void> {
  await moveCase(sql, caseId, "close", by.organisationId, at);
  await addEvent(sql, caseId, { kind: "closed" }, by.personId, at);
}
