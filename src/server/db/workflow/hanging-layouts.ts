import type { LayoutView, SavedLayout } from "../../../cases/hanging-layout.ts";
import type { Sql } from "../pool.ts";

const COLUMNS = `hanging_layout.id, hanging_layout.name, hanging_layout.for_all as "forAll", hanging_layout.layout,
  hanging_layout.created_by = $2 as mine, person.name as by`;
const FROM = "hanging_layout join person on person.id = hanging_layout.created_by";

/** The layouts a person can use: their own and those of the organisation, by name. */
export async function listLayouts(sql: Sql, organisationId: string, personId: string): Promise<LayoutView[]> {
  const { rows } = await sql.query<LayoutView>(
    `select ${COLUMNS} from ${FROM} where hanging_layout.organisation_id = $1 and removed_at is null
       and (for_all or created_by = $2) order by lower(hanging_layout.name), hanging_layout.created_at limit 500`,
    [organisationId, personId],
  );
  return rows;
}

/** Keeps a layout; returns it as it is listed. */
export async function saveLayout(
  sql: Sql,
  by: { readonly organisationId: string; readonly personId: string },
  saved: { readonly name: string; readonly forAll: boolean; readonly layout: SavedLayout },
): Promise<LayoutView> {
  const { rows } = await sql.query<LayoutView>(
    `with hanging_layout as (insert into hanging_layout (organisation_id, created_by, name, for_all, layout)
       values ($1, $2, $3, $4, $5::jsonb) returning *) select ${COLUMNS} from ${FROM}`,
    [by.organisationId, by.personId, saved.name, saved.forAll, JSON.stringify(saved.layout)],
  );
  return rows[0]!;
}

/**
 * Removes a layout or brings a removed one back: the maker's own, and any of the organisation for its administrator.
 * Null when there is none that the person may change.
 */
export async function setLayoutRemoved(
  sql: Sql,
  id: string,
  by: { readonly organisationId: string; readonly personId: string; readonly isAdministrator: boolean },
  removed: boolean,
): Promise<LayoutView | null> {
  const { rows } = await sql.query<LayoutView>(
    `with hanging_layout as (update hanging_layout set removed_at = case when $4 then now() end
       where id::text = $3 and organisation_id = $1 and (created_by = $2 or (for_all and $5)) returning *)
     select ${COLUMNS} from ${FROM}`,
    [by.organisationId, by.personId, id, removed, by.isAdministrator],
  );
  return rows[0] ?? null;
}
