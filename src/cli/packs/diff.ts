import { parseArgs } from "node:util";
import { diffPacks, type RecommendationChange } from "../../knowledge/diff.ts";
import { loadPack } from "../../server/packs.ts";
import { EXIT, UsageError } from "../verb.ts";
import { packFolder } from "./pack-folder.ts";

function lines({ id, kind, criteria, regrouped, words }: RecommendationChange): string[] {
  const became = (before: string | null, after: string | null) => {
    if (before === null) return `new: ${after}`;
    return after === null ? `gone: ${before}` : `${before} became ${after}`;
  };
  return [
    `${id}  ${kind}`,
    ...criteria.map(({ before, after }) => `    ${became(before, after)}`),
    ...(regrouped ? ["    the conditions are joined in another way"] : []),
    ...words.map(({ of, before, after }) => `    ${of}: "${before}" became "${after}"`),
  ];
}

/** `packs diff A B`: returns 1 when they differ. */
export function diff(args: string[]): number {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
  if (positionals.length !== 2) throw new UsageError("Name two packs: the one of before and the one of now.");
  const [before, after] = positionals.map((name) => loadPack(packFolder(name)));
  const changes = diffPacks(before!, after!);
  if (values.json) console.log(JSON.stringify(changes, null, 2));
  else if (changes.length === 0) console.log("No recommendation differs.");
  else console.log(changes.flatMap(lines).join("\n"));
  return changes.length === 0 ? EXIT.ok : EXIT.failed;
}
