import { type Static, Type } from "typebox";
import type { ImpactRunView } from "../../cases/impact-views.ts";
import { WillisError } from "../../core/errors.ts";
import { ownerOf } from "../db/people/object-owner.ts";
import type { Context, Route } from "../http/route.ts";
import { endImpact, type ImpactQuestion, impactRuns, impactView } from "../jobs/impact-rows.ts";
import { draftQuestion } from "../steward/draft-question.ts";

const Hash = Type.String({ pattern: "^sha256:[0-9a-f]{64}$" });
const Days = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 3650, description: "How far back decisions are counted; 365" }),
);
const AskBody = Type.Union([
  Type.Object({ draft: Type.String({ format: "uuid", description: "A draft of the own organisation" }), days: Days }),
  Type.Object(
    { before: Hash, after: Hash, days: Days },
    { description: "Two versions of one pack that are kept here" },
  ),
]);

async function questionOf({ services, person }: Context, body: Static<typeof AskBody>): Promise<ImpactQuestion> {
  const { days = 365 } = body;
  if ("draft" in body) {
    if ((await ownerOf(services.pool, "draft", body.draft)) !== person.organisationId)
      throw new WillisError("not-found", `There is no draft ${body.draft}.`);
    return draftQuestion(services.pool, body.draft, days);
  }
  const [before, after] = await Promise.all(
    [body.before, body.after].map(async (hash) => {
      const known = services.packs.find((pack) => pack.hash === hash);
      const found = known ? { pack: known } : await services.packShelf.find(hash);
      if ("pack" in found) return found.pack;
      throw new WillisError("not-found", `The pack ${hash} cannot be used: ${found.why}.`);
    }),
  );
  if (before!.id !== after!.id)
    throw new WillisError("bad-request", `${before!.id} and ${after!.id} are two packs: name two versions of one.`);
  return { draft: null, before: body.before, after: body.after, pack: after!.id, days, content: null };
}

/** A count that waits for its turn, as a page shows it. */
export async function queued({ services, person }: Context, asked: ImpactQuestion): Promise<ImpactRunView> {
  const id = await services.jobs.askImpact(asked, person);
  return impactView(services.pool, id, person.organisationId);
}

const role = { on: "role", roles: ["steward", "quality-lead"] } as const;

export const impactRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/api/knowledge/impact",
    access: { ...role, patientData: false },
    summary: "Queues a count of the cases that a draft, or another version of a pack, judges otherwise",
    schema: { body: AskBody },
    handle: async (context) => {
      const { request, reply } = context;
      const asked = await questionOf(context, request.body as Static<typeof AskBody>);
      return reply.code(202).send(await queued(context, asked));
    },
  },
  {
    method: "GET",
    url: "/api/knowledge/impact",
    access: { ...role, patientData: false },
    summary: "The counts of the own organisation, the youngest first, without their results",
    handle: async ({ services, person }) => ({ runs: await impactRuns(services.pool, person.organisationId) }),
  },
  {
    method: "GET",
    url: "/api/knowledge/impact/:impact",
    access: { on: "impact", act: "read" },
    summary: "A count: how far it is, and by recommendation how many are judged otherwise, with the cases one may see",
    handle: ({ services, scope, person }) => impactView(services.pool, scope.impactId!, person.organisationId),
  },
  {
    method: "DELETE",
    url: "/api/knowledge/impact/:impact",
    access: { on: "impact", act: "write" },
    summary: "Cancels a count that is not done; it stays in the list",
    handle: async ({ services, scope, reply }) => {
      if (!(await endImpact(services.pool, scope.impactId!, null)))
        throw new WillisError("conflict", "This count has ended already.");
      reply.code(204);
    },
  },
];
