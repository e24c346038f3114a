import type { StudyValues } from "../../../cases/patient-change.ts";
import type { PatientValues } from "../../../cases/two-identifiers.ts";
import { WillisError } from "../../../core/errors.ts";
import type { Sql } from "../pool.ts";
import { type Deed, insertChange } from "./changes.ts";
import { patientWords } from "./guard.ts";
import { type Done, livePatient } from "./merge.ts";
import { identityOf } from "./move.ts";
import { lockStates, type States, writeStates } from "./states.ts";

const WORDS: Readonly<Record<string, string>> = {
  ...{ issuer: "issuer", patientId: "number", name: "name", birthDate: "birth date", sex: "sex", date: "study date" },
  ...{ accession: "accession number", description: "description", studyId: "study ID", time: "study time" },
  referringPhysician: "referring physician",
};

/**
 * Corrects values of a patient. Objects with the old number still land here, and objects with the new one as well. Errors:
 * `conflict` when another patient has the new number (merge them), `bad-request` when nothing changes.
 */
export async function correctPatient(
  sql: Sql,
  patientId: string,
  given: Partial<PatientValues>,
  deed: Deed,
): Promise<Done> {
  const before = await lockStates(sql, deed.organisationId, { patients: [patientId] });
  const state = livePatient(before, patientId);
  const change = changed(given, state);
  const next = { ...state, ...change, corrections: { ...state.corrections, ...change } };
  const made = "patientId" in change || "issuer" in change ? await insertAlias(sql, patientId, next, deed) : [];
  const after: States = { patients: { [patientId]: next }, studies: {} };
  const touched = await writeStates(sql, after, deed.at);
  const summary = `Corrected ${fieldWords(change)} of ${patientWords(state)}`;
  const row = {
    kind: "correct-patient",
    patientRef: patientId,
    summary,
    before,
    after: { ...after, ...(made.length > 0 ? { made } : {}) },
  } as const;
  return { changeId: await insertChange(sql, deed, row), studies: touched };
}

/** The new number as one more name under which objects of this patient arrive. */
async function insertAlias(sql: Sql, patientId: string, next: PatientValues, deed: Deed): Promise<string[]> {
  const identity = identityOf(next);
  if (identity === undefined) return [];
  const { rows } = await sql.query<{ id: string }>(
    `insert into patient (organisation_id, identity, issuer, patient_id, name, birth_date, sex, merged_into)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
    [...[deed.organisationId, identity, next.issuer, next.patientId, next.name, next.birthDate, next.sex], patientId],
  );
  if (rows[0]) return [rows[0].id];
  const { rowCount } = await sql.query(
    "select from patient where organisation_id = $1 and identity = $2 and $3 in (id, merged_into)",
    [deed.organisationId, identity, patientId],
  );
  if (rowCount) return [];
  throw new WillisError(
    "conflict",
    `Another patient has number ${next.patientId}${next.issuer ? ` of ${next.issuer}` : ""} already. If they are one person, merge them.`,
    { field: "patientId" },
  );
}

/** Corrects values of one study of this patient. Errors: `not-found`, `bad-request` when nothing changes. */
export async function correctStudy(
  sql: Sql,
  patientId: string,
  studyUid: string,
  given: Partial<StudyValues>,
  deed: Deed,
): Promise<Done> {
  const { rows } = await sql.query<StudyValues & { id: number }>(
    `select id, accession, description, study_id as "studyId", to_char(study_date, 'YYYY-MM-DD') as date, study_time as time,
       referring_physician as "referringPhysician"
     from study where organisation_id = $1 and patient_ref = $2 and study_uid = $3`,
    [deed.organisationId, patientId, studyUid],
  );
  const row = rows[0];
  if (!row) throw new WillisError("not-found", `Study ${studyUid.slice(0, 64)} is not of this patient; look again.`);
  const change = changed(given, row);
  const locked = await lockStates(sql, deed.organisationId, { patients: [], studies: [row.id] });
  const state = locked.studies[row.id]!;
  const after: States = {
    patients: {},
    studies: { [row.id]: { ...state, corrections: { ...state.corrections, ...change } } },
  };
  const touched = await writeStates(sql, after, deed.at);
  const summary = `Corrected ${fieldWords(change)} of the study of ${row.date ?? "no date"}`;
  const kept = { kind: "correct-study", patientRef: patientId, summary, before: locked, after } as const;
  return { changeId: await insertChange(sql, deed, kept), studies: touched };
}

function changed<T extends object>(given: Partial<T>, now: T): Partial<T> {
  const different = Object.entries(given).filter(([field, value]) => value !== now[field as keyof T]);
  if (different.length === 0)
    throw new WillisError("bad-request", "Nothing differs from what is there: change a value, or leave it.");
  return Object.fromEntries(different) as Partial<T>;
}

function fieldWords(change: object): string {
  return Object.keys(change)
    .map((field) => WORDS[field] ?? field)
    .join(", ");
}
