import { recentArrivals } from "../db/archive/recent-arrivals.ts";
import type { Route } from "../http/route.ts";

export const arrivalRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/arrivals",
    access: { on: "list", of: "arrivals" },
    summary: "Studies that objects came for of late, the last first",
    handle: async ({ services, person }) => ({ arrivals: await recentArrivals(services.pool, person.organisationId) }),
  },
];
