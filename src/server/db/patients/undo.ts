import type { PatientValues } from "../../../cases/two-identifiers.ts";
import { WillisError } from "../../../core/errors.ts";
import type { DicomJson, JsonName } from "../../../dicom/json.ts";
import type { Sql } from "../pool.ts";
import { laterChange, lockChange, markUndone } from "./changes.ts";
import type { Done } from "./merge.ts";
import { lockStates, type PatientState, type StudyState, writeStates } from "./states.ts";

/**
 * Takes a change back: all rows as they were before it. What arrived meanwhile goes where its objects say. Errors:
 * `not-found`; `conflict` when it was undone already or a later change rests on it (that one first).
 */
export async function undoChange(
  sql: Sql,
  changeId: string,
  { organisationId, personId, at }: { readonly organisationId: string; readonly personId: string; readonly at: Date },
): Promise<Done> {
  const change = await lockChange(sql, organisationId, changeId);
  if (!change) throw new WillisError("not-found", "There is no such change in your organisation.");
  if (change.undone) throw new WillisError("conflict", "This change was undone already; look again.");
  if (change.kind === "use-version")
    throw new WillisError("conflict", "Choose the other version of the object again; that is its undo.");
  const { before, after } = change;
  const later = await laterChange(sql, change.number, after);
  if (later) throw new WillisError("conflict", `A later change rests on this one: undo "${later}" first.`);
  await lockStates(sql, organisationId, {
    patients: Object.keys(before.patients),
    studies: Object.keys(before.studies).map(Number),
  });
  const patients: Record<string, PatientState> = { ...before.patients };
  const studies: Record<number, StudyState> = { ...before.studies };
  const returned = async (claimed: string, to: string) => {
    const { rows } = await sql.query<StudyState & { id: number }>(
      'select id, patient_ref as "patientRef", corrections from study where claimed_ref = $1 and not id = any($2::bigint[])',
      [claimed, Object.keys(studies).map(Number)],
    );
    for (const { id, corrections } of rows) studies[id] = { patientRef: to, corrections };
    return rows.length;
  };
  for (const [id, state] of Object.entries(before.patients)) {
    if (state.mergedInto !== after.patients[id]?.mergedInto) await returned(id, state.mergedInto ?? id);
  }
  const unused: string[] = [];
  for (const id of after.made ?? []) {
    const came = await returned(id, id);
    const { [id]: made } = (await lockStates(sql, organisationId, { patients: [id] })).patients;
    delete patients[id];
    if (came > 0 && made) patients[id] = { ...made, ...(await firstClaim(sql, id)), mergedInto: null };
    else unused.push(id);
  }
  const touched = await writeStates(sql, { patients, studies }, at);
  // A row that the change made and that no study needs: its identity is free again.
  await sql.query("update patient set identity = 'undone ' || id where id = any($1::uuid[])", [unused]);
  await markUndone(sql, changeId, personId, at);
  return { changeId, studies: touched };
}

/** What the first study of a patient says of it, as it came. */
async function firstClaim(sql: Sql, patientId: string): Promise<Partial<PatientValues>> {
  const { rows } = await sql.query<{ attributes: DicomJson }>(
    "select coalesce(received -> 'attributes', attributes) as attributes from study where claimed_ref = $1 order by id limit 1",
    [patientId],
  );
  const value = (tag: string) => rows[0]?.attributes[tag]?.Value?.[0];
  const name = value("00100010");
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(String(value("00100030") ?? ""));
  return {
    ...(name && typeof name === "object" ? { name: nameText(name as JsonName) } : {}),
    birthDate: day ? `${day[1]}-${day[2]}-${day[3]}` : null,
    sex: String(value("00100040") ?? ""),
  };
}

function nameText({ Alphabetic = "", Ideographic = "", Phonetic = "" }: JsonName): string {
  return [Alphabetic, Ideographic, Phonetic].join("=").replace(/=+$/, "");
}
