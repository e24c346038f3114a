import { compareIdentities, identityWords } from "../../../cases/two-identifiers.ts";
import { type DataSet, items, text } from "../../../dicom/data-set.ts";
import { type DicomJson, fromDicomJson, toDicomJson } from "../../../dicom/json.ts";
import { type PerformedState, type PerformedStatus, performedFigures } from "../../../dicom/performed-step.ts";
import { addEvent } from "../cases/events.ts";
import type { Sql } from "../pool.ts";

export interface PerformedStep {
  readonly id: string;
  readonly sopUid: string;
  readonly aeTitle: string;
  readonly status: PerformedStatus;
  readonly caseId: string | null;
  readonly studyUids: readonly string[];
  readonly attributes: DicomJson;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `performed_step.id, sop_uid as "sopUid", ae_title as "aeTitle", performed_step.status, performed_step.case_id as "caseId",
  study_uids as "studyUids", attributes, performed_step.created_at as "createdAt", performed_step.updated_at as "updatedAt"`;

/** The step of an organisation, held for this transaction. */
export async function lockPerformed(
  sql: Sql,
  organisationId: string,
  sopUid: string,
): Promise<(PerformedStep & { readonly state: PerformedState }) | undefined> {
  const { rows } = await sql.query<PerformedStep>(
    `select ${COLUMNS} from performed_step where organisation_id = $1 and sop_uid = $2 for update`,
    [organisationId, sopUid],
  );
  const step = rows[0];
  return step && { ...step, state: { status: step.status, attributes: fromDicomJson(step.attributes) } };
}

/**
 * Writes down a new step with its links: the scheduled steps that it names by accession number and step id, or by study;
 * through them its case; else the case that has its study. Returns the case; undefined when the UID is taken.
 */
export async function addPerformed(
  sql: Sql,
  from: { readonly organisationId: string; readonly aeTitle: string; readonly sopUid: string },
  { status, attributes }: PerformedState,
  given: DataSet,
  now: Date,
): Promise<{ readonly caseId: string | null } | undefined> {
  const named = items(attributes, "ScheduledStepAttributesSequence");
  const studyUids = [...new Set(named.map((item) => text(item, "StudyInstanceUID") ?? "").filter(Boolean))];
  const { rows } = await sql.query<{ id: string }>(
    `insert into performed_step (organisation_id, sop_uid, ae_title, status, study_uids, attributes)
     values ($1, $2, $3, $4, $5, $6) on conflict (sop_uid) do nothing returning id`,
    [from.organisationId, from.sopUid, from.aeTitle, status, studyUids, JSON.stringify(toDicomJson(attributes))],
  );
  const id = rows[0]?.id;
  if (!id) return undefined;
  await addMessage(sql, id, "N-CREATE", given);
  const scheduled = await scheduledOf(sql, from.organisationId, named);
  for (const { id: step } of scheduled)
    await sql.query("insert into performed_step_of values ($1, $2) on conflict do nothing", [id, step]);
  await moveScheduled(sql, id, status);
  const caseId =
    scheduled.find((step) => step.caseId)?.caseId ?? (await caseOfStudies(sql, from.organisationId, studyUids));
  if (!caseId) return { caseId: null };
  await sql.query("update performed_step set case_id = $2 where id = $1", [id, caseId]);
  for (const uid of studyUids)
    await sql.query(
      "insert into expected_study (case_id, organisation_id, study_uid) values ($1, $2, $3) on conflict do nothing",
      [caseId, from.organisationId, uid],
    );
  await noteStart(sql, caseId, attributes, now);
  return { caseId };
}

/** Writes down what a step has become. */
export async function setPerformedStep(
  sql: Sql,
  step: PerformedStep,
  { status, attributes }: PerformedState,
  given: DataSet,
  now: Date,
): Promise<void> {
  await sql.query("update performed_step set status = $2, attributes = $3, updated_at = now() where id = $1", [
    ...[step.id, status, JSON.stringify(toDicomJson(attributes))],
  ]);
  await addMessage(sql, step.id, "N-SET", given);
  await moveScheduled(sql, step.id, status);
  if (!step.caseId || status === "IN PROGRESS") return;
  const event = {
    kind: "procedure-ended",
    outcome: status,
    what: whatOf(attributes),
    ...performedFigures(attributes),
  } as const;
  await addEvent(sql, step.caseId, event, null, momentOf(attributes, "End", now));
}

/** The performed steps of a case, oldest first. */
export async function performedOfCase(sql: Sql, caseId: string): Promise<PerformedStep[]> {
  const { rows } = await sql.query<PerformedStep>(
    `select ${COLUMNS} from performed_step where case_id = $1 order by created_at, id`,
    [caseId],
  );
  return rows;
}

async function addMessage(sql: Sql, id: string, command: "N-CREATE" | "N-SET", given: DataSet): Promise<void> {
  await sql.query("insert into performed_step_message (performed_id, command, attributes) values ($1, $2, $3)", [
    ...[id, command, JSON.stringify(toDicomJson(given))],
  ]);
}

interface Named {
  readonly id: string;
  readonly caseId: string | null;
}

async function scheduledOf(sql: Sql, organisationId: string, named: readonly DataSet[]): Promise<Named[]> {
  const out: Named[] = [];
  for (const item of named) {
    const number = /^S(\d{1,15})$/.exec(text(item, "ScheduledProcedureStepID") ?? "")?.[1] ?? null;
    const { rows } = await sql.query<Named>(
      `select id, case_id as "caseId" from scheduled_step where organisation_id = $1
         and (study_uid = $2 or (accession = $3 and ($4::bigint is null or number = $4)))`,
      [organisationId, text(item, "StudyInstanceUID") ?? "", text(item, "AccessionNumber") ?? "", number],
    );
    out.push(...rows);
  }
  return out;
}

async function caseOfStudies(sql: Sql, organisationId: string, studyUids: readonly string[]): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `select c.id from clinical_case c join case_study cs on cs.case_id = c.id join study s on s.id = cs.study_id
     where s.study_uid = any($2::text[]) and (c.from_organisation = $1 or c.to_organisation = $1) and c.status <> 'closed'
     order by c.updated_at desc limit 1`,
    [organisationId, studyUids],
  );
  return rows[0]?.id ?? null;
}

