import type { StudyValues } from "../../../cases/patient-change.ts";
import type { PatientValues } from "../../../cases/two-identifiers.ts";
import { searchableName } from "../../ingest/patient-name.ts";
import type { Sql } from "../pool.ts";
import { refreshStudies } from "./refresh-studies.ts";

/** All of a patient that people change. */
export interface PatientState extends PatientValues {
  readonly mergedInto: string | null;
  readonly corrections: Partial<PatientValues>;
}

/** All of a study that people change. */
export interface StudyState {
  readonly patientRef: string;
  readonly corrections: Partial<StudyValues>;
}

/** What a change touched, before or after it; an alias is a row that the change made. */
export interface States {
  readonly patients: Readonly<Record<string, PatientState>>;
  readonly studies: Readonly<Record<number, StudyState>>;
}

/** The states of these rows of one organisation, held until the transaction ends; in the order of their ids. */
export async function lockStates(
  sql: Sql,
  organisationId: string,
  wanted: { readonly patients: readonly string[]; readonly studies?: readonly number[] },
): Promise<States> {
  const patients = await sql.query<{ id: string } & PatientState>(
    `select id, issuer, patient_id as "patientId", name, to_char(birth_date, 'YYYY-MM-DD') as "birthDate", sex,
       merged_into as "mergedInto", corrections
     from patient where organisation_id = $1 and id = any($2::uuid[]) order by id for update`,
    [organisationId, wanted.patients],
  );
  const studies = await sql.query<{ id: number } & StudyState>(
    `select id, patient_ref as "patientRef", corrections from study
     where organisation_id = $1 and id = any($2::bigint[]) order by id for update`,
    [organisationId, wanted.studies ?? []],
  );
  return {
    patients: Object.fromEntries(patients.rows.map(({ id, ...state }) => [id, state])),
    studies: Object.fromEntries(studies.rows.map(({ id, ...state }) => [id, state])),
  };
}

/**
 * Writes states and lays them over the studies that they concern: those named, and every study of a patient that changed.
 * What the rows held before anybody changed them is kept in `received`. Returns the studies that were touched.
 */
export async function writeStates(sql: Sql, states: States, at: Date): Promise<number[]> {
  for (const [id, state] of Object.entries(states.patients)) {
    await sql.query(
      `update patient set received = coalesce(received, case when (issuer, patient_id, name, birth_date, sex)
           is distinct from ($2::text, $3::text, $4::text, $6::date, $7::text) then jsonb_build_object('issuer', issuer, 'patientId', patient_id, 'name', name,
           'birthDate', to_char(birth_date, 'YYYY-MM-DD'), 'sex', sex) end),
         issuer = $2, patient_id = $3, name = $4, name_search = $5, birth_date = $6, sex = $7, merged_into = $8, corrections = $9
       where id = $1`,
      [
        ...[id, state.issuer, state.patientId, state.name, searchableName(state.name), state.birthDate, state.sex],
        ...[state.mergedInto, JSON.stringify(state.corrections)],
      ],
    );
  }
  for (const [id, state] of Object.entries(states.studies)) {
    await sql.query(
      `update study set claimed_ref = coalesce(claimed_ref, patient_ref), patient_ref = $2, corrections = $3 where id = $1`,
      [Number(id), state.patientRef, JSON.stringify(state.corrections)],
    );
  }
  const { rows } = await sql.query<{ id: number }>(
    "select id from study where id = any($1::bigint[]) or patient_ref = any($2::uuid[]) order by id",
    [Object.keys(states.studies).map(Number), Object.keys(states.patients)],
  );
  const touched = rows.map((row) => row.id);
  await refreshStudies(sql, touched, at);
  return touched;
}

/** The values alone. */
export function valuesOf({ issuer, patientId, name, birthDate, sex }: PatientValues): PatientValues {
  return { issuer, patientId, name, birthDate, sex };
}
