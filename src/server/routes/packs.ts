import { type Static, Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { referenceOf } from "../../knowledge/pack.ts";
import type { Context, Route } from "../http/route.ts";
import { installPack, removePack, returnToVersion } from "../knowledge/install-pack.ts";
import { listPacks } from "../knowledge/list-packs.ts";
import { addKey, listKeys, revokeKey } from "../knowledge/pack-keys.ts";
import { PACK_FILES } from "../packs.ts";

const Why = Type.String({ minLength: 1, maxLength: 2000, pattern: "\\S", description: "In words; kept and shown" });
const Reason = Type.Object({ why: Why });
const ReturnBody = Type.Object({ why: Why, unsignedBecause: Type.Optional(Type.String({ maxLength: 2000 })) });
const InstallBody = Type.Object({
  files: Type.Record(Type.String({ maxLength: 40 }), Type.String(), {
    description: `The text of each file of the pack: ${PACK_FILES.join(", ")}`,
  }),
  signature: Type.Optional(Type.Union([Type.String({ maxLength: 4000 }), Type.Null()])),
  unsignedBecause: Type.Optional(Type.String({ maxLength: 2000 })),
  why: Why,
});
const KeyBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200, pattern: "\\S", description: "Whose key it is" }),
  publicKey: Type.String({ minLength: 40, maxLength: 2000, description: "Ed25519, PEM" }),
});

const reading = { on: "role", roles: ["administrator", "steward", "quality-lead"], patientData: false } as const;
const changing = { on: "role", roles: ["administrator"], patientData: false } as const;

/** What is in force speaks to every case of every organisation: an administrator of a hub decides it. */
function ofHub({ person }: Context): string {
  if (person.organisationKind !== "hub")
    throw new WillisError("forbidden", "Knowledge packs are in force for all: an administrator of a hub changes them.");
  return person.id;
}

const param = ({ request }: Context, name: string) => (request.params as Record<string, string>)[name]!;

export const packRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/packs",
    access: reading,
    summary: "Knowledge packs in force with where they came from and who signed them, those out of force, and the log",
    handle: ({ services }) => listPacks(services.pool, services.packsInForce, services.now().toISOString()),
  },
  {
    method: "POST",
    url: "/api/packs",
    access: changing,
    summary:
      "Puts a version of a knowledge pack in force, in all processes at once; signed by a trusted key, or with a reason",
    schema: { body: InstallBody },
    bodyLimit: 16 * 1024 * 1024,
    handle: async (context) => {
      const { services, request, reply } = context;
      const person = ofHub(context);
      const { files, signature = null, unsignedBecause, why } = request.body as Static<typeof InstallBody>;
      const strange = Object.keys(files).find((name) => !PACK_FILES.some((known) => known === name));
      if (strange !== undefined)
        throw new WillisError("bad-request", `"${strange}" is no file of a pack: give ${PACK_FILES.join(", ")}.`);
      const given = { texts: files, signature, why, person, ...(unsignedBecause ? { unsignedBecause } : {}) };
      const { pack, ...done } = await installPack(services, given);
      const reference = referenceOf(pack, services.now().toISOString());
      return reply.code(done.changed ? 201 : 200).send({ pack: reference, ...done });
    },
  },
  {
    method: "POST",
    url: "/api/packs/:pack/remove",
    access: changing,
    summary: "Takes a knowledge pack out of force, with a reason; its versions stay for past decisions",
    schema: { body: Reason },
    handle: async (context) => {
      const { why } = context.request.body as Static<typeof Reason>;
      await removePack(context.services, param(context, "pack"), { why, person: ofHub(context) });
      return context.reply.code(204).send();
    },
  },
  {
    method: "POST",
    url: "/api/pack-versions/:hash/return",
    access: changing,
    summary: "Puts a version in force again that was kept here, or that comes with Willis",
    schema: { body: ReturnBody },
    handle: async (context) => {
      const { services } = context;
      const { why, unsignedBecause } = context.request.body as Static<typeof ReturnBody>;
      const given = { why, person: ofHub(context), ...(unsignedBecause ? { unsignedBecause } : {}) };
      const pack = await returnToVersion(services, param(context, "hash"), services.packShelf.find, given);
      return { pack: referenceOf(pack, services.now().toISOString()) };
    },
  },
  {
    method: "GET",
    url: "/api/pack-keys",
    access: reading,
    summary: "Keys whose signature on a knowledge pack is relied on, and those that were revoked",
    handle: async ({ services }) => ({ keys: await listKeys(services.pool) }),
  },
  {
    method: "POST",
    url: "/api/pack-keys",
    access: changing,
    summary: "Relies on a public key (Ed25519) from now on",
    schema: { body: KeyBody },
    handle: async (context) => {
      const { name, publicKey } = context.request.body as Static<typeof KeyBody>;
      const made = await addKey(context.services.pool, { name, pem: publicKey, person: ofHub(context) });
      return context.reply.code(201).send(made);
    },
  },
  {
    method: "POST",
    url: "/api/pack-keys/:key/revoke",
    access: changing,
    summary: "Relies on a key no more; nothing is installed by it from then on",
    schema: { body: Reason },
    handle: async (context) => {
      const { why } = context.request.body as Static<typeof Reason>;
      await revokeKey(context.services.pool, param(context, "key"), { why, person: ofHub(context) });
      return context.reply.code(204).send();
    },
  },
];
