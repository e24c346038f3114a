import { Type } from "typebox";
import { listArrivals } from "../db/archive/arrivals.ts";
import type { Route } from "../http/route.ts";
import { flushArrivals } from "../ingest/arrival-log.ts";

export const arrivalRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/arrivals",
    access: { on: "list", of: "arrivals" },
    summary: "What came, from whom, and what became of it: a row a sender, study and sitting, the last first",
    schema: {
      querystring: Type.Object({
        before: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T[\\d:.]{8,15}Z$" })),
      }),
    },
    handle: async ({ services, person, request }) => {
      const { before } = request.query as { before?: string };
      await flushArrivals(services.pool);
      const page = { limit: 100, ...(before === undefined ? {} : { before }) };
      const rows = await listArrivals(services.pool, person.organisationId, page);
      return { arrivals: rows.map(({ studyId: _, ...row }) => row) };
    },
  },
];
