import type { CaseKind, Urgency } from "../../../cases/views.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";
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
  await lockRevision(sql, caseId, change.revision);
  if (given.length === 0) return;
  const sets = given.map(([column], i) => `${column} = $${i + 2}`).join(", ");
  await sql.query(`update clinical_case set ${sets} where id = $1`, [caseId, ...given.map(([, , value]) => value)]);
  await addEvent(sql, caseId, { kind: "changed", fields: [...new Set(given.map(([, words]) => words))] }, personId, at);
}

/** Holds the case for this transaction; a revision that is not the one the person saw says who changed it. */
export async function lockRevision(sql: Sql, caseId: string, seen: number | undefined): Promise<void> {
  const { rows } = await sql.query("select revision from clinical_case where id = $1 for update", [caseId]);
  const revision: number | undefined = rows[0]?.revision;
  if (seen === undefined || revision === undefined || revision === seen) return;
  const change = await lastChange(sql, caseId);
  throw new WillisError(
    "conflict",
    `${change?.by ?? "somebody"} changed this case meanwhile (${change?.text ?? "?"}); look at it again, then repeat`,
    { revision, seen, ...(change ? { by: change.by, at: change.at } : {}) },
  );
}
