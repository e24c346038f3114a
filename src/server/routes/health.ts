import type { Route } from "../http/route.ts";
import { VERSION } from "../http/version.ts";
import { readiness } from "../readiness.ts";

export const healthRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/healthz",
    access: { on: "nothing", why: "a monitor asks whether the server works; nothing about patients" },
    summary: "Whether the server and its database work",
    handle: async ({ services }) => {
      await services.pool.query("select 1");
      return { status: "ok", version: VERSION, database: "ok" };
    },
  },
  {
    method: "GET",
    url: "/health/ready",
    access: { on: "nothing", why: "a load balancer asks whether to send requests here; nothing about patients" },
    summary: "Whether requests should come to this server now, and which part is missing (503)",
    handle: async ({ services, reply }) => {
      const found = await readiness(services);
      if (found.status === "not-ready") reply.code(503).header("retry-after", "2");
      reply.header("cache-control", "no-store");
      return found;
    },
  },
  {
    method: "GET",
    url: "/api/openapi.json",
    access: { on: "nothing", why: "the description of the interface holds no data" },
    summary: "This interface as OpenAPI 3.1",
    handle: ({ request }) => request.server.swagger(),
  },
];
