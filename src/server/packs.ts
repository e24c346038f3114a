import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WillisError } from "../core/index.ts";
import { type Pack, packProblems, parsePackHeader } from "../knowledge/index.ts";

/** The packs that come with Willis. */
export const PACKS_DIR = fileURLToPath(new URL("../../packs/", import.meta.url));

const FILES = [
  "pack.json",
  "recommendations.json",
  "trials.json",
  "scales.json",
  "indications.json",
  "metrics.json",
  "vignettes.json",
] as const;

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WillisError("bad-request", `${where} is not JSON: ${(error as Error).message}. Fix the file.`);
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
  const there = FILES.filter((name) => existsSync(join(folder, name)));
  return Object.fromEntries(there.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** A pack from the text of its files. Throws WillisError "bad-request" naming every problem: such a pack is not used. */
export function packOf(texts: Readonly<Record<string, string>>, where: string): Pack {
  const files = FILES.map((name) => {
    const text = texts[name];
    if (text === undefined)
      throw new WillisError("bad-request", `${join(where, name)} is missing; a pack needs ${FILES.join(", ")}.`);
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
  if (problems.length > 0)
    throw new WillisError("bad-request", `Pack ${pack.id} is not usable: ${problems.join("; ")}.`);
  return pack;
}

/** Reads one pack folder; see `packOf`. */
export function loadPack(folder: string): Pack {
  return packOf(filesOfPack(folder), folder);
}

/** The folders of `dir` that hold a pack.json, in the order of their names. */
export function packFolders(dir: string): readonly string[] {
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
  const ids = packs.flatMap((pack) => [pack.id, ...pack.recommendations.map((item) => item.id)]);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice) throw new WillisError("conflict", `The id "${twice}" occurs in two packs of ${dir}; ids must be unique.`);
  return packs;
}
