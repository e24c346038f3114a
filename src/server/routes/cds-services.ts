import { randomUUID } from "node:crypto";
import { type Static, Type } from "typebox";
import { WillisError } from "../../core/index.ts";
import { recordFacts } from "../../fhir/prefetch/record-facts.ts";
import { adviceFor } from "../cds/cards.ts";
import { CDS_SERVICES, type CdsService } from "../cds/hooks.ts";
import { type CardFeedback, feedbackOf, keepCards, keepFeedback } from "../db/cds/cards.ts";
import type { Context, Route } from "../http/route.ts";

const access = { on: "cds-client" } as const;
/** A prefetch holds a page of observations and the problem list of one patient. */
const MOST_BYTES = 5 * 1024 * 1024;
const UUID = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

const CallBody = Type.Object({
  hook: Type.String({ maxLength: 100 }),
  hookInstance: Type.String({ pattern: UUID }),
  fhirServer: Type.Optional(Type.String({ maxLength: 1000, description: "names the server; it is never called" })),
  context: Type.Object({
    userId: Type.String({ minLength: 1, maxLength: 200 }),
    patientId: Type.String({ pattern: "^[A-Za-z0-9\\-.]{1,64}$" }),
    encounterId: Type.Optional(Type.String({ maxLength: 64 })),
    selections: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 500 })),
    draftOrders: Type.Optional(Type.Object({ resourceType: Type.Literal("Bundle") })),
  }),
  prefetch: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 50 })),
});

const Reason = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 200 }),
  system: Type.Optional(Type.String({ maxLength: 500 })),
  display: Type.Optional(Type.String({ maxLength: 500 })),
});
const FeedbackBody = Type.Object({
  feedback: Type.Array(
    Type.Object({
      card: Type.String({ pattern: UUID }),
      outcome: Type.Union([Type.Literal("accepted"), Type.Literal("overridden")]),
      acceptedSuggestions: Type.Optional(
        Type.Array(Type.Object({ id: Type.String({ maxLength: 200 }) }), { maxItems: 100 }),
      ),
      overrideReason: Type.Optional(
        Type.Object({ reason: Type.Optional(Reason), userComment: Type.Optional(Type.String({ maxLength: 2000 })) }),
      ),
      outcomeTimestamp: Type.String({ maxLength: 40 }),
    }),
    { minItems: 1, maxItems: 200 },
  ),
});

function serviceOf({ request }: Context): CdsService {
  const { service } = request.params as { service: string };
  const found = CDS_SERVICES.find(({ id }) => id === service);
  if (!found)
    throw new WillisError(
      "not-found",
      `There is no CDS service "${service.slice(0, 80)}"; there are ${CDS_SERVICES.map(({ id }) => id).join(", ")}.`,
    );
  return found;
}

function needed(context: Static<typeof CallBody>["context"], service: CdsService): void {
  const missing = [
    ...(service.hook !== "patient-view" && !context.draftOrders ? ["draftOrders"] : []),
    ...(service.hook === "order-select" && !context.selections ? ["selections"] : []),
  ];
  if (missing.length > 0)
    throw new WillisError("bad-request", `body context: ${service.hook} needs ${missing.join(" and ")}.`);
}

async function answer(context: Context): Promise<object> {
  const { request, services, scope } = context;
  const service = serviceOf(context);
  const { hook, hookInstance, fhirServer, context: of, prefetch = {} } = request.body as Static<typeof CallBody>;
  if (hook !== service.hook)
    throw new WillisError("bad-request", `${service.id} serves the hook ${service.hook}, not "${hook}".`);
  needed(of, service);
  const now = services.now();
  const record = recordFacts(prefetch, of.patientId, of.draftOrders, now, fhirServer);
  if (!record)
    throw new WillisError(
      "not-sent",
      `The Patient ${of.patientId} is not in the prefetch under "patient". Willis reads nothing from a FHIR server: send the prefetch of the discovery document.`,
    );
  const client = scope.cdsClient!;
  const making = { base: client.audience.replace(/\/cds-services$/, ""), uuid: randomUUID };
  const selections = service.hook === "order-select" ? (of.selections ?? []) : null;
  const { cards, extension } = adviceFor(service, record, services.packs, now.toISOString(), making, selections);
  await keepCards(services.pool, { clientId: client.id, service: service.id, hookInstance, cards, at: now });
  return { cards: cards.map(({ card }) => card), extension };
}

/** A time of the client, with its zone; a time that is none is refused by name. */
function timeOf(text: string): Date {
  const time = /T\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$/.test(text) ? new Date(text) : null;
  if (!time || Number.isNaN(time.getTime()))
    throw new WillisError("bad-request", `outcomeTimestamp "${text}" is no time like 2026-11-27T15:04:05Z.`);
  return time;
}

async function takeFeedback(context: Context): Promise<object> {
  const { request, services, scope } = context;
  const service = serviceOf(context);
  const { feedback } = request.body as Static<typeof FeedbackBody>;
  const all: readonly CardFeedback[] = feedback.map((one) => ({
    card: one.card.toLowerCase(),
    outcome: one.outcome,
    reason: one.overrideReason?.reason ?? null,
    suggestions: (one.acceptedSuggestions ?? []).map(({ id }) => id),
    comment: one.overrideReason?.userComment ?? "",
    outcomeAt: timeOf(one.outcomeTimestamp),
  }));
  const strange = await keepFeedback(services.pool, scope.cdsClient!.id, service.id, all, services.now());
  if (strange.length > 0)
    throw new WillisError(
      "not-found",
      `No card ${strange.slice(0, 5).join(", ")} went to this client from ${service.id}; nothing of this feedback was kept.`,
    );
  return {};
}

export const cdsRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/cds-services",
    access,
    summary: "CDS Hooks 2.0: the services of this server with what each wants to be sent",
    handle: () => ({ services: CDS_SERVICES }),
  },
  {
    method: "POST",
    url: "/cds-services/:service",
    access,
    summary: "CDS Hooks 2.0: cards for a patient or for orders, from guidance in force; what is missing is said",
    schema: { body: CallBody },
    bodyLimit: MOST_BYTES,
    handle: answer,
  },
  {
    method: "POST",
    url: "/cds-services/:service/feedback",
    access,
    summary: "CDS Hooks 2.0: what became of cards, accepted or overridden with a reason; kept before it is answered",
    schema: { body: FeedbackBody },
    handle: takeFeedback,
  },
  {
    method: "GET",
    url: "/api/cds-feedback",
    access: { on: "role", roles: ["steward", "quality-lead", "administrator"], patientData: false },
    summary: "What EHRs told of the cards of CDS Hooks: accepted, or overridden and why, newest first",
    schema: { querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }) },
    handle: async ({ request, services, person }) => {
      const { limit = 200 } = request.query as { limit?: number };
      return { feedback: await feedbackOf(services.pool, person.organisationId, limit) };
    },
  },
];
