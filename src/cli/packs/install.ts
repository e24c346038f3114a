import { parseArgs } from "node:util";
import { WillisError } from "../../core/index.ts";
import { findPerson } from "../../server/auth/people.ts";
import type { Services } from "../../server/http/services.ts";
import { installPack, removePack } from "../../server/knowledge/install-pack.ts";
import { listPacks } from "../../server/knowledge/list-packs.ts";
import { addKey, listKeys, revokeKey } from "../../server/knowledge/pack-keys.ts";
import { EXIT, UsageError } from "../verb.ts";
import { withServices } from "../with-services.ts";
import { bytesOf, givenPack } from "./pack-folder.ts";

async function acted(act: (services: Services) => Promise<void>): Promise<number> {
  await withServices(act);
  return EXIT.ok;
}

/** The id of the person who signs for a deed in a terminal; null when nobody is named. */
async function personOf({ pool }: Services, login: string | undefined): Promise<string | null> {
  if (login === undefined) return null;
  const person = await findPerson(pool, login);
  if (!person) throw new WillisError("not-found", `There is no person with the login "${login}".`);
  return person.id;
}

const OPTIONS = {
  why: { type: "string" },
  by: { type: "string" },
  unsigned: { type: "string" },
  name: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

function read(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

/** `packs install FOLDER|BUNDLE.json --why TEXT [--unsigned REASON] [--by LOGIN]`: in force at once, in running servers too. */
export async function install(args: string[]): Promise<number> {
  const { values, positionals } = read(args);
  if (positionals.length !== 1 || !values.why)
    throw new UsageError("Name the folder of a pack or its FHIR bundle, and --why TEXT.");
  const { texts, signature } = givenPack(positionals[0]);
  return acted(async (services) => {
    const {
      pack,
      changed,
      signature: said,
      replaces,
      silences,
    } = await installPack(services, {
      ...{ texts, signature, why: values.why!, person: await personOf(services, values.by) },
      ...(values.unsigned ? { unsignedBecause: values.unsigned } : {}),
    });
    const by = said.state === "signed" ? `signed by key ${said.keyId}` : `${said.state}: ${values.unsigned}`;
    console.log(changed ? `${pack.id} ${pack.version} is in force, ${by}` : `${pack.id} ${pack.version} was in force`);
    if (replaces) console.log(`It replaces version ${replaces}.`);
    if (silences.length > 0) console.log(`It supersedes, which now drive nothing: ${silences.join(", ")}.`);
  });
}

/** `packs remove PACK --why TEXT [--by LOGIN]`. */
export async function remove(args: string[]): Promise<number> {
  const { values, positionals } = read(args);
  if (positionals.length !== 1 || !values.why) throw new UsageError("Name the id of a pack, and --why TEXT.");
  return acted(async (services) => {
    await removePack(services, positionals[0]!, { why: values.why!, person: await personOf(services, values.by) });
    console.log(`${positionals[0]} is out of force; its versions are kept for past decisions`);
  });
}

/** `packs list [--json]`: what is in force in this installation, and what is not. */
export async function list(args: string[]): Promise<number> {
  const { values } = read(args);
  return acted(async ({ pool, packsInForce }) => {
    const all = await listPacks(pool, packsInForce, new Date().toISOString());
    if (values.json) return console.log(JSON.stringify(all, null, 2));
    for (const { id, version, state, expires, from } of all.packs) {
      const origin = from === "with Willis" ? from : `${from.signature.state}, ${from.at.slice(0, 10)}: ${from.why}`;
      console.log(`${id.padEnd(28)} ${version.padEnd(12)} ${state} until ${expires}  ${origin}`);
    }
    for (const { pack, why } of all.silent) console.log(`${pack.padEnd(28)} NOT IN FORCE  ${why}`);
  });
}

/** `packs trust list | add FILE.pub --name WHOSE | revoke KEY --why TEXT`. */
export async function trust(args: string[]): Promise<number> {
  const { values, positionals } = read(args);
  const [act, what] = positionals;
  if (act === "list")
    return acted(async ({ pool }) => {
      const keys = await listKeys(pool);
      if (values.json) return console.log(JSON.stringify(keys, null, 2));
      if (keys.length === 0) console.log("No key is relied on: a pack from outside is taken with a reason only.");
      for (const key of keys)
        console.log(`${key.keyId}  ${key.name}${key.revokedAt ? `  REVOKED: ${key.revokedWhy}` : ""}`);
    });
  if (act === "add" && what && values.name) {
    const pem = bytesOf(what).toString("utf8");
    return acted(async (services) => {
      const person = await personOf(services, values.by);
      const { keyId } = await addKey(services.pool, { name: values.name!, pem, person });
      console.log(`Key ${keyId} of ${values.name} is relied on`);
    });
  }
  if (act === "revoke" && what && values.why)
    return acted(async (services) => {
      const person = await personOf(services, values.by);
      await revokeKey(services.pool, what, { why: values.why!, person });
      console.log(`Key ${what} is relied on no more`);
    });
  throw new UsageError("Say: packs trust list, add FILE.pub --name WHOSE, or revoke KEY --why TEXT.");
}
