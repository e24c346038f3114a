import { type Static, Type } from "typebox";
import { SCREENING_OUTCOMES, type ScreeningOutcome } from "../../cases/screening.ts";
import { WillisError } from "../../core/index.ts";
import { patientsOfCases, screeningCounts, screeningPage, screeningsOfCase } from "../db/cases/screenings.ts";
import { recordOutcome } from "../decisions/screen.ts";
import { IDENTIFYING_ROLES } from "../http/authorise.ts";
import { csvOf, sendCsv } from "../http/csv.ts";
import type { Context, Role, Route } from "../http/route.ts";

const Body = Type.Object(
  {
    outcome: Type.Union([Type.Null(), ...SCREENING_OUTCOMES.map(({ code }) => Type.Literal(code))], {
      description: "null takes back what was said",
    }),
    reason: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);
const Query = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  before: Type.Optional(Type.Integer({ minimum: 1 })),
  trial: Type.Optional(Type.String({ maxLength: 200 })),
  open: Type.Optional(Type.Boolean({ description: "only candidates of whom nobody has said what became of them" })),
  identifiers: Type.Optional(Type.Boolean({ description: "name and number of the patients, for those who may" })),
});
const READERS: readonly Role[] = ["researcher", "coordinator", "quality-lead", "steward", "administrator"];
const DAY_MS = 86_400_000;
const HEADING = [
  ...["number", "trial", "screened_at", "judged_at", "result", "reasons", "outcome", "outcome_reason", "outcome_by"],
  ...["outcome_at", "pack", "pack_version", "pack_hash", "case"],
];

function page({ request, services, person }: Context, most: number) {
  const { before, trial = "", open = false, limit = most } = request.query as Static<typeof Query>;
  return screeningPage(services.pool, person.organisationId, { before: before ?? null, trial, open, limit });
}

export const screeningRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/screenings",
    access: { on: "case", act: "read" },
    summary: "How this case stands to the open trials of its kind, condition by condition, and what became of it",
    handle: async ({ services, scope }) => ({ screenings: await screeningsOfCase(services.pool, scope.caseId!) }),
  },
  {
    method: "POST",
    url: "/api/cases/:case/screenings/:trial",
    access: { on: "case", act: "read" },
    summary: "Says what became of a patient screened for a trial: enrolled, declined, not offered, not eligible",
    schema: { body: Body },
    handle: ({ request, services, person, scope }) => {
      const { trial } = request.params as { trial: string };
      const given = request.body as { outcome: ScreeningOutcome | null; reason?: string };
      return recordOutcome(services, { caseId: scope.caseId!, trial }, given, person);
    },
  },
  {
    method: "GET",
    url: "/api/screening",
    access: { on: "role", roles: READERS, patientData: true },
    summary: "The screening log of the organisation, newest first; `next` is the cursor of the next page",
    schema: { querystring: Query },
    handle: (context) => page(context, 100),
  },
  {
    method: "GET",
    url: "/api/screening/counts",
    access: { on: "role", roles: READERS, patientData: false },
    summary: "How the screening log adds up by trial in the last days (90 unless said)",
    schema: { querystring: Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })) }) },
    handle: async ({ request, services, person }) => {
      const { days = 90 } = request.query as { days?: number };
      const since = new Date(services.now().getTime() - days * DAY_MS);
      return { since: since.toISOString(), counts: await screeningCounts(services.pool, person.organisationId, since) };
    },
  },
  {
    method: "GET",
    url: "/api/screening.csv",
    access: { on: "role", roles: READERS, patientData: true },
    summary:
      "The log as a table, up to 10,000 rows (go on with `before`); without patient identifiers unless asked and allowed",
    schema: { querystring: Query },
    handle: async (context) => {
      const { identifiers = false } = context.request.query as Static<typeof Query>;
      if (identifiers && !IDENTIFYING_ROLES.includes(context.person.role))
        throw new WillisError(
          "forbidden",
          `names and numbers of patients are exported by ${IDENTIFYING_ROLES.join(" or ")}; leave identifiers out`,
        );
      const { screenings, next } = await page(context, 10_000);
      const patients = identifiers
        ? await patientsOfCases(
            context.services.pool,
            screenings.map(({ caseId }) => caseId),
          )
        : null;
      const rows = screenings.map((one) => [
        ...[one.number, one.acronym, one.screenedAt, one.judgedAt, one.result, one.reasons.join("; ")],
        ...[one.outcome?.code ?? "", one.outcome?.reason ?? "", one.outcome?.by ?? "", one.outcome?.at ?? ""],
        ...[one.pack, one.packVersion, one.packHash, one.caseId],
        ...(patients ? [patients.get(one.caseId)?.name ?? "", patients.get(one.caseId)?.identifier ?? ""] : []),
      ]);
      const heading = patients ? [...HEADING, "patient_name", "patient_number"] : HEADING;
      if (next !== null) context.reply.header("willis-next", String(next));
      return sendCsv(context.reply, "screening-log", csvOf(heading, rows));
    },
  },
];
