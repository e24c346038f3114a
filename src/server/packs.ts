import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WillisError } from "../core/index.ts";
import { jsonTextProblem } from "../core/json-text.ts";
import { type Pack, packProblems, parsePackHeader } from "../knowledge/index.ts";

/** The packs that come with Willis. */
export const PACKS_DIR = fileURLToPath(new URL("../../packs/", import.meta.url));

/** The files of a pack, in the order of its content hash. */
export const PACK_FILES = [
  "pack.json",
  "recommendations.json",
  "trials.json",
  "scales.json",
  "indications.json",
  "metrics.json",
  "vignettes.json",
] as const;

/** Most bytes of one file of a pack, and levels of nesting in it: far above any real pack, far below what hurts. */
const MOST_BYTES = 8 * 1024 * 1024;
const DEEPEST = 40;
/** Most problems that are named in one sentence; the others are counted. */
const MOST_SAID = 50;

function parse(text: string, where: string): unknown {
  // half a pair of surrogates becomes another character as bytes: two contents would have one hash
  const wrong = text.isWellFormed() ? jsonTextProblem(text, { depth: DEEPEST }) : "it is no well-formed Unicode text";
  if (wrong) throw new WillisError("bad-request", `${where} cannot be used: ${wrong}. Fix the file.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WillisError("bad-request", `${where} is not JSON: ${(error as Error).message}. Fix the file.`);
  }
}

/** A file as text. Bytes that are no UTF-8 are refused, not replaced: two contents never look like one. */
export function textOf(bytes: Buffer, where: string, most = MOST_BYTES): string {
  if (bytes.length > most)
    throw new WillisError("too-large", `${where} has ${bytes.length} bytes; such a file has at most ${most}.`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WillisError("bad-request", `${where} is not UTF-8 text. Save it as UTF-8.`);
  }
}

/** SHA-256 over name, length and bytes of each file in a fixed order: the address of this exact version. */
function hashOf(files: readonly (readonly [string, Buffer])[]): string {
  const hash = createHash("sha256");
  for (const [name, bytes] of files) hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  return `sha256:${hash.digest("hex")}`;
}

/** The files of a pack as text, by name: what its hash is of. */
export function filesOfPack(folder: string): Readonly<Record<string, string>> {
  const there = PACK_FILES.filter((name) => existsSync(join(folder, name)));
  return Object.fromEntries(there.map((name) => [name, textOf(readFileSync(join(folder, name)), join(folder, name))]));
}

/** A pack from the text of its files. Throws WillisError "bad-request" naming every problem: such a pack is not used. */
export function packOf(texts: Readonly<Record<string, string>>, where: string): Pack {
  const files = PACK_FILES.map((name) => {
    const text = texts[name];
    if (text === undefined)
      throw new WillisError("bad-request", `${join(where, name)} is missing; a pack needs ${PACK_FILES.join(", ")}.`);
    if (Buffer.byteLength(text) > MOST_BYTES)
      throw new WillisError("too-large", `${join(where, name)} has more than ${MOST_BYTES} bytes.`);
    return [name, text] as const;
  });
  const [header, recommendations, trials, scales, indications, metrics, vignettes] = files.map(([name, text]) =>
    parse(text, join(where, name)),
  );
  const pack = {
    ...parsePackHeader(header, where),
    hash: hashOf(files.map(([name, text]) => [name, Buffer.from(text, "utf8")] as const)),
    recommendations,
    trials,
    scales,
    indications,
    metrics,
    vignettes,
  } as Pack;
  const problems = packProblems(pack);
  if (problems.length > 0) {
    const more = problems.length > MOST_SAID ? `; and ${problems.length - MOST_SAID} more` : "";
    const said = problems.slice(0, MOST_SAID).join("; ");
    throw new WillisError("bad-request", `Pack ${pack.id.slice(0, 80)} is not usable: ${said}${more}.`);
  }
  return pack;
}

/** Reads one pack folder; see `packOf`. */
export function loadPack(folder: string): Pack {
  return packOf(filesOfPack(folder), folder);
}

/** The folders of `dir` that hold a pack.json, in the order of their names. */
export function packFolders(dir: string): readonly string[] {
  if (!existsSync(dir))
    throw new WillisError("not-found", `There is no folder ${dir}: give the folder that holds the packs.`);
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(dir, entry.name, "pack.json")))
    .map((entry) => join(dir, entry.name))
    .sort();
}

/** Reads every folder of `dir` that holds a pack.json, in the order of their names, and refuses ids that occur twice. */
export function loadPacks(dir: string = PACKS_DIR): readonly Pack[] {
  const folders = packFolders(dir);
  if (folders.length === 0) throw new WillisError("not-found", `There is no knowledge pack in ${dir}.`);
  const packs = folders.map(loadPack);
  const twice = idTwice(packs);
  if (twice) throw new WillisError("conflict", `${twice} in ${dir}; ids must be unique.`);
  return packs;
}

/** The first id that two packs, or two recommendations, share, as a sentence without its end; null when all differ. */
export function idTwice(packs: readonly Pack[]): string | null {
  const owner = new Map<string, string>();
  for (const pack of packs)
    for (const id of [pack.id, ...pack.recommendations.map((item) => item.id)]) {
      const other = owner.get(id);
      if (other !== undefined) return `The id "${id}" occurs in the packs ${other} and ${pack.id}`;
      owner.set(id, pack.id);
    }
  return null;
}
