import type { FactValue } from "../core/index.ts";
import { compileCriterion } from "./compile.ts";
import { type Criterion, leavesOf } from "./criteria.ts";
import { expand, fieldOf } from "./dictionary.ts";
import { cellsOf, missingFacts } from "./missing.ts";
import type { Facts } from "./validation.ts";

/** Facts that are enough, for some of their values, to decide what is undecided; none of them can be left out. */
export interface MissingSet {
  readonly fields: readonly string[];
  /** What they could make of it: met ("true"), not met ("false"), or either. */
  readonly could: readonly ("true" | "false")[];
  /** Sum of the efforts of the dictionary, 1 (bedside) to 4 (a test or a decision) a fact. */
  readonly effort: number;
}

const LARGEST = 4;
const MOST_NAMES = 14;
const MOST_COMBINATIONS = 4096;

function* combinations(names: readonly string[], size: number, from = 0): Generator<readonly string[]> {
  if (size === 0) yield [];
  else
    for (let k = from; k <= names.length - size; k++)
      for (const rest of combinations(names, size - 1, k + 1)) yield [names[k]!, ...rest];
}

/**
 * The smallest sets of missing facts that could decide an undecided criterion, easiest first (then fewest, then by name).
 * Each set is minimal: no part of it could decide. Values are tried cell by cell between the thresholds; sets of up to four
 * facts, of criteria with up to fourteen missing ones, and up to 4096 combinations of cells a set. Beyond that a set is not
 * looked for, so an empty list means "none that small", never "none". Decided criteria have none.
 */
export function smallestMissingSets(node: Criterion, facts: Facts): readonly MissingSet[] {
  const decide = compileCriterion(node);
  if (decide(facts) !== "unknown") return [];
  const names = missingFacts(node, facts);
  if (names.length > MOST_NAMES) return [];
  const leaves = leavesOf(node);
  const cells = new Map(
    names.map((name) => {
      const given = facts[name];
      const open = given === undefined ? cellsOf(name, leaves) : expand(fieldOf(name), String(given));
      return [name, open] as const;
    }),
  );
  const found: MissingSet[] = [];
  for (let size = 1; size <= Math.min(LARGEST, names.length); size++) {
    for (const fields of combinations(names, size)) {
      if (found.some((smaller) => smaller.fields.every((name) => fields.includes(name)))) continue;
      const count = fields.reduce((product, name) => product * cells.get(name)!.length, 1);
      if (count > MOST_COMBINATIONS) continue;
      const could = outcomes(decide, facts, fields, cells);
      if (could.length === 0) continue;
      found.push({ fields, could, effort: fields.reduce((sum, name) => sum + (fieldOf(name)?.effort ?? 4), 0) });
    }
  }
  return found.sort(
    (a, b) => a.effort - b.effort || a.fields.length - b.fields.length || (a.fields.join() < b.fields.join() ? -1 : 1),
  );
}

function outcomes(
  decide: (facts: Facts) => string,
  facts: Facts,
  fields: readonly string[],
  cells: ReadonlyMap<string, readonly FactValue[]>,
): readonly ("true" | "false")[] {
  const seen = new Set<"true" | "false">();
  const settings: Record<string, FactValue> = { ...facts };
  const walk = (depth: number): void => {
    if (seen.size === 2) return;
    if (depth === fields.length) {
      const result = decide(settings);
      if (result === "true" || result === "false") seen.add(result);
      return;
    }
    const name = fields[depth]!;
    for (const value of cells.get(name)!) {
      settings[name] = value;
      walk(depth + 1);
    }
    if (facts[name] === undefined) delete settings[name];
    else settings[name] = facts[name];
  };
  walk(0);
  return (["true", "false"] as const).filter((one) => seen.has(one));
}
