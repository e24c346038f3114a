import type { PatientValues } from "../../../cases/two-identifiers.ts";
import { WillisError } from "../../../core/errors.ts";
import { searchableName } from "../../ingest/patient-name.ts";
import type { Sql } from "../pool.ts";
import { type Deed, insertChange } from "./changes.ts";
import { guardIdentity, patientWords } from "./guard.ts";
import { type Done, livePatient } from "./merge.ts";
import { lockStates, type States, valuesOf, writeStates } from "./states.ts";

/** To whom studies are moved: a patient that is there, or the values of a new one. */
export type Target = { readonly patientId: string } | { readonly values: PatientValues };

/**
 * Moves studies to another patient, which makes two of one. They leave with the identifying values of that patient.
 * Errors: `not-found` for a study that is not of this patient; `conflict` of the guard, or when a new patient has a number
 * that exists already.
 */
export async function moveStudies(
  sql: Sql,
  fromId: string,
  studyUids: readonly string[],
  to: Target,
  deed: Deed,
): Promise<Done> {
  const found = await sql.query<{ id: number; uid: string }>(
    "select id, study_uid as uid from study where organisation_id = $1 and patient_ref = $2 and study_uid = any($3::text[])",
    [deed.organisationId, fromId, studyUids],
  );
  const missing = studyUids.find((uid) => !found.rows.some((row) => row.uid === uid));
  if (missing) throw new WillisError("not-found", `Study ${missing.slice(0, 64)} is not of this patient; look again.`);
  const made = "values" in to ? await insertPatient(sql, deed.organisationId, to.values) : undefined;
  const toId = made ?? (to as { patientId: string }).patientId;
  if (toId === fromId) throw new WillisError("bad-request", "The studies are with this patient already.");
  const before = await lockStates(sql, deed.organisationId, {
    patients: [fromId, toId],
    studies: found.rows.map((row) => row.id),
  });
  const [from, target] = [livePatient(before, fromId), livePatient(before, toId)];
  if (made === undefined) guardIdentity(valuesOf(target), valuesOf(from), deed.confirmed);
  const after: States = {
    patients: before.patients,
    studies: Object.fromEntries(
      Object.entries(before.studies).map(([id, state]) => [id, { ...state, patientRef: toId }]),
    ),
  };
  const touched = await writeStates(sql, { patients: {}, studies: after.studies }, deed.at);
  const count = studyUids.length === 1 ? "1 study" : `${studyUids.length} studies`;
  const summary = `Moved ${count} of ${patientWords(from)} to ${patientWords(target)}`;
  const change = {
    ...({ kind: "move", patientRef: fromId, otherRef: toId, summary, before } as const),
    after: { ...after, ...(made === undefined ? {} : { made: [made] }) },
  };
  return { changeId: await insertChange(sql, deed, change), studies: touched };
}

async function insertPatient(sql: Sql, organisationId: string, values: PatientValues): Promise<string> {
  const identity = identityOf(values) ?? `made ${crypto.randomUUID()}`;
  const { rows } = await sql.query<{ id: string }>(
    `insert into patient (organisation_id, identity, issuer, patient_id, name, name_search, birth_date, sex)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
    [
      ...[organisationId, identity, values.issuer, values.patientId, values.name, searchableName(values.name)],
      ...[values.birthDate, values.sex],
    ],
  );
  if (rows[0]) return rows[0].id;
  throw new WillisError(
    "conflict",
    `There is a patient with number ${values.patientId}${values.issuer ? ` of ${values.issuer}` : ""} already: choose that one.`,
    { field: "patientId" },
  );
}

/** What makes two rows the same patient: issuer and number; undefined without a number. */
export function identityOf({ issuer, patientId }: Pick<PatientValues, "issuer" | "patientId">): string | undefined {
  return patientId ? `${issuer}|${patientId}` : undefined;
}
