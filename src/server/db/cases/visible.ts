import type { Sql } from "../pool.ts";

export interface SeenCase {
  readonly id: string;
  readonly isFrom: boolean;
  readonly isTo: boolean;
}

/** A case as an organisation may see it: its own always, another's once it was referred to it. Null: not for them. */
export async function caseForOrganisation(sql: Sql, caseId: string, organisationId: string): Promise<SeenCase | null> {
  const { rows } = await sql.query(
    `select id, from_organisation = $2 as "isFrom", to_organisation = $2 as "isTo" from clinical_case
     where id = $1 and (from_organisation = $2 or (to_organisation = $2 and status <> 'draft'))`,
    [caseId, organisationId],
  );
  return rows[0] ?? null;
}
