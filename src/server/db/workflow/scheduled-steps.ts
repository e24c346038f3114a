import { uidOfUuid } from "../../../dicom/uid.ts";
import type { Sql } from "../pool.ts";

export type StepState = "scheduled" | "in-progress" | "completed" | "discontinued" | "cancelled";

/** A requested procedure with its one scheduled step, as it stands on the worklist. */
export interface ScheduledStep {
  readonly id: string;
  readonly organisationId: string;
  readonly caseId: string | null;
  readonly number: number;
  readonly accession: string;
  readonly studyUid: string;
  /** As DICOM writes it. */
  readonly patientName: string;
  readonly patientId: string;
  readonly issuer: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string | null;
  readonly sex: string;
  readonly description: string;
  readonly reason: string;
  readonly priority: string;
  readonly modality: string;
  /** AE title; empty: any device that asks. */
  readonly station: string;
  readonly location: string;
  readonly physician: string;
  readonly referring: string;
  readonly startsAt: Date;
  readonly state: StepState;
  readonly byHand: boolean;
  readonly cancelledReason: string;
}

/** What is given of a step; accession, UID and number are made. */
export type NewStep = Pick<ScheduledStep, "organisationId" | "description" | "startsAt"> &
  Partial<Omit<ScheduledStep, "id" | "number" | "accession" | "studyUid" | "state" | "cancelledReason">> & {
    readonly createdBy: string | null;
  };

const COLUMNS = `id, organisation_id as "organisationId", case_id as "caseId", number, accession, study_uid as "studyUid",
  patient_name as "patientName", patient_id as "patientId", issuer, to_char(birth_date, 'YYYY-MM-DD') as "birthDate", sex,
  description, reason, priority, modality, station, location, physician, referring, starts_at as "startsAt", state,
  by_hand as "byHand", cancelled_reason as "cancelledReason"`;

/** Schedules a step. The accession number is `W`, the year, and a number that nobody else gets; at most 16 characters. */
export async function createStep(sql: Sql, step: NewStep): Promise<ScheduledStep> {
  const studyUid = uidOfUuid(crypto.randomUUID());
  const { rows } = await sql.query<ScheduledStep>(
    `with next as (select nextval('scheduled_step_number') as n)
     insert into scheduled_step (number, accession, study_uid, organisation_id, case_id, patient_name, patient_id, issuer,
       birth_date, sex, description, reason, priority, modality, station, location, physician, referring, starts_at, by_hand, created_by)
     select n, 'W' || to_char(now(), 'YY') || '-' || lpad(n::text, greatest(7, length(n::text)), '0'),
       $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19 from next returning ${COLUMNS}`,
    [
      ...[studyUid, step.organisationId, step.caseId ?? null, step.patientName ?? "", step.patientId ?? ""],
      ...[step.issuer ?? "", step.birthDate ?? null, step.sex ?? "", step.description, step.reason ?? ""],
      ...[step.priority ?? "ROUTINE", step.modality ?? "XA", step.station ?? "", step.location ?? ""],
      ...[step.physician ?? "", step.referring ?? "", step.startsAt, step.byHand ?? false, step.createdBy],
    ],
  );
  return rows[0]!;
}

export async function readStep(sql: Sql, id: string): Promise<ScheduledStep | undefined> {
  const { rows } = await sql.query<ScheduledStep>(`select ${COLUMNS} from scheduled_step where id = $1`, [id]);
  return rows[0];
}

/** What a device may be told: steps that are not over, by their start. `from` and `to` narrow the day. */
export async function openSteps(
  sql: Sql,
  organisationId: string,
  limit: number,
  days: { readonly from: Date | null; readonly to: Date | null } = { from: null, to: null },
): Promise<ScheduledStep[]> {
  const { rows } = await sql.query<ScheduledStep>(
    `select ${COLUMNS} from scheduled_step where organisation_id = $1 and state in ('scheduled', 'in-progress')
       and ($3::timestamptz is null or starts_at >= $3) and ($4::timestamptz is null or starts_at <= $4)
     order by starts_at, number limit $2`,
    [organisationId, limit, days.from, days.to],
  );
  return rows;
}

/** For people: what is open, and what ended in the last day, by its start. */
export async function listSteps(sql: Sql, organisationId: string): Promise<ScheduledStep[]> {
  const { rows } = await sql.query<ScheduledStep>(
    `select ${COLUMNS} from scheduled_step where organisation_id = $1
       and (state in ('scheduled', 'in-progress') or updated_at > now() - interval '1 day') order by starts_at, number limit 500`,
    [organisationId],
  );
  return rows;
}

export async function stepsOfCase(sql: Sql, caseId: string): Promise<ScheduledStep[]> {
  const { rows } = await sql.query<ScheduledStep>(
    `select ${COLUMNS} from scheduled_step where case_id = $1 order by number`,
    [caseId],
  );
  return rows;
}

/** Moves a step that has not begun. Undefined when it has, or is over. */
export async function changeStep(
  sql: Sql,
  id: string,
  change: { readonly startsAt?: Date; readonly station?: string; readonly description?: string },
): Promise<ScheduledStep | undefined> {
  const { rows } = await sql.query<ScheduledStep>(
    `update scheduled_step set starts_at = coalesce($2, starts_at), station = coalesce($3, station),
       description = coalesce($4, description), by_hand = true, updated_at = now() where id = $1 and state = 'scheduled' returning ${COLUMNS}`,
    [id, change.startsAt ?? null, change.station ?? null, change.description ?? null],
  );
  return rows[0];
}

/** Takes a step off the worklist. Undefined when it has begun or is over. */
export async function cancelStep(sql: Sql, id: string, reason: string): Promise<ScheduledStep | undefined> {
  const { rows } = await sql.query<ScheduledStep>(
    `update scheduled_step set state = 'cancelled', cancelled_reason = $2, updated_at = now()
     where id = $1 and state = 'scheduled' returning ${COLUMNS}`,
    [id, reason],
  );
  return rows[0];
}
