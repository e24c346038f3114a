import { parseArgs } from "node:util";
import { WillisError } from "../core/index.ts";
import {
  createOrganisation,
  createPerson,
  disablePerson,
  findOrganisation,
  findPerson,
  listPeople,
  type PersonRow,
  ROLES,
} from "../server/auth/people.ts";
import { createSignInLink } from "../server/auth/sign-in-links.ts";
import { type Sql, transaction } from "../server/db/pool.ts";
import type { Role } from "../server/http/route.ts";
import type { Services } from "../server/http/services.ts";
import { UsageError, type Verb } from "./verb.ts";
import { type Done, printed } from "./with-services.ts";

const OPTIONS = {
  json: { type: "boolean", default: false },
  login: { type: "string" },
  name: { type: "string" },
  role: { type: "string" },
  organisation: { type: "string" },
  "new-organisation": { type: "string" },
  hours: { type: "string", default: "24" },
} as const;

/** People of this installation. Nobody gets a password here: a person signs in by a link and may set one. */
export const user: Verb = {
  summary: "list, add, link and disable people",
  help: `People who may sign in.

  node run.mjs user list [--json]
  node run.mjs user add --login LOGIN --name NAME --role ROLE --organisation NAME-OR-ID [--json]
       --new-organisation spoke|hub   makes the organisation when there is none of that name
  node run.mjs user link --login LOGIN [--hours 24] [--json]    a sign-in link that works once
  node run.mjs user disable --login LOGIN [--json]               ends sessions, links and tokens at once

Roles: ${ROLES.join(", ")}.`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const act = ACTS[positionals[0] ?? ""];
    if (!act || positionals.length !== 1) throw new UsageError(`give one of: ${Object.keys(ACTS).join(", ")}`);
    return printed(values.json, (services) => act(services, values));
  },
};

type Values = Readonly<
  Partial<Record<"login" | "name" | "role" | "organisation" | "new-organisation" | "hours", string>>
>;

const ACTS: Readonly<Record<string, (services: Services, values: Values) => Promise<Done>>> = {
  async list({ pool }) {
    const people = await listPeople(pool);
    return {
      data: people,
      lines: people.length > 0 ? people.map(lineOf) : ["There is nobody yet: see node run.mjs user add"],
    };
  },
  async add({ pool }, values) {
    const [login, name, role, organisation] = (["login", "name", "role", "organisation"] as const).map((key) =>
      need(values, key),
    );
    const person = await transaction(pool, async (sql) => {
      const organisationId = await organisationOf(sql, organisation!, values["new-organisation"]);
      return createPerson(sql, { login: login!, name: name!, role: role as Role, organisationId });
    });
    return { data: person, lines: [`Added ${lineOf(person)}`, `Next: node run.mjs user link --login ${person.login}`] };
  },
  async link({ pool, now }, values) {
    const person = await known(pool, need(values, "login"));
    if (!person.active) throw new WillisError("forbidden", `${person.login} is disabled and cannot sign in`);
    const hours = Number(values.hours);
    if (!(hours > 0 && hours <= 24 * 30)) throw new UsageError(`--hours ${values.hours}: give a number up to 720`);
    const made = await createSignInLink(pool, person.id, { usesLeft: 1, hours, now: now() });
    const base = (process.env.WILLIS_PUBLIC_URL || `http://127.0.0.1:${process.env.WILLIS_PORT || 8650}`).replace(
      /\/$/,
      "",
    );
    const link = base + made.path;
    const expiresAt = made.expiresAt.toISOString();
    return {
      data: { link, user: person.login, expiresAt },
      lines: [link, `Works once, until ${expiresAt}, for ${person.name}.`],
    };
  },
  async disable({ pool }, values) {
    const person = await known(pool, need(values, "login"));
    await disablePerson(pool, person.id);
    return { data: { ...person, active: false }, lines: [`${person.name} (${person.login}) cannot sign in any more.`] };
  },
};

function lineOf({ id, login, name, role, organisation, active }: PersonRow): string {
  return `${id}  ${login.padEnd(16)} ${name.padEnd(24)} ${role.padEnd(20)} ${organisation.name}${active ? "" : "  (disabled)"}`;
}

function need(values: Values, key: keyof Values): string {
  const value = values[key];
  if (!value) throw new UsageError(`--${key} is missing`);
  return value;
}

async function known(pool: Services["pool"], login: string): Promise<PersonRow> {
  const person = await findPerson(pool, login);
  if (!person) throw new WillisError("not-found", `there is no person "${login}"; see node run.mjs user list`);
  return person;
}

async function organisationOf(sql: Sql, name: string, kind: string | undefined): Promise<string> {
  const found = await findOrganisation(sql, name);
  if (found) return found.id;
  if (kind === "spoke" || kind === "hub") return (await createOrganisation(sql, { name, kind })).id;
  if (kind !== undefined) throw new UsageError(`--new-organisation ${kind}: give spoke or hub`);
  throw new WillisError(
    "not-found",
    `there is no organisation "${name}"; add --new-organisation spoke or hub to make it`,
  );
}
