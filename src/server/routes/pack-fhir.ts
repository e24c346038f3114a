import { type Static, Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { packBundle } from "../../fhir/bundle.ts";
import { referenceOf } from "../../knowledge/pack.ts";
import type { Route } from "../http/route.ts";
import { packOfBundle } from "../knowledge/fhir-packs.ts";
import { installPack } from "../knowledge/install-pack.ts";

const ImportBody = Type.Object({
  bundle: Type.Object(
    { resourceType: Type.Literal("Bundle") },
    { description: "As GET /api/packs/:pack/fhir gives it" },
  ),
  signature: Type.Optional(Type.Union([Type.String({ maxLength: 4000 }), Type.Null()])),
  unsignedBecause: Type.Optional(Type.String({ maxLength: 2000 })),
  why: Type.String({ minLength: 1, maxLength: 2000, pattern: "\\S", description: "In words; kept and shown" }),
});

/** Packs in FHIR R4 over HTTP, as `packs export --fhir` and `packs import` do in a terminal. */
export const packFhirRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/packs/:pack/fhir",
    access: { on: "person", patientData: false },
    summary:
      "A knowledge pack in force as a FHIR R4 bundle: PlanDefinition, Library with CQL and ELM, ActivityDefinition, Evidence",
    handle: async ({ request, reply, services }) => {
      const { pack: id } = request.params as { pack: string };
      const pack = services.packs.find((one) => one.id === id);
      const texts = pack && (await services.packShelf.texts(pack.hash));
      if (!pack || !texts)
        throw new WillisError(
          "not-found",
          `No pack "${id.slice(0, 80)}" is in force; GET /api/knowledge/packs lists them.`,
        );
      return reply.type("application/fhir+json; charset=utf-8").send(JSON.stringify(packBundle(pack, texts)));
    },
  },
  {
    method: "POST",
    url: "/api/packs/fhir",
    access: { on: "role", roles: ["administrator"], patientData: false },
    summary: "Puts the knowledge pack of a FHIR R4 bundle in force; signed by a trusted key, or with a reason",
    schema: { body: ImportBody },
    bodyLimit: 32 * 1024 * 1024,
    handle: async ({ request, reply, services, person }) => {
      if (person.organisationKind !== "hub")
        throw new WillisError(
          "forbidden",
          "Knowledge packs are in force for all: an administrator of a hub changes them.",
        );
      const { bundle, signature = null, unsignedBecause, why } = request.body as Static<typeof ImportBody>;
      const { texts } = packOfBundle(bundle);
      const given = { texts, signature, why, person: person.id, ...(unsignedBecause ? { unsignedBecause } : {}) };
      const { pack, ...done } = await installPack(services, given);
      const reference = referenceOf(pack, services.now().toISOString());
      return reply.code(done.changed ? 201 : 200).send({ pack: reference, ...done });
    },
  },
];
