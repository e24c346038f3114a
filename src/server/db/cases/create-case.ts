import type { CaseKind, Urgency } from "../../../cases/views.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";
import { addEvent } from "./events.ts";
import { isDay } from "./update-case.ts";

export interface NewCase {
  readonly kind: CaseKind;
  readonly urgency?: Urgency;
  /** Who is asked; without it the first hub that is not the asking organisation (else the organisation itself). */
  readonly toOrganisationId?: string;
  readonly patient?: {
    readonly name?: string;
    readonly identifier?: string;
    readonly birthDate?: string | null;
    readonly sex?: string;
  };
  readonly question?: string;
}

const USUAL: Readonly<Record<CaseKind, Urgency>> = {
  stroke: "critical",
  haemorrhage: "critical",
  aneurysm: "elective",
  avm: "elective",
  subdural: "urgent",
  carotid: "urgent",
  other: "elective",
};

/** Opens a draft, seen by its own organisation alone until it is referred. Returns its id. */
export async function createCase(
  sql: Sql,
  fields: NewCase,
  by: { readonly personId: string; readonly organisationId: string },
  at: Date,
): Promise<string> {
  const birth = fields.patient?.birthDate;
  if (birth && !(isDay(birth) && birth <= at.toISOString().slice(0, 10))) {
    throw new WillisError("bad-request", `${birth} is no birth date`, { field: "birthDate" });
  }
  const to = await askedOrganisation(sql, fields.toOrganisationId, by.organisationId);
  const { rows } = await sql.query<{ id: string }>(
    `insert into clinical_case (from_organisation, to_organisation, kind, urgency, status, question, patient_name,
       patient_identifier, patient_birth_date, patient_sex, created_by, created_at, updated_at)
     values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $11) returning id`,
    [
      by.organisationId,
      to.id,
      fields.kind,
      fields.urgency ?? USUAL[fields.kind],
      fields.question ?? "",
      fields.patient?.name ?? "",
      fields.patient?.identifier ?? "",
      fields.patient?.birthDate ?? null,
      fields.patient?.sex ?? "",
      by.personId,
      at,
    ],
  );
  const id = rows[0]!.id;
  await addEvent(sql, id, { kind: "created", kindOfCase: fields.kind, to: to.name }, by.personId, at);
  return id;
}

async function askedOrganisation(
  sql: Sql,
  wanted: string | undefined,
  own: string,
): Promise<{ id: string; name: string }> {
  const { rows } = await sql.query(
    wanted
      ? "select id, name from organisation where id::text = lower($1)"
      : "select id, name from organisation order by (kind = 'hub' and id::text <> $1) desc, (id::text = $1) desc, name limit 1",
    [wanted ?? own],
  );
  if (!rows[0]) throw new WillisError("bad-request", `there is no organisation ${wanted}; see GET /api/organisations`);
  return rows[0];
}
