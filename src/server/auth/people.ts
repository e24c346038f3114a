import { WillisError } from "../../core/index.ts";
import type { Sql } from "../db/pool.ts";
import type { Person, Role } from "../http/route.ts";
import { forgetAccess } from "./remembered.ts";

export const ROLES: readonly Role[] = [
  "emergency-physician",
  "interventionalist",
  "neurosurgeon",
  "neurologist",
  "coordinator",
  "technologist",
  "fellow",
  "quality-lead",
  "steward",
  "researcher",
  "clinic",
  "administrator",
];

export interface PersonRow {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: "spoke" | "hub" };
  readonly active: boolean;
}

const PERSON = `p.id, p.login, p.name, p.role, p.active,
  json_build_object('id', o.id, 'name', o.name, 'kind', o.kind) as organisation`;

/** Makes an organisation, or gives back the one of that name. */
export async function createOrganisation(
  sql: Sql,
  fields: { readonly name: string; readonly kind: "spoke" | "hub"; readonly aeTitles?: readonly string[] },
): Promise<{ id: string; name: string; kind: "spoke" | "hub" }> {
  const { rows } = await sql.query(
    `insert into organisation (name, kind, ae_titles) values ($1, $2, $3)
     on conflict (name) do update set name = excluded.name returning id, name, kind`,
    [fields.name, fields.kind, fields.aeTitles ?? []],
  );
  return rows[0];
}

export async function findOrganisation(sql: Sql, idOrName: string): Promise<{ id: string; name: string } | null> {
  const { rows } = await sql.query("select id, name from organisation where id::text = $1 or lower(name) = lower($1)", [
    idOrName,
  ]);
  return rows[0] ?? null;
}

/** Makes a person without a password: they sign in by a link and may then set one. */
export async function createPerson(
  sql: Sql,
  fields: {
    readonly login: string;
    readonly name: string;
    readonly role: Role;
    readonly organisationId: string;
    readonly demo?: boolean;
  },
): Promise<PersonRow> {
  const login = fields.login.trim().toLowerCase();
  if (!/^[a-z0-9][a-z0-9._@-]{1,63}$/.test(login)) {
    throw new WillisError("bad-request", `"${fields.login}" cannot be a login: use 2 to 64 of a-z 0-9 . _ @ -`);
  }
  if (!ROLES.includes(fields.role)) {
    throw new WillisError("bad-request", `there is no role "${fields.role}"; choose one of ${ROLES.join(", ")}`);
  }
  const made = await sql.query<{ id: string }>(
    `insert into person (organisation_id, login, name, role, demo) values ($1, $2, $3, $4, $5)
     on conflict (login) do nothing returning id`,
    [fields.organisationId, login, fields.name, fields.role, fields.demo ?? false],
  );
  const id = made.rows[0]?.id;
  if (!id) throw new WillisError("conflict", `there is a person with the login "${login}" already`);
  return (await findPerson(sql, id))!;
}

export async function listPeople(sql: Sql, organisationId: string | null = null): Promise<PersonRow[]> {
  const { rows } = await sql.query<PersonRow>(
    `select ${PERSON} from person p join organisation o on o.id = p.organisation_id
     where $1::uuid is null or o.id = $1 order by o.name, p.name, p.login`,
    [organisationId],
  );
  return rows;
}

/** By id or by login. */
export async function findPerson(sql: Sql, idOrLogin: string): Promise<PersonRow | null> {
  const { rows } = await sql.query<PersonRow>(
    `select ${PERSON} from person p join organisation o on o.id = p.organisation_id
     where p.id::text = lower($1) or p.login = lower($1)`,
    [idOrLogin],
  );
  return rows[0] ?? null;
}

/** Ends a person's access at once: sessions, links and tokens go with it. What they did stays. */
export async function disablePerson(sql: Sql, personId: string): Promise<void> {
  await sql.query("update person set active = false, password_hash = null where id = $1", [personId]);
  await sql.query("delete from session where person_id = $1", [personId]);
  await sql.query("delete from sign_in_link where person_id = $1", [personId]);
  await sql.query("update api_token set revoked_at = now() where person_id = $1 and revoked_at is null", [personId]);
  forgetAccess();
}

export function personOf(row: PersonRow, by: Person["by"]): Person {
  const { id, login, name, role, organisation: o } = row;
  return { id, login, name, role, by, organisationId: o.id, organisationName: o.name, organisationKind: o.kind };
}

export { PERSON as PERSON_COLUMNS };
