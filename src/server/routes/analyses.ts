import { type TSchema, Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { isRigid } from "../../imaging/registration/rigid.ts";
import { addReview, analysesOfStudy, analysisView } from "../db/analyses.ts";
import { roleOfSeries } from "../db/archive/series-role-of.ts";
import { seriesForOrganisation } from "../db/people/object-owner.ts";
import type { Context, Route } from "../http/route.ts";
import { KINDS } from "../jobs/kinds/index.ts";
import type { JobKind, NamedSeries } from "../jobs/kinds/kind.ts";
import { storeAccepted } from "../registration/accepted-object.ts";

/** Queues a kind for the series of the path. The other series it needs must be the asking person's to see, too. */
async function ask(kind: JobKind, { services, person, scope, request }: Context): Promise<{ analysisId: string }> {
  const { pool } = services;
  const params = (request.body ?? {}) as Record<string, unknown>;
  if (kind.roles) {
    const role = await roleOfSeries(pool, scope.seriesId!);
    if (!kind.roles.some((one) => one === role))
      throw new WillisError(
        "bad-request",
        `This series is "${role}"; ${kind.kind} takes ${kind.roles.join(", ")}. If it is one of these, correct its role.`,
      );
  }
  const others: number[] = [];
  for (const { study, series } of (kind.others?.(params) ?? []) as readonly NamedSeries[]) {
    const found = await seriesForOrganisation(pool, study, series, person.organisationId);
    if (!found?.seriesId) throw new WillisError("not-found", `there is no series ${series} in study ${study}`);
    others.push(found.seriesId);
  }
  const question = { kind: kind.kind, seriesId: scope.seriesId!, params, others, by: person.id };
  return { analysisId: await services.jobs.ask(question) };
}

/** A kind that needs nothing said can be asked for without a body. */
const bodyOf = ({ params }: JobKind): TSchema =>
  Array.isArray(Reflect.get(params, "required")) ? params : Type.Optional(params);

const asking = (kind: JobKind, url: string): Route => ({
  method: "POST",
  url: `/api/studies/:study/series/:series/${url}`,
  access: { on: "series", act: "write" },
  summary: kind.summary,
  schema: { body: bodyOf(kind) },
  handle: (context) => ask(kind, context),
});

const perfusion = KINDS.find(({ kind }) => kind === "perfusion")!;

export const analysisRoutes: readonly Route[] = [
  ...KINDS.map((kind) => asking(kind, `analyses/${kind.kind}`)),
  asking(perfusion, "perfusion"), // its address from when it was the only kind
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
    summary: "One analysis: its kind, how far it is, its result by kind, and what people said of it",
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
  {
    method: "POST",
    url: "/api/analyses/:analysis/review",
    access: { on: "analysis", act: "write" },
    summary:
      "Accepts or refuses the result of an analysis; a registration may be given corrected, as a rigid matrix (row-major, LPS mm)",
    schema: {
      body: Type.Object({
        accepted: Type.Boolean(),
        matrix: Type.Optional(Type.Array(Type.Number(), { minItems: 16, maxItems: 16 })),
      }),
    },
    handle: async ({ services, scope, person, request }) => {
      const { pool } = services;
      const { accepted, matrix = null } = request.body as { accepted: boolean; matrix?: readonly number[] };
      const run = await analysisView(pool, scope.analysisId!);
      if (run.state !== "done")
        throw new WillisError(
          "conflict",
          `This analysis is ${run.state}: only a finished one can be accepted or refused.`,
        );
      if (matrix && run.kind !== "register")
        throw new WillisError("bad-request", `A matrix corrects a registration; this is ${run.kind}.`);
      if (matrix && !isRigid(matrix))
        throw new WillisError(
          "bad-request",
          "The matrix is not a rigid one: a turn (orthonormal, det 1), a shift, and 0 0 0 1.",
        );
      if (accepted && run.kind === "register") await storeAccepted(services, run, matrix, person);
      await addReview(pool, scope.analysisId!, { accepted, matrix, by: person.id });
      await services.live.publish({
        ...{
          type: "analysis",
          analysisId: scope.analysisId!,
          studyId: scope.studyId!,
          state: "done",
          step: "",
          progress: 1,
        },
      });
      return analysisView(pool, scope.analysisId!);
    },
  },
];
