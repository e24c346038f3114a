import { Type } from "typebox";
import { analysesOfStudy, analysisView } from "../db/analyses.ts";
import type { Route } from "../http/route.ts";
import type { PerfusionParams } from "../jobs/jobs.ts";

const PLACE = Type.Array(Type.Number({ minimum: -5000, maximum: 5000 }), { minItems: 3, maxItems: 3 });

export const analysisRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/api/studies/:study/series/:series/perfusion",
    access: { on: "series", act: "write" },
    summary:
      "Queues a perfusion analysis, with curves where the person placed them (LPS mm) or where the method finds them",
    schema: { body: Type.Optional(Type.Object({ aif: Type.Optional(PLACE), vof: Type.Optional(PLACE) })) },
    handle: async ({ services, person, scope, request }) => {
      const { aif, vof } = (request.body ?? {}) as PerfusionParams;
      const params = { ...(aif ? { aif } : {}), ...(vof ? { vof } : {}) };
      return { analysisId: await services.jobs.perfusion(scope.seriesId!, params, person.id) };
    },
  },
  {
    method: "GET",
    url: "/api/studies/:study/analyses",
    access: { on: "study", act: "read" },
    summary: "Analyses of a study, newest first",
    handle: async ({ services, scope }) => ({ analyses: await analysesOfStudy(services.pool, scope.studyId!) }),
  },
  {
    method: "GET",
    url: "/api/analyses/:analysis",
    access: { on: "analysis", act: "read" },
    summary: "One analysis: how far it is, its numbers, curves, checks and maps",
    handle: ({ services, scope }) => analysisView(services.pool, scope.analysisId!),
  },
  {
    method: "DELETE",
    url: "/api/analyses/:analysis",
    access: { on: "analysis", act: "write" },
    summary: "Cancels an analysis that has not finished",
    handle: async ({ services, scope, reply }) => {
      await services.jobs.cancel(scope.analysisId!);
      const { analysisId, studyId } = scope;
      await services.live.publish({
        ...{ type: "analysis", analysisId: analysisId!, studyId: studyId!, state: "cancelled", step: "", progress: 0 },
      });
      return reply.code(204).send();
    },
  },
];
