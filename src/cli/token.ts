import { parseArgs } from "node:util";
import { WillisError } from "../core/index.ts";
import { createApiToken, listApiTokens, revokeApiToken } from "../server/auth/api-tokens.ts";
import { findPerson } from "../server/auth/people.ts";
import type { Services } from "../server/http/services.ts";
import { UsageError, type Verb } from "./verb.ts";
import { type Done, printed } from "./with-services.ts";

const OPTIONS = {
  json: { type: "boolean", default: false },
  user: { type: "string" },
  label: { type: "string", default: "" },
  days: { type: "string", default: "90" },
  id: { type: "string" },
} as const;

/** Tokens for machines: each acts for one person, with what that person may do. */
export const token: Verb = {
  summary: "create, list and revoke API tokens",
  help: `Tokens for the API and DICOMweb, used as "Authorization: Bearer TOKEN". A token acts for its person.

  node run.mjs token create --user ID-OR-LOGIN [--label WORDS] [--days 90] [--json]
  node run.mjs token list [--json]
  node run.mjs token revoke --id ID [--json]

The secret is shown once, by "create"; --json prints { token, id, user, expiresAt } alone. --days 0: without end.`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const act = ACTS[positionals[0] ?? ""];
    if (!act || positionals.length !== 1) throw new UsageError(`give one of: ${Object.keys(ACTS).join(", ")}`);
    return printed(values.json, (services) => act(services, values));
  },
};

type Values = Readonly<Partial<Record<"user" | "label" | "days" | "id", string>>>;

const ACTS: Readonly<Record<string, (services: Services, values: Values) => Promise<Done>>> = {
  async create({ pool, now }, { user, label = "", days }) {
    if (!user) throw new UsageError("--user is missing: an id or a login of node run.mjs user list");
    const count = Number(days);
    if (!(count >= 0 && count <= 3650)) throw new UsageError(`--days ${days}: give a number from 0 to 3650`);
    const person = await findPerson(pool, user);
    if (!person) throw new WillisError("not-found", `there is no person "${user}"; see node run.mjs user list`);
    if (!person.active) throw new WillisError("forbidden", `${person.login} is disabled`);
    const expiresAt = count === 0 ? null : new Date(now().getTime() + count * 86_400_000);
    const made = await createApiToken(pool, person.id, { label, expiresAt });
    const until = expiresAt?.toISOString() ?? null;
    return {
      data: { token: made.token, id: made.id, user: person.id, login: person.login, expiresAt: until },
      lines: [
        made.token,
        `Acts for ${person.name} (${person.login}) ${until ? `until ${until}` : "without end"}. Shown once.`,
      ],
    };
  },
  async list({ pool }) {
    const tokens = await listApiTokens(pool);
    const state = (t: (typeof tokens)[number]) =>
      t.revokedAt ? "revoked" : t.expiresAt ? `until ${new Date(t.expiresAt).toISOString()}` : "no end";
    return {
      data: tokens,
      lines:
        tokens.length > 0
          ? tokens.map((t) => `${t.id}  ${t.user.login.padEnd(16)} ${state(t)}  ${t.label}`)
          : ["There is no token."],
    };
  },
  async revoke({ pool }, { id }) {
    if (!id) throw new UsageError("--id is missing: see node run.mjs token list");
    if (!(await revokeApiToken(pool, id)))
      throw new WillisError("not-found", `there is no token ${id} that still works`);
    return { data: { id, revoked: true }, lines: [`Token ${id} does not work any more.`] };
  },
};
