import cookie from "@fastify/cookie";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { ROUTES } from "../routes/index.ts";
import { type Audit, auditLog } from "./audit.ts";
import { auditRow, holdsPatientData } from "./audit-row.ts";
import { type Authorised, authorise } from "./authorise.ts";
import { allowOrigins } from "./cors.ts";
import { openApi } from "./open-api.ts";
import { sendProblem } from "./problem.ts";
import type { Access, Route } from "./route.ts";
import { securityHeaders } from "./security-headers.ts";
import type { Services } from "./services.ts";
import { checkBySchema } from "./validation.ts";
import { serveWebApp } from "./web-app.ts";

export interface AppOptions {
  /** Folder of the built web app; without it only the interfaces are served. */
  readonly webRoot?: string;
  readonly routes?: readonly Route[];
  /** Other origins whose pages may read DICOMweb with a token; default: WILLIS_CORS_ORIGINS, separated by spaces. */
  readonly corsOrigins?: readonly string[];
  /** Believe X-Forwarded-* of a proxy in front; default: WILLIS_TRUST_PROXY is 1. */
  readonly trustProxy?: boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    willis: Authorised;
    audited: boolean;
    /** An answer is on its way. */
    answering: boolean;
  }
  interface FastifyInstance {
    audit: Audit;
    /** Ends each open live channel: called before the server closes. */
    channels: Set<() => void>;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

const BODY_LIMIT = 1024 * 1024;
const SAFE: ReadonlySet<string> = new Set(["GET", "OPTIONS"]); // what changes nothing need not be done for nobody
const LONGEST_PARAM = 4000; // a list of frame numbers is one path segment

/** The HTTP side of the server: every route of the list, each behind `authorise`, each access audited. */
export function buildApp(services: Services, options: AppOptions = {}): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: "idle",
    trustProxy: options.trustProxy ?? process.env.WILLIS_TRUST_PROXY === "1",
    routerOptions: { maxParamLength: LONGEST_PARAM },
  }).withTypeProvider<TypeBoxTypeProvider>();
  const audit = auditLog(services.pool);
  app.decorate("audit", audit);
  const channels = new Set<() => void>();
  app.decorate("channels", channels);
  app.addHook("preClose", async () => {
    for (const end of channels) end();
  });
  app.decorateRequest("willis", null as unknown as Authorised);
  app.decorateRequest("audited", false);
  app.decorateRequest("answering", false);
  app.addHook("onSend", async (request, _reply, payload) => {
    request.answering = true;
    return payload;
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  securityHeaders(app);
  checkBySchema(app);
  allowOrigins(app, options.corsOrigins ?? (process.env.WILLIS_CORS_ORIGINS ?? "").split(/\s+/).filter(Boolean));
  app.addHook("onRoute", (route) => {
    if (!route.config?.access) throw new Error(`the route ${route.method} ${route.url} does not say who may use it`);
  });
  app.register(cookie);
  app.register(swagger, openApi);
  app.register(async (inside) => {
    const note = noteAccess(services, audit);
    enforce(inside, services, note);
    const routes = options.routes ?? ROUTES;
    const [raws, jsons] = [routes.filter((route) => route.rawBody), routes.filter((route) => !route.rawBody)];
    inside.register(async (json) => addRoutes(json, services, note, jsons));
    inside.register(async (raw) => {
      raw.removeAllContentTypeParsers();
      raw.addContentTypeParser("*", (_request, _payload, done) => done(null));
      addRoutes(raw, services, note, raws);
    });
  });
  serveWebApp(app, options.webRoot, options.routes ?? ROUTES);
  app.addHook("onClose", () => audit.stop());
  return app as unknown as FastifyInstance;
}

type NoteAccess = (request: FastifyRequest, status: number) => void;

/** Writes the audit row of a request, once. */
function noteAccess(services: Services, audit: Audit): NoteAccess {
  return (request, status) => {
    const { access } = request.routeOptions.config;
    if (request.audited || !access || !holdsPatientData(access)) return;
    request.audited = true;
    audit.write(auditRow(services.now(), request, access, status));
  };
}

/** Before any body is read: who is it, and may they? Before the answer leaves: the audit row, allowed or refused. */
function enforce(app: FastifyInstance, services: Services, note: NoteAccess): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.raw.once("close", () => note(request, reply.raw.statusCode)); // answers that never came to be sent
    request.willis = await authorise(services, request.routeOptions.config.access!, request);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    note(request, reply.statusCode);
    return payload;
  });
}

function addRoutes(app: FastifyInstance, services: Services, note: NoteAccess, routes: readonly Route[]): void {
  for (const route of routes) {
    const { response, ...incoming } = route.schema ?? {};
    app.route({
      method: route.method,
      url: route.url,
      config: { access: route.access },
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      schema: {
        ...incoming,
        ...(response ? { response: { 200: response } } : {}),
        summary: route.summary,
        tags: [route.url.replace(/^\/(api\/)?/, "").split("/")[0]],
        ...(route.access.on === "nothing" ? { security: [] } : {}),
        ...(route.access.on === "cds-client" ? { security: [{ cdsClient: [] }] } : {}),
      } as object,
      handler: async (request, reply) => {
        if (reply.raw.destroyed && SAFE.has(route.method)) return reply.hijack(); // gone while we asked who it is
        const leaving = new AbortController();
        reply.raw.once("close", () => {
          if (!reply.raw.writableFinished) leaving.abort();
        });
        const { person, scope } = request.willis;
        const { signal } = leaving;
        let result: unknown;
        try {
          result = await route.handle({ request, reply, services, person: person!, scope, signal });
        } catch (error) {
          if (!signal.aborted || error !== signal.reason) throw error;
          return reply.hijack(); // the work stopped because nobody waits for it: there is nobody to be told
        }
        if (reply.sent) note(request, reply.raw.statusCode); // a handler that writes by itself, as the live channel does
        if (result !== undefined || reply.sent) return result;
        return request.answering ? reply : reply.code(204).send();
      },
    });
  }
}
