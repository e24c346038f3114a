import { Type } from "typebox";
import { WillisError } from "../../core/index.ts";
import { refuseOtherSites } from "../auth/identify.ts";
import { hashPassword, verifyPassword } from "../auth/password.ts";
import { endOtherSessions, endSession, openSession, SESSION_COOKIE } from "../auth/sessions.ts";
import { countSignIn, forgiveSignIn } from "../auth/sign-in-limit.ts";
import { spendSignInLink } from "../auth/sign-in-links.ts";
import type { Context, Person, Route } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { spentLinkPage } from "./spent-link-page.ts";

function giveCookie({ request, reply }: Context, token: string, expiresAt: Date): void {
  const secure = request.protocol === "https" || (process.env.WILLIS_PUBLIC_URL ?? "").startsWith("https:");
  reply.setCookie(SESSION_COOKIE, token, { path: "/", httpOnly: true, sameSite: "strict", secure, expires: expiresAt });
}

async function personView({ services, person }: { services: Services; person: Pick<Person, "id"> }) {
  const { rows } = await services.pool.query(
    `select p.id, p.login, p.name, p.role, p.password_hash is not null as "hasPassword",
       json_build_object('id', o.id, 'name', o.name, 'kind', o.kind) as organisation
     from person p join organisation o on o.id = p.organisation_id where p.id = $1`,
    [person.id],
  );
  return { person: rows[0] };
}

export const sessionRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/sign-in/:token",
    access: { on: "nothing", why: "the link itself is the proof" },
    summary: "Signs in by a link and goes to the first page",
    schema: { params: Type.Object({ token: Type.String({ maxLength: 200 }) }) },
    handle: async (context) => {
      const { request, reply, services } = context;
      const { token } = request.params as { token: string };
      await countSignIn(services.pool, null, request.ip, services.now());
      const personId = await spendSignInLink(services.pool, token, services.now());
      if (!personId) return reply.code(410).type("text/html; charset=utf-8").send(spentLinkPage);
      await forgiveSignIn(services.pool, "", request.ip);
      const agent = request.headers["user-agent"] ?? "";
      const session = await openSession(services.pool, personId, services.now(), "link", agent);
      giveCookie(context, session.token, session.expiresAt);
      return reply.redirect("/", 303);
    },
  },
  {
    method: "POST",
    url: "/api/session",
    access: { on: "nothing", why: "signing in is how a person becomes known" },
    summary: "Signs in with login and password",
    schema: { body: Type.Object({ login: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 256 }) }) },
    handle: async (context) => {
      const { request, services } = context;
      refuseOtherSites(request);
      const { login, password } = request.body as { login: string; password: string };
      const name = login.trim().toLowerCase();
      await countSignIn(services.pool, name, request.ip, services.now());
      const { rows } = await services.pool.query("select id, password_hash from person where login = $1 and active", [
        name,
      ]);
      if (!(await verifyPassword(password, rows[0]?.password_hash ?? null))) {
        throw new WillisError(
          "not-signed-in",
          "login and password do not fit; an administrator can make a sign-in link",
        );
      }
      await forgiveSignIn(services.pool, name, request.ip);
      const agent = request.headers["user-agent"] ?? "";
      const session = await openSession(services.pool, rows[0].id, services.now(), "password", agent);
      giveCookie(context, session.token, session.expiresAt);
      return personView({ services, person: rows[0] });
    },
  },
  {
    method: "GET",
    url: "/api/session",
    access: { on: "person", patientData: false },
    summary: "Who is signed in",
    handle: personView,
  },
  {
    method: "DELETE",
    url: "/api/session",
    access: { on: "person", patientData: false },
    summary: "Signs out",
    handle: async ({ request, reply, services }) => {
      const cookie = request.cookies[SESSION_COOKIE];
      if (cookie) await endSession(services.pool, cookie);
      reply.clearCookie(SESSION_COOKIE, { path: "/" });
    },
  },
  {
    method: "PUT",
    url: "/api/session/password",
    access: { on: "person", patientData: false },
    summary: "Sets the own password; every other session ends",
    schema: {
      body: Type.Object({
        current: Type.Optional(Type.String({ maxLength: 256 })),
        password: Type.String({ maxLength: 256 }),
      }),
    },
    handle: async ({ request, services, person }) => {
      const { current, password } = request.body as { current?: string; password: string };
      if (person.by === "token") throw new WillisError("forbidden", "a password is set in the browser, not by a token");
      await countSignIn(services.pool, person.login, request.ip, services.now());
      const { rows } = await services.pool.query(
        `select p.password_hash, s.token_hash, s.via from person p join session s on s.person_id = p.id
         where p.id = $1 and s.token_hash = sha256($2::bytea)`,
        [person.id, Buffer.from(request.cookies[SESSION_COOKIE] ?? "")],
      );
      const { password_hash: before, token_hash: own, via } = rows[0];
      if (before && via !== "link" && !(await verifyPassword(current ?? "", before))) {
        throw new WillisError("forbidden", "the current password does not fit; or sign in by a link to set a new one");
      }
      await services.pool.query("update person set password_hash = $2 where id = $1", [
        person.id,
        await hashPassword(password),
      ]);
      await endOtherSessions(services.pool, person.id, own);
      await forgiveSignIn(services.pool, person.login, request.ip);
    },
  },
];
