import { Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import type { SeriesQualifiers } from "../../core/series-reading.ts";
import { asTagsSay, correctRole, unreadSeries } from "../db/archive/correct-role.ts";
import { forgetFrom, forgetLearned } from "../db/archive/learned-roles.ts";
import { earlierStudies, listStudies } from "../db/archive/list-studies.ts";
import { SERIES_ROLES, seriesViews } from "../db/archive/series-views.ts";
import { archiveScope } from "../db/archive/visible.ts";
import type { Context, Role, Route } from "../http/route.ts";
import { learnFrom, refineRole } from "../ingest/refine-role.ts";

const one = (...words: string[]) => Type.Optional(Type.Union(words.map((word) => Type.Literal(word))));

/** What a person can say of a series beside its role. */
const Qualifiers = Type.Object(
  {
    region: one("head", "neck", "head and neck", "spine", "chest", "whole body"),
    phase: one("arterial", "venous", "late", "multiphase"),
    vessel: one(
      ...["ICA", "ECA", "CCA", "carotid", "VA", "BA", "MCA", "ACA", "PCA", "MMA", "OA", "IMAX", "STA"],
      ...["subclavian", "brachiocephalic", "arch", "femoral", "radial", "spinal", "sinus"],
    ),
    side: one("right", "left", "both"),
    projection: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
  },
  { additionalProperties: false },
);

/** Who may say what a series is. */
const CORRECTING: readonly Role[] = [
  ...(["emergency-physician", "interventionalist", "neurosurgeon", "neurologist", "coordinator"] as const),
  ...(["technologist", "fellow", "administrator"] as const),
];

async function views({ services, scope }: Context) {
  for (const id of await unreadSeries(services.pool, scope.studyId!)) await refineRole(services.pool, id);
  return seriesViews(services.pool, scope.studyId!);
}

async function changed(context: Context, instances: number) {
  const { services, scope, request } = context;
  await services.live.publish({ type: "study", studyId: scope.studyId!, instances });
  const { series } = request.params as { series: string };
  return (await views(context)).find((each) => each.seriesUid === series);
}

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
    handle: views,
  },
  {
    method: "GET",
    url: "/api/studies/:study/priors",
    access: { on: "study", act: "read" },
    summary: "Series of earlier studies of the same patient that the person may see, to compare with",
    handle: async ({ services, scope, person }) => {
      const found = [];
      for (const id of await earlierStudies(services.pool, archiveScope(person), scope.studyId!)) {
        found.push(...(await seriesViews(services.pool, id)));
      }
      return found;
    },
  },
  {
    method: "PUT",
    url: "/api/studies/:study/series/:series/role",
    access: { on: "series", act: "write" },
    summary: "Corrects what a series is (role, vessel, side, phase ...); series like it get the same role next time",
    schema: {
      body: Type.Object({
        role: Type.String({ maxLength: 20 }),
        qualifiers: Type.Optional(Qualifiers),
        learn: Type.Optional(Type.Boolean()),
      }),
    },
    handle: async (context) => {
      const { services, scope, person, request } = context;
      const {
        role,
        qualifiers = {},
        learn = true,
      } = request.body as { role: string; qualifiers?: SeriesQualifiers; learn?: boolean };
      if (!SERIES_ROLES.some((each) => each === role)) {
        throw new WillisError(
          "bad-request",
          `"${role}" is no role of a series: give one of ${SERIES_ROLES.join(", ")}.`,
        );
      }
      const corrected = { role, qualifiers, personId: person.id };
      const instances = await correctRole(services.pool, scope.seriesId!, corrected);
      if (learn) await learnFrom(services.pool, scope.seriesId!, corrected);
      return changed(context, instances);
    },
  },
  {
    method: "DELETE",
    url: "/api/studies/:study/series/:series/role",
    access: { on: "series", act: "write" },
    summary: "Takes a correction back: the series is what its tags say, and nothing is learned from it",
    handle: async (context) => {
      const { services, scope, person } = context;
      await forgetFrom(services.pool, scope.seriesId!);
      return changed(context, await asTagsSay(services.pool, scope.seriesId!, person.id));
    },
  },
  {
    method: "DELETE",
    url: "/api/learned-roles/:learned",
    access: { on: "person", patientData: false },
    summary:
      "Forgets a role that the organisation learned from a correction; series that got it are what their tags say",
    handle: async ({ services, person, request }) => {
      if (!CORRECTING.includes(person.role))
        throw new WillisError("forbidden", `a ${person.role} does not say what series are`);
      const { learned } = request.params as { learned: string };
      const studies = await forgetLearned(services.pool, learned, person.organisationId);
      if (!studies) throw new WillisError("not-found", `there is no learned role ${learned.slice(0, 80)}`);
      for (const study of studies) await services.live.publish({ type: "study", ...study });
      return { studies: studies.length };
    },
  },
];
