import { filledFrom } from "../../../cases/two-identifiers.ts";
import { WillisError } from "../../../core/errors.ts";
import type { Sql } from "../pool.ts";
import { type Deed, insertChange } from "./changes.ts";
import { guardIdentity, patientWords } from "./guard.ts";
import { lockStates, type PatientState, type States, valuesOf, writeStates } from "./states.ts";

export interface Done {
  readonly changeId: string;
  /** Studies whose rows and objects now say something else. */
  readonly studies: readonly number[];
}

/**
 * Makes one patient of two: the survivor takes the other's studies and what it did not know itself; later objects of the
 * other land in the survivor. Errors: `not-found`, `conflict` of the guard, or when one of the two was merged already.
 */
export async function mergePatients(sql: Sql, survivorId: string, otherId: string, deed: Deed): Promise<Done> {
  if (survivorId === otherId) throw new WillisError("bad-request", "A patient cannot be merged with itself.");
  const aliases = await sql.query<{ id: string }>("select id from patient where merged_into = $1", [otherId]);
  const { patients } = await lockStates(sql, deed.organisationId, {
    patients: [survivorId, otherId, ...aliases.rows.map((row) => row.id)],
  });
  // Asked once the patients are held: what arrives from now on waits, and then finds the survivor.
  const found = await sql.query<{ id: number }>("select id from study where patient_ref = $1", [otherId]);
  const { studies } = await lockStates(sql, deed.organisationId, {
    patients: [],
    studies: found.rows.map((row) => row.id),
  });
  const before: States = { patients, studies };
  const survivor = livePatient(before, survivorId);
  const other = livePatient(before, otherId);
  guardIdentity(survivor, other, deed.confirmed);
  const filled = filledFrom(valuesOf(survivor), valuesOf(other));
  const gained = Object.fromEntries(
    Object.entries(filled).filter(([field, value]) => value !== survivor[field as keyof typeof filled]),
  );
  const after: States = {
    patients: {
      ...Object.fromEntries(aliases.rows.map(({ id }) => [id, { ...before.patients[id]!, mergedInto: survivorId }])),
      [otherId]: { ...other, mergedInto: survivorId },
      [survivorId]: { ...survivor, ...filled, corrections: { ...survivor.corrections, ...gained } },
    },
    studies: Object.fromEntries(
      Object.entries(before.studies).map(([id, state]) => [id, { ...state, patientRef: survivorId }]),
    ),
  };
  const touched = await writeStates(sql, after, deed.at);
  const summary = `Merged ${patientWords(other)} into ${patientWords(survivor)}`;
  const change = { kind: "merge", patientRef: survivorId, otherRef: otherId, summary, before, after } as const;
  return { changeId: await insertChange(sql, deed, change), studies: touched };
}

/** The state of a patient that stands for itself. Errors: `not-found`; `conflict` for one that was merged. */
export function livePatient(states: States, id: string): PatientState {
  const state = states.patients[id];
  if (!state) throw new WillisError("not-found", `There is no patient ${id.slice(0, 40)} in your organisation.`);
  if (state.mergedInto !== null)
    throw new WillisError("conflict", `${patientWords(state)} was merged into another patient already; look again.`);
  return state;
}
