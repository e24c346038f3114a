import type { ChangeKind, ChangeView } from "../../../cases/archive-views.ts";
import type { Sql } from "../pool.ts";
import type { States } from "./states.ts";

/** Who does it, for which organisation, why, and why although two identifiers disagree. */
export interface Deed {
  readonly organisationId: string;
  readonly personId: string;
  readonly reason: string;
  readonly confirmed?: string;
  readonly at: Date;
}

/** A change as it is kept. `made`: rows of patients that it made, besides the states. */
export interface NewChange {
  readonly kind: ChangeKind;
  readonly patientRef: string;
  readonly otherRef?: string;
  readonly summary: string;
  readonly before: object;
  readonly after: States & { readonly made?: readonly string[] };
}

/** Writes a change into the history; returns its id. */
export async function insertChange(sql: Sql, deed: Deed, change: NewChange): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into identity_change (organisation_id, at, person_id, kind, patient_ref, other_ref, summary, reason, confirmed, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      ...[deed.organisationId, deed.at, deed.personId, change.kind, change.patientRef, change.otherRef ?? null],
      ...[
        change.summary,
        deed.reason,
        deed.confirmed ?? "",
        JSON.stringify(change.before),
        JSON.stringify(change.after),
      ],
    ],
  );
  return rows[0]!.id;
}

const COLUMNS = `change.id, change.at, person.name as by, change.kind, change.patient_ref as "patientId",
  change.other_ref as "otherId", change.summary, change.reason, change.confirmed, change.undone_at as "undoneAt",
  undoer.name as "undoneBy"`;
const FROM = `identity_change change join person on person.id = change.person_id
  left join person undoer on undoer.id = change.undone_by`;

/** The history of an organisation, or of one patient and those merged into it, newest first. */
export async function listChanges(sql: Sql, organisationId: string, patientId?: string): Promise<ChangeView[]> {
  const { rows } = await sql.query<ChangeView>(
    `select ${COLUMNS} from ${FROM} where change.organisation_id = $1 and ($2::uuid is null or change.after -> 'patients' ? $2::text
       or $2 in (change.patient_ref, change.other_ref))
     order by change.number desc limit 200`,
    [organisationId, patientId ?? null],
  );
  return rows;
}

/** A change, held until the transaction ends, with all that is needed to undo it. */
export async function lockChange(sql: Sql, organisationId: string, id: string) {
  const { rows } = await sql.query<{
    number: number;
    kind: ChangeKind;
    summary: string;
    before: States;
    after: States & { made?: string[] };
    undone: boolean;
  }>(
    `select number, kind, summary, before, after, undone_at is not null as undone from identity_change
     where id = $2 and organisation_id = $1 for update`,
    [organisationId, id],
  );
  return rows[0];
}

/** A later change, not undone, that touches one of the same rows: it has to be undone first. */
export async function laterChange(sql: Sql, number: number, states: States): Promise<string | undefined> {
  const { rows } = await sql.query<{ summary: string }>(
    `select summary from identity_change where number > $1 and undone_at is null
       and (after -> 'patients' ?| $2::text[] or after -> 'studies' ?| $3::text[]) order by number desc limit 1`,
    [number, Object.keys(states.patients), Object.keys(states.studies)],
  );
  return rows[0]?.summary;
}

export async function markUndone(sql: Sql, id: string, personId: string, at: Date): Promise<void> {
  await sql.query("update identity_change set undone_at = $2, undone_by = $3 where id = $1", [id, at, personId]);
}
