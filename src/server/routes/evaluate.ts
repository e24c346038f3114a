import { type Static, Type } from "typebox";
import { WillisError } from "../../core/index.ts";
import { answerOf } from "../../knowledge/answer.ts";
import { evaluate, parseGiven } from "../../knowledge/index.ts";
import type { Route } from "../http/route.ts";

const Value = Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String({ maxLength: 200 })]);
const Given = Type.Union([
  Value,
  Type.Object({
    value: Value,
    unit: Type.Optional(Type.String({ maxLength: 30 })),
    observedAt: Type.Optional(Type.String({ maxLength: 40 })),
    source: Type.Optional(Type.String({ maxLength: 200 })),
  }),
]);
const EvaluateBody = Type.Object({
  facts: Type.Record(Type.String({ maxLength: 100 }), Type.Union([Given, Type.Array(Given, { maxItems: 20 })]), {
    description:
      "By field of the facts dictionary; null is not known. A value may say its unit, when it was observed and its source, { value, unit, observedAt, source }; several sources give a list. Too old is not known; values that differ decide only where each gives the same.",
    maxProperties: 500,
  }),
  at: Type.Optional(Type.String({ maxLength: 40, description: "ISO date or time at which packs must be in force" })),
  superseded: Type.Optional(Type.Boolean({ description: "superseded recommendations as well" })),
});

export const evaluateRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/api/knowledge/evaluate",
    access: { on: "person", patientData: false },
    summary:
      "Recommendations of all packs for facts that are given and not kept: applies, does not apply, cannot determine",
    schema: { body: EvaluateBody },
    handle: ({ request, services }) => {
      const { facts, at, superseded = false } = request.body as Static<typeof EvaluateBody>;
      const time = at === undefined ? services.now() : new Date(at);
      if (Number.isNaN(time.getTime()))
        throw new WillisError("bad-request", `"at" must be an ISO date like 2026-11-24, not ${JSON.stringify(at)}.`);
      const known = parseGiven(facts, time.toISOString());
      const { doubts } = known;
      const result = evaluate(services.packs, known.facts, time.toISOString(), { superseded, doubts });
      return answerOf(result, services.packs);
    },
  },
];
