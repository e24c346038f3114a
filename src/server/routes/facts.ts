import { type Static, Type } from "typebox";
import { WillisError } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { addTypedFact, retractFact } from "../db/cases/facts.ts";
import { giveMeasuredFact } from "../db/cases/measured-facts.ts";
import { transaction } from "../db/pool.ts";
import type { Route } from "../http/route.ts";
import { viewFor } from "./case-answer-to.ts";
import { FactBody, MeasuredFactBody } from "./case-bodies.ts";

export const factRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/api/cases/:case/facts",
    access: { on: "case", act: "write" },
    summary: "Adds a fact beside those that are there; checked against the facts dictionary",
    schema: { body: FactBody },
    handle: async (context) => {
      const { request, reply, services, person, scope } = context;
      const { unit, ...fact } = request.body as Static<typeof FactBody>;
      if (unit) sameUnit(fact.name, unit);
      const caseId = scope.caseId!;
      await transaction(services.pool, (sql) => addTypedFact(sql, caseId, fact, person, services.now()));
      await services.live.publish({ type: "case", caseId, what: "facts" });
      reply.code(201);
      return viewFor(context, caseId);
    },
  },
  {
    method: "POST",
    url: "/api/cases/:case/facts/measured",
    access: { on: "case", act: "write" },
    summary: "Adds a number measured on an image of the case as a fact, with method, range and image",
    schema: { body: MeasuredFactBody },
    handle: async (context) => {
      const { request, reply, services, person, scope } = context;
      const { name, value, unit, observedAt, range, method, image } = request.body as Static<typeof MeasuredFactBody>;
      sameUnit(name, unit);
      const caseId = scope.caseId!;
      const source = {
        kind: "measured",
        method: method.name,
        version: method.version,
        from: [image.sopUid ?? image.seriesUid],
        image,
        ...(range ? { range } : {}),
      } as const;
      const fact = { name, value, ...(observedAt === undefined ? {} : { observedAt }) };
      await transaction(services.pool, (sql) => giveMeasuredFact(sql, caseId, fact, source, person, services.now()));
      await services.live.publish({ type: "case", caseId, what: "facts" });
      reply.code(201);
      return viewFor(context, caseId);
    },
  },
  {
    method: "POST",
    url: "/api/cases/:case/facts/:fact/retract",
    access: { on: "case", act: "write" },
    summary: "Takes a fact back, with the reason; it stays readable",
    schema: { body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 1000 }) }) },
    handle: async (context) => {
      const { request, services, person, scope } = context;
      const { fact } = request.params as { fact: string };
      const { reason } = request.body as { reason: string };
      const caseId = scope.caseId!;
      await transaction(services.pool, (sql) => retractFact(sql, caseId, fact, reason, person, services.now()));
      await services.live.publish({ type: "case", caseId, what: "facts" });
      return viewFor(context, caseId);
    },
  },
];

/** A number in another unit than the dictionary's would be read as a wrong one. */
function sameUnit(name: string, unit: string): void {
  const field = fieldOf(name);
  if (!field || unit === (field.unit ?? "")) return;
  throw new WillisError("bad-request", `"${name}" is kept in ${field.unit || "no unit"}, not in ${unit}; convert it`, {
    field: name,
  });
}
