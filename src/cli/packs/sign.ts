import { parseArgs } from "node:util";
import { makeKeys, signPack } from "../../server/pack-signature.ts";
import { loadPack } from "../../server/packs.ts";
import { EXIT, UsageError } from "../verb.ts";
import { packFolder } from "./pack-folder.ts";

/** `packs keygen FILE`: a new pair of keys. */
export function keygen(args: string[]): number {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  if (positionals.length !== 1) throw new UsageError("Name the file of the private key.");
  const { keyId } = makeKeys(positionals[0]!);
  console.log(
    `Key ${keyId}: ${positionals[0]} is private and stays with you, ${positionals[0]}.pub is for those who trust you.`,
  );
  return EXIT.ok;
}

/** `packs sign PACK --key FILE`: only a pack without problems is signed. */
export function sign(args: string[]): number {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { key: { type: "string" } } });
  if (positionals.length !== 1 || values.key === undefined) throw new UsageError("Name a pack and --key FILE.");
  const folder = packFolder(positionals[0]);
  const pack = loadPack(folder);
  const { keyId } = signPack(folder, pack.hash, values.key);
  console.log(`${pack.id} ${pack.version} signed by key ${keyId}: ${pack.hash}`);
  return EXIT.ok;
}
