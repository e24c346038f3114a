import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { WillisError } from "../../core/index.ts";
import { jsonTextProblem } from "../../core/json-text.ts";
import { packOfBundle } from "../../server/knowledge/fhir-packs.ts";
import { signatureText } from "../../server/pack-signature.ts";
import { filesOfPack, PACKS_DIR, textOf } from "../../server/packs.ts";
import { UsageError } from "../verb.ts";

const MOST_BYTES = 64 * 1024 * 1024;
const DEEPEST = 100;

/** The folder of a pack: a folder that holds a pack.json, or the id of one that comes with Willis. */
export function packFolder(given: string | undefined): string {
  if (given === undefined) throw new UsageError("Name a pack: its id or its folder.");
  for (const folder of [resolve(given), join(PACKS_DIR, given)])
    if (existsSync(join(folder, "pack.json"))) return folder;
  throw new UsageError(
    `There is no pack "${given}": neither a folder with a pack.json nor one that comes with Willis.`,
  );
}

/** The bytes of a file that the command names. */
export function bytesOf(path: string): Buffer {
  if (!existsSync(path) || !statSync(path).isFile()) throw new UsageError(`There is no file ${path}.`);
  return readFileSync(path);
}

/** The JSON of a FHIR bundle in a file. Throws WillisError with what is wrong with the text. */
export function readBundle(path: string): unknown {
  const text = textOf(bytesOf(path), path, MOST_BYTES);
  const wrong = jsonTextProblem(text, { depth: DEEPEST });
  if (wrong) throw new WillisError("bad-request", `${path} cannot be taken: ${wrong}.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WillisError("bad-request", `${path} is not JSON: ${(error as Error).message}.`);
  }
}

/**
 * What is given to be installed: the folder of a pack with its signature, or a file with its FHIR bundle, beside which the
 * signature lies as FILE.signature.json.
 */
export function givenPack(given: string | undefined): {
  readonly texts: Readonly<Record<string, string>>;
  readonly signature: string | null;
} {
  if (given !== undefined && existsSync(given) && statSync(given).isFile())
    return { texts: packOfBundle(readBundle(given)).texts, signature: signatureText(`${given}.signature.json`) };
  const folder = packFolder(given);
  return { texts: filesOfPack(folder), signature: signatureText(folder) };
}
