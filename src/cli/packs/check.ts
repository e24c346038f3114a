import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { WillisError } from "../../core/index.ts";
import { decide } from "../../knowledge/criteria.ts";
import { type Pack, referenceOf } from "../../knowledge/pack.ts";
import { signatureOf } from "../../server/pack-signature.ts";
import { loadPack, PACKS_DIR } from "../../server/packs.ts";
import { EXIT } from "../verb.ts";
import { packFolder } from "./pack-folder.ts";

const VERDICTS = { true: "applies", false: "doesNotApply", unknown: "cannotDetermine" } as const;

/** Vignettes whose result is not the one that is written beside them. */
function failing(pack: Pack): string[] {
  return pack.vignettes.flatMap(({ recommendation, kind, facts, expected }) => {
    const item = pack.recommendations.find(({ id }) => id === recommendation);
    const result = item ? VERDICTS[decide(item.criteria, facts)] : "no such recommendation";
    return result === expected ? [] : [`${kind} vignette of ${recommendation}: ${result}, expected ${expected}`];
  });
}

function checked(folder: string, trusted: readonly string[]) {
  try {
    const pack = loadPack(folder);
    const { id, version, hash, expires, state } = referenceOf(pack, new Date().toISOString());
    const problems = failing(pack);
    return { id, version, hash, expires, state, signature: signatureOf(folder, hash, trusted), problems };
  } catch (error) {
    if (!(error instanceof WillisError)) throw error;
    return { id: folder, problems: [error.message] };
  }
}

/** `packs check`: returns 1 when a pack has a problem. */
export function check(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, trust: { type: "string", multiple: true } },
  });
  const all = () => readdirSync(PACKS_DIR, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = positionals.length > 0 ? positionals : all().map((entry) => entry.name);
  const results = names.map((name) => checked(packFolder(name), values.trust ?? []));
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else {
    for (const result of results) {
      const told =
        "hash" in result
          ? `${result.version}, ${result.state} until ${result.expires}, ${result.signature?.state}`
          : "";
      console.log(`${result.problems.length === 0 ? "good" : "BAD "}  ${result.id}  ${told}`);
      for (const problem of result.problems) console.log(`        ${problem}`);
    }
  }
  return results.every((result) => result.problems.length === 0) ? EXIT.ok : EXIT.failed;
}
