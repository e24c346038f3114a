import { Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { listStudies } from "../db/archive/list-studies.ts";
import { correctRole, SERIES_ROLES, seriesViews } from "../db/archive/series-views.ts";
import { archiveScope } from "../db/archive/visible.ts";
import type { Route } from "../http/route.ts";

export const seriesRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/studies",
    access: { on: "list", of: "studies" },
    summary: "Studies that the person may see, newest first",
    schema: {
      querystring: Type.Object({
        q: Type.Optional(Type.String({ maxLength: 100 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        offset: Type.Optional(Type.Integer({ minimum: 0 })),
      }),
    },
    handle: async ({ services, person, request }) => {
      const { q = "", limit = 200, offset = 0 } = request.query as { q?: string; limit?: number; offset?: number };
      const found = await listStudies(services.pool, archiveScope(person), { q, limit: limit + 1, offset });
      return { studies: found.slice(0, limit), more: found.length > limit };
    },
  },
  {
    method: "GET",
    url: "/api/studies/:study/series",
    access: { on: "study", act: "read" },
    summary: "Series of a study in the order in which they hang",
    handle: ({ services, scope }) => seriesViews(services.pool, scope.studyId!),
  },
  {
    method: "PUT",
    url: "/api/studies/:study/series/:series/role",
    access: { on: "series", act: "write" },
    summary: "Corrects what a series is (NCCT, CTA, DSA ...)",
    schema: { body: Type.Object({ role: Type.String({ maxLength: 20 }) }) },
    handle: async ({ services, scope, person, request }) => {
      const { role } = request.body as { role: string };
      if (!SERIES_ROLES.some((one) => one === role)) {
        throw new WillisError(
          "bad-request",
          `"${role}" is no role of a series: give one of ${SERIES_ROLES.join(", ")}.`,
        );
      }
      const instances = await correctRole(services.pool, scope.seriesId!, role, person.id);
      await services.live.publish({ type: "study", studyId: scope.studyId!, instances });
      const { series } = request.params as { series: string };
      return (await seriesViews(services.pool, scope.studyId!)).find((one) => one.seriesUid === series);
    },
  },
];
