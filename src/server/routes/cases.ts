import { type Static, Type } from "typebox";
import { byUrgency, summaryOf } from "../../cases/summary.ts";
import { visibleCases } from "../db/cases/case-record.ts";
import { createCase } from "../db/cases/create-case.ts";
import { closeCase, referCase } from "../db/cases/status.ts";
import { updateCase } from "../db/cases/update-case.ts";
import { transaction } from "../db/pool.ts";
import type { Context, Route } from "../http/route.ts";
import { viewFor } from "./case-answer-to.ts";
import { CaseBody, ChangeBody } from "./case-bodies.ts";

const OPEN = ["draft", "waiting", "need-data", "accepted", "declined"];

const by = ({ person }: Context) => ({ personId: person.id, organisationId: person.organisationId });

export const caseRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases",
    access: { on: "list", of: "case" },
    summary: "Cases that the person may see, the most urgent first; closed ones by status=closed",
    schema: {
      querystring: Type.Object({
        status: Type.Optional(Type.String({ maxLength: 100 })),
        q: Type.Optional(Type.String({ maxLength: 100 })),
      }),
    },
    handle: async ({ request, services, person }) => {
      const { status, q } = request.query as { status?: string; q?: string };
      const now = services.now();
      const filter = { statuses: status ? status.split(",") : OPEN, words: q ?? "" };
      const records = await visibleCases(services.pool, person.organisationId, now, filter);
      return { cases: records.map((record) => summaryOf(record, now.toISOString())).sort(byUrgency) };
    },
  },
  {
    method: "POST",
    url: "/api/cases",
    access: { on: "person", patientData: true },
    summary: "Opens a draft case",
    schema: { body: CaseBody },
    handle: async (context) => {
      const { request, reply, services } = context;
      const body = request.body as Static<typeof CaseBody>;
      const id = await transaction(services.pool, (sql) => createCase(sql, body, by(context), services.now()));
      await services.live.publish({ type: "case", caseId: id, what: "created" });
      reply.code(201).header("location", `/api/cases/${id}`);
      return viewFor(context, id);
    },
  },
  {
    method: "GET",
    url: "/api/cases/:case",
    access: { on: "case", act: "read" },
    summary: "A case, whole",
    handle: (context) => viewFor(context, context.scope.caseId!),
  },
  {
    method: "PATCH",
    url: "/api/cases/:case",
    access: { on: "case", act: "write" },
    summary: "Changes fields of a case; with `revision`, only when nobody changed it meanwhile",
    schema: { body: ChangeBody },
    handle: async (context) => {
      const { request, services, person, scope } = context;
      const change = request.body as Static<typeof ChangeBody>;
      const caseId = scope.caseId!;
      await transaction(services.pool, (sql) => updateCase(sql, caseId, change, person.id, services.now()));
      await services.live.publish({ type: "case", caseId, what: "status" });
      return viewFor(context, caseId);
    },
  },
  {
    method: "POST",
    url: "/api/cases/:case/refer",
    access: { on: "case", act: "write" },
    summary: "Sends the case to the organisation that is asked; the clock of the answer starts",
    handle: async (context) => {
      const { services, scope } = context;
      const caseId = scope.caseId!;
      await transaction(services.pool, (sql) => referCase(sql, caseId, by(context), services.now()));
      await services.live.publish({ type: "case", caseId, what: "status" });
      return viewFor(context, caseId);
    },
  },
  {
    method: "POST",
    url: "/api/cases/:case/close",
    access: { on: "case", act: "write" },
    summary: "Closes an answered case",
    handle: async (context) => {
      const { services, scope } = context;
      const caseId = scope.caseId!;
      await transaction(services.pool, (sql) => closeCase(sql, caseId, by(context), services.now()));
      await services.live.publish({ type: "case", caseId, what: "status" });
      return viewFor(context, caseId);
    },
  },
];
