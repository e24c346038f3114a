import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiToken } from "../src/server/auth/api-tokens.ts";
import { createOrganisation, createPerson } from "../src/server/auth/people.ts";
import { createSignInLink } from "../src/server/auth/sign-in-links.ts";
import type { Services } from "../src/server/http/services.ts";
import { serve } from "../src/server/serve.ts";
import { openServices } from "../src/server/services.ts";

/** Who the test hospital has: login, role, organisation. `stranger` belongs to a third one that is in no case. */
export const PEOPLE = {
  spoke: { role: "emergency-physician", at: "Spoke" },
  hub: { role: "interventionalist", at: "Hub" },
  surgeon: { role: "neurosurgeon", at: "Hub" },
  admin: { role: "administrator", at: "Hub" },
  stranger: { role: "interventionalist", at: "Elsewhere" },
} as const;
export type Login = keyof typeof PEOPLE;

export interface TestWillis {
  readonly url: string;
  readonly dimsePort: number;
  readonly services: Services;
  readonly organisations: Readonly<Record<"Spoke" | "Hub" | "Elsewhere", string>>;
  readonly people: Readonly<Record<Login, string>>;
  /** An API token of this person. */
  token(login: Login): Promise<string>;
  /** A link that signs this person in, in a browser. */
  signIn(login: Login): Promise<string>;
  /** `fetch` on the API as this person; null: anonymous. */
  as(login: Login | null, path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** A whole Willis on free ports, with its own database and folder, and the people above. Jobs run only when asked. */
export async function startWillis(options: { jobs?: boolean } = {}): Promise<TestWillis> {
  const home = await mkdtemp(join(tmpdir(), "willis-test-"));
  await chmod(home, 0o755); // as root, the user that PostgreSQL runs as must pass it
  const { services, close } = await openServices({ home, jobs: options.jobs ?? false });
  const { pool } = services;
  const organisations = {
    Spoke: (await createOrganisation(pool, { name: "Spoke", kind: "spoke" })).id,
    Hub: (await createOrganisation(pool, { name: "Hub", kind: "hub" })).id,
    Elsewhere: (await createOrganisation(pool, { name: "Elsewhere", kind: "hub" })).id,
  };
  const people: Record<string, string> = {};
  for (const [login, { role, at }] of Object.entries(PEOPLE)) {
    const person = { organisationId: organisations[at], login, name: `Dr ${login}`, role };
    people[login] = (await createPerson(pool, person)).id;
  }
  const server = await serve(services, { host: "127.0.0.1", port: 0, dimsePort: 0, aeTitle: "WILLIS" });
  const tokens = new Map<Login, Promise<string>>();
  const token = (login: Login) => {
    if (!tokens.has(login))
      tokens.set(
        login,
        createApiToken(pool, people[login]!, { label: "test", expiresAt: null }).then((made) => made.token),
      );
    return tokens.get(login)!;
  };
  return {
    url: server.url,
    dimsePort: server.dimsePort,
    services,
    organisations,
    people: people as Record<Login, string>,
    token,
    signIn: async (login) =>
      `${server.url}/sign-in/${(await createSignInLink(pool, people[login]!, { usesLeft: null, hours: 1 })).token}`,
    async as(login, path, init = {}) {
      const headers = new Headers(init.headers);
      if (login) headers.set("authorization", `Bearer ${await token(login)}`);
      return fetch(server.url + path, { ...init, headers, redirect: "manual" });
    },
    async stop() {
      await server.stop();
      await close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
