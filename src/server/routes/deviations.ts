import { type Static, Type } from "typebox";
import { DEVIATION_REASONS, type DeviationView, reasonWords } from "../../cases/deviation.ts";
import { deviationCounts, deviationPage, deviationsOfCase } from "../db/cases/deviations.ts";
import { type Deviation, deviate, withdraw } from "../decisions/deviate.ts";
import { csvOf, sendCsv } from "../http/csv.ts";
import type { Context, Role, Route } from "../http/route.ts";

const Body = Type.Object(
  {
    recommendation: Type.String({ minLength: 1, maxLength: 200 }),
    reason: Type.Union(DEVIATION_REASONS.map(({ code }) => Type.Literal(code))),
    words: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);
const Query = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  before: Type.Optional(Type.Integer({ minimum: 1 })),
  recommendation: Type.Optional(Type.String({ maxLength: 200 })),
});
const QUALITY: readonly Role[] = ["quality-lead", "steward"];
const DAY_MS = 86_400_000;
const HEADING = [
  ...["at", "case", "recommendation", "subject", "direction", "body", "year", "strength", "pack", "pack_version"],
  ...["pack_hash", "reason", "reason_words", "words", "by", "organisation", "withdrawn_at"],
];

function page({ request, services, person }: Context, limit: number) {
  const { before, recommendation = "", limit: asked = limit } = request.query as Static<typeof Query>;
  return deviationPage(services.pool, person.organisationId, {
    ...{ before: before ?? null, recommendation, limit: asked },
  });
}

function line(one: DeviationView) {
  return [
    ...[one.at, one.caseId, one.recommendation, one.subject, one.direction, one.body, one.year, one.strength, one.pack],
    ...[one.packVersion, one.packHash, one.reason, reasonWords(one.reason), one.words, one.by.name],
    ...[one.by.organisation, one.withdrawn?.at ?? null],
  ];
}

export const deviationRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/deviations",
    access: { on: "case", act: "read" },
    summary:
      "Recommendations that were met in this case and are not followed, with the reasons; those taken back as well",
    handle: async ({ services, scope }) => ({ deviations: await deviationsOfCase(services.pool, scope.caseId!) }),
  },
  {
    method: "POST",
    url: "/api/cases/:case/deviations",
    access: { on: "case", act: "write" },
    summary: "Notes that a recommendation which is met now is not followed, and why",
    schema: { body: Body },
    handle: async ({ request, reply, services, person, scope }) => {
      reply.code(201);
      return deviate(services, { caseId: scope.caseId! }, request.body as Deviation, person);
    },
  },
  {
    method: "POST",
    url: "/api/decisions/:decision/deviations",
    access: { on: "decision" },
    summary: "Notes that a recommendation which was met when it was decided was not followed, and why",
    schema: { body: Body },
    handle: async ({ request, reply, services, person, scope }) => {
      reply.code(201);
      const where = { caseId: scope.caseId!, decisionId: scope.decisionId! };
      return deviate(services, where, request.body as Deviation, person);
    },
  },
  {
    method: "POST",
    url: "/api/cases/:case/deviations/:deviation/withdraw",
    access: { on: "case", act: "write" },
    summary: "Takes a deviation back; it stays readable and counts no more",
    handle: async ({ request, services, person, scope }) => {
      const { deviation } = request.params as { deviation: string };
      await withdraw(services, scope.caseId!, deviation, person);
      return { deviations: await deviationsOfCase(services.pool, scope.caseId!) };
    },
  },
  {
    method: "GET",
    url: "/api/deviations",
    access: { on: "role", roles: QUALITY, patientData: true },
    summary:
      "What was not followed in the cases of the organisation, newest first; `next` is the cursor of the next page",
    schema: { querystring: Query },
    handle: (context) => page(context, 100),
  },
  {
    method: "GET",
    url: "/api/deviations/counts",
    access: { on: "role", roles: QUALITY, patientData: false },
    summary: "How often each recommendation was not followed, by reason, in the last days (365 unless said)",
    schema: { querystring: Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })) }) },
    handle: async ({ request, services, person }) => {
      const { days = 365 } = request.query as { days?: number };
      const since = new Date(services.now().getTime() - days * DAY_MS);
      return {
        since: since.toISOString(),
        counts: await deviationCounts(services.pool, person.organisationId, since),
      };
    },
  },
  {
    method: "GET",
    url: "/api/deviations.csv",
    access: { on: "role", roles: QUALITY, patientData: true },
    summary: "The same as a table without patient identifiers, up to 10,000 rows; go on with `before`",
    schema: { querystring: Query },
    handle: async (context) => {
      const { deviations, next } = await page(context, 10_000);
      if (next !== null) context.reply.header("willis-next", String(next));
      return sendCsv(context.reply, "not-followed", csvOf(HEADING, deviations.map(line)));
    },
  },
];
