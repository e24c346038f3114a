import { createOrganisation, createPerson } from "../auth/people.ts";
import type { Pool, Sql } from "../db/pool.ts";
import type { Role } from "../http/route.ts";

/** The two organisations of the demo hospital and one person a role. All invented. */
const ORGANISATIONS = {
  spoke: { name: "Lakeside District Hospital", kind: "spoke", aeTitles: ["LAKESIDE_CT"] },
  hub: { name: "Willis University Hospital", kind: "hub", aeTitles: ["WILLIS_XA"] },
} as const;

const PEOPLE: readonly { login: string; name: string; role: Role; roleName: string; at: keyof typeof ORGANISATIONS }[] =
  [
    {
      login: "brunner",
      name: "Dr Lena Brunner",
      role: "interventionalist",
      roleName: "interventionalist at the hub",
      at: "hub",
    },
    {
      login: "keller",
      name: "Dr Eva Keller",
      role: "emergency-physician",
      roleName: "emergency physician at the spoke",
      at: "spoke",
    },
    { login: "rossi", name: "Dr Marco Rossi", role: "neurosurgeon", roleName: "neurosurgeon at the hub", at: "hub" },
    {
      login: "lindqvist",
      name: "Dr Sofia Lindqvist",
      role: "neurologist",
      roleName: "referring neurologist at the spoke",
      at: "spoke",
    },
    { login: "okafor", name: "Dr Amina Okafor", role: "fellow", roleName: "reporting fellow at the hub", at: "hub" },
    { login: "moreau", name: "Ines Moreau", role: "coordinator", roleName: "coordinator at the hub", at: "hub" },
    { login: "weber", name: "Jonas Weber", role: "technologist", roleName: "angio technologist at the hub", at: "hub" },
    { login: "steiner", name: "Ruth Steiner", role: "quality-lead", roleName: "quality lead at the hub", at: "hub" },
    {
      login: "lukasik",
      name: "Dr Tomasz Łukasik",
      role: "steward",
      roleName: "guideline steward at the hub",
      at: "hub",
    },
    { login: "kim", name: "Dr Hana Kim", role: "researcher", roleName: "trial researcher at the hub", at: "hub" },
    { login: "dubois", name: "Claire Dubois", role: "clinic", roleName: "follow-up clinic at the hub", at: "hub" },
    { login: "novak", name: "Peter Novák", role: "administrator", roleName: "IT administrator at the hub", at: "hub" },
  ];

export interface DemoPerson {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly roleName: string;
  readonly organisationId: string;
}

/** Makes the demo people that are not there yet; in a database that holds other people, none are made. */
export async function makeDemoPeople(sql: Sql): Promise<readonly DemoPerson[]> {
  const { rows } = await sql.query("select count(*) filter (where not demo)::int as real from person");
  if (rows[0].real > 0) return [];
  const ids = {
    spoke: (await createOrganisation(sql, ORGANISATIONS.spoke)).id,
    hub: (await createOrganisation(sql, ORGANISATIONS.hub)).id,
  };
  const known = new Set((await sql.query("select login from person")).rows.map((row) => row.login));
  for (const { login, name, role, at } of PEOPLE) {
    if (!known.has(login)) await createPerson(sql, { organisationId: ids[at], login, name, role, demo: true });
  }
  return demoPeople(sql);
}

/** The demo people, in the order in which their links are printed. */
export async function demoPeople(sql: Sql | Pool): Promise<readonly DemoPerson[]> {
  const { rows } = await sql.query(
    `select id, login, name, organisation_id as "organisationId" from person where demo and active`,
  );
  return PEOPLE.flatMap(({ login, roleName }) => {
    const row = rows.find((one) => one.login === login);
    return row ? [{ ...row, roleName }] : [];
  });
}