/** A scheduled step is what the performed steps of it say together: one that runs keeps it running. */
async function moveScheduled(sql: Sql, performedId: string, status: PerformedStatus): Promise<void> {
  const state = { "IN PROGRESS": "in-progress", COMPLETED: "completed", DISCONTINUED: "discontinued" }[status];
  await sql.query(
    `update scheduled_step s set state = $2, updated_at = now() from performed_step_of o
     where o.performed_id = $1 and s.id = o.scheduled_id and not exists (
       select from performed_step_of other join performed_step p on p.id = other.performed_id
       where other.scheduled_id = s.id and other.performed_id <> $1 and $2 <> 'in-progress' and p.status = 'IN PROGRESS')`,
    [performedId, state],
  );
}

/** The case hears that it began; and it is warned when the device was told another patient. */
async function noteStart(sql: Sql, caseId: string, attributes: DataSet, now: Date): Promise<void> {
  const station = text(attributes, "PerformedStationAETitle") ?? "";
  const event = { kind: "procedure-started", what: whatOf(attributes), station } as const;
  await addEvent(sql, caseId, event, null, momentOf(attributes, "Start", now));
  const { rows } = await sql.query(
    `select patient_name, patient_identifier, patient_sex, to_char(patient_birth_date, 'YYYY-MM-DD') as birth_date
     from clinical_case where id = $1`,
    [caseId],
  );
  const birth = /^(\d{4})(\d{2})(\d{2})$/.exec(text(attributes, "PatientBirthDate") ?? "");
  const check = compareIdentities(
    {
      ...{ issuer: "", patientId: text(attributes, "PatientID") ?? "", name: text(attributes, "PatientName") ?? "" },
      ...{ birthDate: birth ? birth.slice(1).join("-") : null, sex: text(attributes, "PatientSex") ?? "" },
    },
    {
      ...{ issuer: "", patientId: rows[0].patient_identifier, name: rows[0].patient_name },
      ...{ birthDate: rows[0].birth_date, sex: rows[0].patient_sex },
    },
  );
  if (check.verdict !== "different" && check.verdict !== "doubt") return;
  const warning = `${station || "The device"} was told another patient than that of the case. ${identityWords(check)} Check before you go on.`;
  await addEvent(sql, caseId, { kind: "warning", text: warning }, null, now);
}

function whatOf(attributes: DataSet): string {
  const scheduled = items(attributes, "ScheduledStepAttributesSequence")[0];
  const said =
    text(attributes, "PerformedProcedureStepDescription") ??
    (scheduled &&
      (text(scheduled, "ScheduledProcedureStepDescription") ?? text(scheduled, "RequestedProcedureDescription")));
  return said ?? text(attributes, "Modality") ?? "";
}

const DAY_MS = 86_400_000;

/** The time that the device gives; that of arrival when its clock is more than a day off. */
function momentOf(attributes: DataSet, which: "Start" | "End", now: Date): Date {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(text(attributes, `PerformedProcedureStep${which}Date`) ?? "");
  const time = /^(\d{2})(\d{2})?(\d{2})?/.exec(text(attributes, `PerformedProcedureStep${which}Time`) ?? "");
  if (!day || !time) return now;
  const [, year, month, date] = day.map(Number) as [number, number, number, number];
  const [, hour, minute = 0, second = 0] = time.map((part) => Number(part ?? 0)) as [number, number, number, number];
  const at = new Date(year, month - 1, date, hour, minute, second);
  return Math.abs(at.getTime() - now.getTime()) < DAY_MS ? at : now;
}
