import type { Sql } from "../db/pool.ts";
import { createOrganisation, createPerson, listPeople, type PersonRow } from "./people.ts";

/**
 * The administrator of an empty installation, made with an organisation at the first call. Given again while this is the
 * only person and no password was set; null after that, as links are then made by `user link`.
 */
export async function firstAdministrator(sql: Sql): Promise<PersonRow | null> {
  const people = await listPeople(sql);
  if (people.length === 0) {
    const { id } = await createOrganisation(sql, { name: "Our hospital", kind: "hub" });
    return createPerson(sql, {
      login: "administrator",
      name: "Administrator",
      role: "administrator",
      organisationId: id,
    });
  }
  const [only] = people;
  if (people.length > 1 || !only?.active || only.role !== "administrator") return null;
  const { rows } = await sql.query("select password_hash is null as fresh from person where id = $1", [only.id]);
  return rows[0].fresh ? only : null;
}
