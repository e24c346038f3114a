import type { FastifyInstance } from "fastify";
import { varyBy } from "./vary.ts";

const READABLE = /^\/(dicom-web\/|wado\?|cds-services(\/|$))/;

/**
 * Lets viewers and EHRs in a browser on the named other origins use DICOMweb and CDS Hooks with a bearer token. Cookies are never allowed across origins
 * (no `allow-credentials`), so a page elsewhere can do nothing that its token could not. Empty list: no other origin.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook("onRequest", async (request, reply) => {
    varyBy(reply, "origin");
    const { origin } = request.headers;
    if (!origin || !origins.includes(origin) || !READABLE.test(request.url)) return;
    reply.headers({
      "access-control-allow-origin": origin,
      "access-control-expose-headers":
        "content-type, content-location, content-range, accept-ranges, etag, link, warning",
      "cross-origin-resource-policy": "cross-origin",
    });
    if (request.method !== "OPTIONS") return;
    reply.headers({
      "access-control-allow-methods": "GET, HEAD, POST",
      "access-control-allow-headers": "authorization, accept, content-type, range, if-range, if-none-match",
      "access-control-max-age": "600",
    });
    return reply.code(204).send();
  });
}
