import { dicomName, firstStart, priorityOf, procedureOf } from "../../../cases/procedure.ts";
import type { Urgency } from "../../../cases/views.ts";
import { addEvent } from "../cases/events.ts";
import type { Sql } from "../pool.ts";
import { cancelStep, createStep, type ScheduledStep, stepsOfCase } from "./scheduled-steps.ts";

export interface WantedProcedure {
  readonly description: string;
  readonly startsAt?: Date;
  readonly station?: string;
  readonly location?: string;
  readonly byHand: boolean;
}

/**
 * Puts a procedure of a case on the worklist of the organisation that was asked, and the study that it will make among
 * those that belong to the case. Call it in a transaction.
 */
export async function scheduleForCase(
  sql: Sql,
  caseId: string,
  wanted: WantedProcedure,
  person: { readonly id: string; readonly name: string },
  at: Date,
): Promise<ScheduledStep> {
  const { rows } = await sql.query(
    `select c.to_organisation, c.urgency, c.question, c.patient_name, c.patient_identifier, c.patient_sex,
       to_char(c.patient_birth_date, 'YYYY-MM-DD') as birth_date, f.name as "from", coalesce(i.issuer, '') as issuer
     from clinical_case c join organisation f on f.id = c.from_organisation
       left join default_issuer i on i.organisation_id = c.from_organisation and i.ae_title = '' where c.id = $1`,
    [caseId],
  );
  const row = rows[0];
  const urgency = row.urgency as Urgency;
  const step = await createStep(sql, {
    ...{ organisationId: row.to_organisation, caseId, description: wanted.description, byHand: wanted.byHand },
    ...{ patientName: dicomName(row.patient_name), patientId: fit(row.patient_identifier, 64), issuer: row.issuer },
    ...{ birthDate: row.birth_date, sex: sexOf(row.patient_sex) },
    ...{ reason: fit(row.question, 64), priority: priorityOf(urgency), station: wanted.station ?? "" },
    ...{ location: wanted.location ?? "", physician: dicomName(person.name), referring: dicomName(row.from) },
    startsAt: wanted.startsAt ?? new Date(firstStart(urgency, at.toISOString())),
    createdBy: person.id,
  });
  await sql.query(
    `insert into expected_study (case_id, organisation_id, study_uid, about) values ($1, $2, $3, $4) on conflict do nothing`,
    [caseId, row.to_organisation, step.studyUid, JSON.stringify({ description: step.description, modalities: ["XA"] })],
  );
  const { description: what, accession, station, startsAt } = step;
  const event = { kind: "procedure-scheduled", what, accession, station, startsAt: startsAt.toISOString() } as const;
  await addEvent(sql, caseId, event, person.id, at);
  return step;
}

/**
 * What an answer to a referral means for the worklist: an accepted case whose option is done in the angio suite is put on it
 * unless it stands there already; any other answer takes off what an earlier answer had put there and has not begun.
 */
export async function scheduleByAnswer(
  sql: Sql,
  caseId: string,
  answer: { readonly kind: string; readonly option: string },
  person: { readonly id: string; readonly name: string },
  at: Date,
): Promise<void> {
  const description = answer.kind === "accept" ? procedureOf(answer.option) : null;
  const open = (await stepsOfCase(sql, caseId)).filter(({ state }) => state === "scheduled" || state === "in-progress");
  if (description && open.some((step) => step.description === description || step.state === "in-progress")) return;
  for (const step of open) if (!step.byHand) await cancelForCase(sql, step, "the answer was changed", person.id, at);
  if (description) await scheduleForCase(sql, caseId, { description, byHand: false }, person, at);
}

/** Takes a step off the worklist and notes it in its case. False when it has begun or is over. */
export async function cancelForCase(
  sql: Sql,
  { id, caseId, description: what }: Pick<ScheduledStep, "id" | "caseId" | "description">,
  reason: string,
  personId: string,
  at: Date,
): Promise<boolean> {
  if (!(await cancelStep(sql, id, reason))) return false;
  if (caseId) await addEvent(sql, caseId, { kind: "procedure-cancelled", what, reason }, personId, at);
  return true;
}

/** What is planned and has not begun is for the patient that the case has now: the device must not show the one of before. */
export async function followPatient(sql: Sql, caseId: string): Promise<void> {
  const { rows } = await sql.query(
    `select patient_name, patient_identifier, patient_sex, patient_birth_date::text as birth_date from clinical_case where id = $1`,
    [caseId],
  );
  const row = rows[0];
  if (!row) return;
  await sql.query(
    `update scheduled_step set patient_name = $2, patient_id = $3, birth_date = $4, sex = $5, updated_at = now()
     where case_id = $1 and state = 'scheduled'`,
    [caseId, dicomName(row.patient_name), fit(row.patient_identifier, 64), row.birth_date, sexOf(row.patient_sex)],
  );
}

function sexOf(sex: string): string {
  return ["M", "F", "O"].includes(sex) ? sex : "";
}

/** One line that fits a DICOM value. */
function fit(text: string, most: number): string {
  return text
    .replace(/[\\\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, most);
}
