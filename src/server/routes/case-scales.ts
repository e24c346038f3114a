import { type Static, Type } from "typebox";
import { addScaleEntry, scaleEntriesOf } from "../db/cases/scale-entries.ts";
import { transaction } from "../db/pool.ts";
import type { Route } from "../http/route.ts";
import { Time } from "./case-bodies.ts";

const Uuid = Type.String({ pattern: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$" });
const Key = Type.String({ maxLength: 100 });
const Answer = Type.Union([
  Type.Number(),
  Type.String({ maxLength: 200 }),
  Type.Array(Type.String({ maxLength: 400 }), { maxItems: 100 }),
]);

const ScaleEntryBody = Type.Object(
  {
    id: Uuid,
    scale: Key,
    packHash: Type.String({ minLength: 1, maxLength: 128 }),
    answers: Type.Record(Key, Answer, { maxProperties: 200 }),
    total: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 200 }), Type.Null()])),
    occasion: Type.Optional(Type.String({ maxLength: 200 })),
    side: Type.Optional(Type.Union([Type.Literal("left"), Type.Literal("right")])),
    prefilled: Type.Optional(
      Type.Record(Key, Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 }), { maxProperties: 200 }),
    ),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
    observedAt: Type.Optional(Time),
    supersedes: Type.Optional(Uuid),
    correction: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { additionalProperties: false },
);

export const caseScaleRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/scales",
    access: { on: "case", act: "read" },
    summary:
      "The scores of a case over time, latest first, with answers, who scored, and where filled-in answers came from",
    handle: async ({ services, scope }) => ({ entries: await scaleEntriesOf(services.pool, scope.caseId!) }),
  },
  {
    method: "POST",
    url: "/api/cases/:case/scales",
    access: { on: "case", act: "write" },
    summary:
      "Keeps a score, computed by the server from its answers; one that the facts dictionary knows becomes a fact",
    schema: { body: ScaleEntryBody },
    handle: async ({ request, reply, services, person, scope }) => {
      const caseId = scope.caseId!;
      const given = request.body as Static<typeof ScaleEntryBody>;
      await transaction(services.pool, (sql) =>
        addScaleEntry(sql, caseId, given, services.packs, person, services.now()),
      );
      await services.live.publish({ type: "case", caseId, what: "facts" });
      reply.code(201);
      return { id: given.id.toLowerCase(), entries: await scaleEntriesOf(services.pool, caseId) };
    },
  },
];
