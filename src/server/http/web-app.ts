import { stat } from "node:fs/promises";
import { join, normalize } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { WillisError } from "../../core/index.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { sendProblem } from "./problem.ts";
import type { Route } from "./route.ts";

/** Addresses of the server's own; `/sign-in` alone is the page, `/sign-in/TOKEN` the link. */
const OWN = /^\/(api|dicom-web|wado|healthz|cds-services)(\/|$|\?)|^\/sign-in\//;
const YEAR_S = 31_536_000;

/**
 * The web app, for every address that is no route: its files (those with a digest in their name are kept for a year), and
 * its page for every other address, so that a link to a case opens. It holds no data; data come from the routes.
 */
export function serveWebApp(app: FastifyInstance, webRoot: string | undefined, routes: readonly Route[] = []): void {
  if (webRoot) app.register(fastifyStatic, { root: webRoot, serve: false, cacheControl: false, preCompressed: false });
  app.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request.url);
    const allowed = path === null ? [] : allowedMethods(routes, path);
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      reply.header("allow", allowed.join(", "));
      const said = `${request.method} is not done at ${path}: use ${allowed.join(" or ")}.`;
      return sendProblem(new WillisError("method-not-allowed", said), request, reply);
    }
    if (!webRoot || path === null || OWN.test(path) || (request.method !== "GET" && request.method !== "HEAD")) {
      return sendProblem(
        new WillisError("not-found", `there is nothing at ${request.method} ${path ?? ""}`),
        request,
        reply,
      );
    }
    const file = await stat(join(webRoot, path)).catch(() => null);
    if (file?.isFile()) {
      reply.header("cache-control", path.startsWith("/assets/") ? `public, max-age=${YEAR_S}, immutable` : "no-cache");
      return reply.sendFile(path.slice(1));
    }
    if (path.startsWith("/assets/")) {
      return sendProblem(new WillisError("not-found", `there is no file ${path}`), request, reply);
    }
    return reply.header("cache-control", "no-cache").sendFile("index.html");
  });
}

/** The decoded path below the root, or null when it tries to leave it. */
function pathOf(url: string): string | null {
  try {
    const path = normalize(decodeURIComponent(url.split("?")[0] ?? "/"));
    return path.startsWith("/") && !path.includes("\0") && !path.includes("..") ? path : null;
  } catch {
    return null;
  }
}
