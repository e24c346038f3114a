import { answerDue } from "../../../cases/transitions.ts";
import type { CaseKind, CaseStatus, Urgency } from "../../../cases/views.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";
import { followPatient } from "../workflow/case-schedule.ts";
import { addEvent, lastChange } from "./events.ts";

export interface CaseChange {
  /** The revision that the person looked at; another one by now is a conflict. */
  readonly revision?: number;
  readonly kind?: CaseKind;
  readonly urgency?: Urgency;
  readonly toOrganisationId?: string;
  readonly question?: string;
  readonly patient?: {
    readonly name?: string;
    readonly identifier?: string;
    readonly birthDate?: string | null;
    readonly sex?: string;
  };
  readonly lastKnownWell?: { readonly at: string; readonly by: string } | null;
  readonly expectedImages?: number | null;
}

/** Changes the fields that were given and notes which. Call it in a transaction. */
export async function updateCase(
  sql: Sql,
  caseId: string,
  change: CaseChange,
  personId: string,
  at: Date,
): Promise<void> {
  const { patient, lastKnownWell } = change;
  const columns: [column: string, words: string, value: unknown][] = [
    ["kind", "the kind of case", change.kind],
    ["urgency", "the urgency", change.urgency],
    ["to_organisation", "who is asked", change.toOrganisationId],
    ["question", "the question", change.question],
    ["patient_name", "the patient's name", patient?.name],
    ["patient_identifier", "the patient's number", patient?.identifier],
    ["patient_birth_date", "the birth date", patient?.birthDate],
    ["patient_sex", "the sex", patient?.sex],
    ["last_known_well", "last known well", lastKnownWell === null ? null : lastKnownWell?.at],
    ["last_known_well_by", "last known well", lastKnownWell === null ? "" : lastKnownWell?.by],
    ["expected_images", "how many images are expected", change.expectedImages],
  ];
  const given = columns.filter(([, , value]) => value !== undefined);
  const before = await lockRevision(sql, caseId, change.revision);
  if (given.length === 0) return;
  await checkChange(sql, change, before.status, at);
  const sets = given.map(([column], i) => `${column} = $${i + 2}`).join(", ");
  await sql.query(`update clinical_case set ${sets} where id = $1`, [caseId, ...given.map(([, , value]) => value)]);
  if (patient) await followPatient(sql, caseId);
  if (change.urgency !== undefined) await moveDue(sql, caseId, change.urgency);
  await addEvent(sql, caseId, { kind: "changed", fields: [...new Set(given.map(([, words]) => words))] }, personId, at);
}

/** What cannot be: a time that has not come yet, a day that is none, another addressee after the referral. */
async function checkChange(sql: Sql, change: CaseChange, status: CaseStatus, at: Date): Promise<void> {
  const refuse = (field: string, message: string): never => {
    throw new WillisError("bad-request", message, { field });
  };
  const well = change.lastKnownWell?.at;
  if (well !== undefined && !(Date.parse(well) <= at.getTime() + 60_000)) {
    refuse("lastKnownWell", `last known well ${well} lies in the future; check the date`);
  }
  const birth = change.patient?.birthDate;
  if (birth && !(isDay(birth) && birth <= at.toISOString().slice(0, 10))) {
    refuse("birthDate", `${birth} is no birth date`);
  }
  if (change.toOrganisationId === undefined) return;
  if (status !== "draft") throw new WillisError("conflict", "who is asked can be changed until the case is referred");
  const { rowCount } = await sql.query("select 1 from organisation where id = $1", [change.toOrganisationId]);
  if (!rowCount) refuse("toOrganisationId", `there is no organisation ${change.toOrganisationId}`);
}

/** A day that exists, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** A case that waits is due by its new urgency, counted from the referral. */
async function moveDue(sql: Sql, caseId: string, urgency: Urgency): Promise<void> {
  const { rows } = await sql.query("select referred_at from clinical_case where id = $1 and status = 'waiting'", [
    caseId,
  ]);
  const referredAt: Date | undefined = rows[0]?.referred_at ?? undefined;
  if (!referredAt) return;
  const due = answerDue(urgency, referredAt.toISOString());
  await sql.query("update clinical_case set answer_due_at = $2 where id = $1", [caseId, due]);
}

/**
 * Holds the case for this transaction. A revision that is not the one the person saw is a conflict that says who changed
 * what; a closed case takes nothing more.
 */
export async function lockRevision(sql: Sql, caseId: string, seen?: number): Promise<{ status: CaseStatus }> {
  const { rows } = await sql.query("select revision, status from clinical_case where id = $1 for update", [caseId]);
  const { revision, status } = rows[0] as { revision: number; status: CaseStatus };
  if (status === "closed") throw new WillisError("conflict", "this case is closed and takes no more changes");
  if (seen === undefined || revision === seen) return { status };
  const change = await lastChange(sql, caseId);
  throw new WillisError(
    "conflict",
    `${change?.by ?? "somebody"} changed this case meanwhile (${change?.text ?? "?"}); look at it again, then repeat`,
    { revision, seen, ...(change ? { by: change.by, at: change.at } : {}) },
  );
}
