import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { JSONWebKeySet } from "jose";
import { WillisError } from "../core/index.ts";
import { unreadableKey, wrongKeySet, wrongKeysUrl } from "../server/cds/key-sets.ts";
import { addClient, listClients, removeClient } from "../server/db/cds/clients.ts";
import type { Services } from "../server/http/services.ts";
import { UsageError, type Verb } from "./verb.ts";
import { type Done, printed } from "./with-services.ts";

const OPTIONS = {
  json: { type: "boolean", default: false },
  organisation: { type: "string" },
  name: { type: "string" },
  audience: { type: "string" },
  "jwks-url": { type: "string" },
  jwks: { type: "string" },
} as const;

/** EHRs that may call CDS Hooks: who signs their tokens, and with which keys. */
export const cds: Verb = {
  summary: "list, add and remove EHRs that may call CDS Hooks",
  help: `EHRs that may call the CDS Hooks services under /cds-services.

  node run.mjs cds list [--json]
  node run.mjs cds add ISSUER --organisation NAME --audience https://willis.example/cds-services
                    (--jwks-url https://ehr.example/jwks.json | --jwks KEYS.json) [--name WORDS]
  node run.mjs cds remove ISSUER

ISSUER is the "iss" of the tokens. --audience is the address of /cds-services as the EHR calls it; the "aud" of a token is that,
or that with the path of the service. Keys are read from the address (https; http for localhost), or stored from a file.
A removed EHR is refused at its next call; what it was told stays.`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const act = ACTS[positionals[0] ?? ""];
    if (!act) throw new UsageError(`give one of: ${Object.keys(ACTS).join(", ")}`);
    return printed(values.json, (services) => act(services, positionals[1] ?? "", values));
  },
};

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

async function organisationOf({ pool }: Services, name: string | undefined): Promise<string> {
  if (!name) throw new UsageError("--organisation is missing: whose EHR it is");
  const { rows } = await pool.query("select id from organisation where name = $1", [name]);
  if (!rows[0]) throw new WillisError("not-found", `there is no organisation "${name}"`);
  return rows[0].id;
}

function audienceOf(text: string | undefined): string {
  if (!text) throw new UsageError("--audience is missing: the address of /cds-services as the EHR calls it");
  const wrong = wrongKeysUrl(text);
  if (wrong) throw new UsageError(`--audience: ${wrong}`);
  if (!/[^/]\/cds-services$/.test(text)) throw new UsageError(`--audience ${text} must end in /cds-services`);
  return text;
}

async function keysIn(file: string): Promise<JSONWebKeySet> {
  let set: unknown;
  try {
    set = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--jwks ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  const wrong = wrongKeySet(set) ?? (await unreadableKey(set as JSONWebKeySet));
  if (wrong) throw new UsageError(`--jwks ${file}: ${wrong}`);
  return set as JSONWebKeySet;
}

const ACTS: Readonly<Record<string, (services: Services, issuer: string, values: Values) => Promise<Done>>> = {
  async list({ pool }) {
    const clients = await listClients(pool);
    const lines = clients.map(
      ({ issuer, name, organisation, jwksUrl, active, lastCalledAt }) =>
        `${issuer}  ${name}  ${organisation}  keys ${jwksUrl ?? "stored"}  ${
          active ? `last call ${lastCalledAt ? new Date(lastCalledAt).toISOString() : "never"}` : "removed"
        }`,
    );
    return { data: clients, lines: lines.length > 0 ? lines : ["There is no EHR that may call CDS Hooks."] };
  },
  async add(services, issuer, values) {
    if (issuer === "" || issuer.length > 500) throw new UsageError('give the issuer, the "iss" of the tokens');
    const { "jwks-url": jwksUrl, jwks: file } = values;
    if ((jwksUrl === undefined) === (file === undefined)) throw new UsageError("give one of --jwks-url and --jwks");
    const audience = audienceOf(values.audience);
    const wrong = jwksUrl === undefined ? null : wrongKeysUrl(jwksUrl);
    if (wrong) throw new UsageError(`--jwks-url: ${wrong}`);
    const jwks = file === undefined ? null : await keysIn(file);
    const organisationId = await organisationOf(services, values.organisation);
    const name = values.name ?? issuer.slice(0, 200);
    const id = await addClient(services.pool, {
      organisationId,
      name,
      issuer,
      audience,
      jwksUrl: jwksUrl ?? null,
      jwks,
    });
    if (!id)
      throw new WillisError("conflict", `${issuer} may call already, or belongs to another organisation; see cds list`);
    return { data: { id, issuer, audience }, lines: [`${issuer} may call ${audience}.`] };
  },
  async remove({ pool }, issuer) {
    if (!(await removeClient(pool, issuer)))
      throw new WillisError("not-found", `no EHR with the issuer "${issuer}" may call`);
    return { data: { issuer }, lines: [`${issuer} may call no longer.`] };
  },
};
