import { type AlternativeTable, alternativesFor } from "./alternatives.ts";
import { drives } from "./evaluate.ts";
import { packsAsUsed } from "./local-layer.ts";
import { packsFor } from "./options.ts";
import { type Pack, referenceOf } from "./pack.ts";
import { type Doubts, NO_DOUBTS } from "./standing.ts";
import type { Facts } from "./validation.ts";
import { decideIn } from "./worlds.ts";

/** How many arguments stand in a table: first those that are decided, then those that lack a fact. */
function weight(table: AlternativeTable): readonly [number, number] {
  const count = (key: "speaksFor" | "speaksAgainst" | "leavesOpen" | "undecided") =>
    table.rows.reduce((sum, row) => sum + row[key].length, 0);
  return [count("speaksFor") + count("speaksAgainst") + count("leavesOpen"), count("undecided")];
}

/**
 * The alternatives tables of a case: those of every indication that the packs in force for this kind of case hold, without
 * those whose every argument the facts exclude (another disease, another window). First where most is decided for this
 * patient (expired and superseded recommendations argue for nothing), then where most lacks only a fact, then those of which
 * no body and no trial speaks. `now` is UTC ISO time.
 */
export function alternativesOfCase(
  packs: readonly Pack[],
  caseKind: string,
  facts: Facts,
  now: string,
  doubts: Doubts = NO_DOUBTS,
): readonly AlternativeTable[] {
  const inForce = packsAsUsed(packs, now)
    .filter((pack) => referenceOf(pack, now).state === "in force")
    .map((pack) => ({ ...pack, recommendations: pack.recommendations.filter((item) => drives(pack, item, now)) }));
  const chosen = packsFor(inForce, caseKind).filter(
    (pack) => !pack.about || decideIn(pack.about, facts, doubts) !== "false",
  );
  return chosen
    .flatMap((pack) => pack.indications)
    .map((item) => {
      const table = alternativesFor(item, inForce, facts, doubts);
      return { table, weight: weight(table), spoken: item.alternatives.some((row) => row.arguments.length > 0) };
    })
    .filter(({ weight: [decided, open], spoken }) => !spoken || decided + open > 0)
    .sort((a, b) => b.weight[0] - a.weight[0] || b.weight[1] - a.weight[1])
    .map(({ table }) => table);
}
