import type { FastifyReply, FastifyRequest } from "fastify";
import { ERRORS, type ErrorCode, problem, WillisError } from "../../core/index.ts";
import { outage } from "../outage.ts";

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: "bad-request",
  401: "not-signed-in",
  403: "forbidden",
  404: "not-found",
  406: "not-acceptable",
  409: "conflict",
  413: "too-large",
  415: "unsupported-media",
  429: "too-many",
  503: "unavailable",
  507: "no-space",
};

/** What the framework itself refused (a body that is not JSON, too long, of another type) in our own words. */
function ours(error: unknown): unknown {
  if (error instanceof WillisError) return error;
  const away = outage(error);
  if (away) return away;
  const { statusCode, message, code: state } = error as { statusCode?: number; message?: string; code?: string };
  if (state === "22021" || state === "22P05") {
    return new WillisError("bad-request", "The request holds a character that no text may hold (NUL): leave it out.");
  }
  const code = statusCode !== undefined ? BY_STATUS[statusCode] : undefined;
  return code ? new WillisError(code, message ?? ERRORS[code].title) : error;
}

/** Answers with RFC 9457 problem+json. The inside of a fault of ours goes to the log, never to the client. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = ours(error);
  const body = problem(known);
  if (body.code === "internal") console.error(`${request.method} ${request.routeOptions.url ?? "?"} failed:`, error);
  const detail = known instanceof WillisError ? known.detail : {};
  if (body.status === 401) reply.header("www-authenticate", "Bearer");
  if (typeof detail.retryAfter === "number") reply.header("retry-after", String(detail.retryAfter));
  reply.serializer(String);
  return reply
    .code(body.status)
    .type("application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .send(
      JSON.stringify({ type: "about:blank", ...body, ...(Object.keys(detail).length > 0 ? { more: detail } : {}) }),
    );
}
