import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packBundle } from "../../fhir/bundle.ts";
import { packOfBundle } from "../../server/knowledge/fhir-packs.ts";
import { filesOfPack, loadPack } from "../../server/packs.ts";
import { EXIT, UsageError } from "../verb.ts";
import { packFolder, readBundle } from "./pack-folder.ts";

/** `packs export PACK --fhir`: the bundle on standard output or into a file. */
export function exportPack(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { fhir: { type: "boolean" }, out: { type: "string" } },
  });
  if (!values.fhir) throw new UsageError("Say in which form: --fhir.");
  const folder = packFolder(positionals[0]);
  const bundle = `${JSON.stringify(packBundle(loadPack(folder), filesOfPack(folder)), null, 1)}\n`;
  if (values.out === undefined) process.stdout.write(bundle);
  else writeFileSync(values.out, bundle);
  return EXIT.ok;
}

/** `packs import BUNDLE --to FOLDER`: the folder appears whole, or not at all. */
export function importPack(args: string[]): number {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: "string" } } });
  if (positionals.length !== 1 || values.to === undefined) throw new UsageError("Name a bundle and --to FOLDER.");
  const to = resolve(values.to);
  if (existsSync(to)) throw new UsageError(`${values.to} is there already; name a new folder.`);
  const { pack, texts } = packOfBundle(readBundle(positionals[0]!));
  mkdirSync(dirname(to), { recursive: true });
  const making = mkdtempSync(join(dirname(to), ".pack-"));
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(making, name), text);
    renameSync(making, to);
    console.log(`${pack.id} ${pack.version}  ${pack.hash}`);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
  return EXIT.ok;
}
