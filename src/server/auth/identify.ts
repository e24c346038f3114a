import type { FastifyRequest } from "fastify";
import { WillisError } from "../../core/index.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { personOfToken } from "./api-tokens.ts";
import { remembered } from "./remembered.ts";
import { hashSecret } from "./secret.ts";
import { personOfSession, SESSION_COOKIE } from "./sessions.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whom a request acts for: a bearer token decides when there is one, else the session cookie. Null: nobody. */
export async function identify(services: Services, request: FastifyRequest): Promise<Person | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9_-]{20,200})$/i.exec(authorization)?.[1];
    return token ? known(services, "token", token, personOfToken) : null;
  }
  const cookie = request.cookies[SESSION_COOKIE];
  const person = cookie ? await known(services, "session", cookie, personOfSession) : null;
  if (person && !SAFE.has(request.method)) refuseForgery(request);
  return person;
}

/** Asked of the database once a second, however many requests come. */
function known(
  { pool, now }: Services,
  kind: "token" | "session",
  secret: string,
  ask: (sql: Services["pool"], secret: string, now: Date) => Promise<Person | null>,
): Promise<Person | null> {
  return remembered(pool, `${kind} ${hashSecret(secret).toString("base64url")}`, () => ask(pool, secret, now()));
}

/**
 * A cookie travels with requests that other sites cause; what changes something must therefore carry a header that they
 * cannot set, and must not come from elsewhere where the browser says whence it comes.
 */
function refuseForgery(request: FastifyRequest): void {
  if (request.headers["x-willis"] !== "1") {
    throw new WillisError("forbidden", "a change with a session cookie needs the header X-Willis: 1");
  }
  refuseOtherSites(request);
}

export function refuseOtherSites(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new WillisError("forbidden", `this request was caused by another site (Sec-Fetch-Site: ${site})`);
  }
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new WillisError("forbidden", `this request comes from ${origin}, not from this site`);
  }
}
