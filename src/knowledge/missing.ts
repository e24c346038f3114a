import type { FactValue } from "../core/index.ts";
import { compileCriterion } from "./compile.ts";
import { type Criterion, type Leaf, leavesOf, trace } from "./criteria.ts";
import { expand, fieldOf } from "./dictionary.ts";
import type { Facts } from "./validation.ts";

const MOST_COMBINATIONS = 4096;

/** Values of a field between which the given comparisons can tell: the thresholds, and one beside each. */
export function cellsOf(name: string, leaves: readonly Leaf[]): readonly FactValue[] {
  const field = fieldOf(name);
  if (field?.kind === "bool") return [true, false];
  if (field?.values) return field.open ? [...field.values, "(another)"] : field.values;
  const edges = leaves
    .filter((leaf) => leaf.field === name)
    .flatMap((leaf) => (Array.isArray(leaf.value) ? leaf.value : [leaf.value]) as number[])
    .sort((a, b) => a - b);
  const step = field?.kind === "int" ? 1 : 1e-3;
  const [low, high] = field?.range ?? [-Infinity, Infinity];
  const cells = edges.flatMap((edge) => [edge - step, edge, edge + step]).filter((v) => v >= low && v <= high);
  return [...new Set(cells)];
}

/** The cells a fact may still take: the finer values of a broad word that is known, else all of its cells. */
function openCells(name: string, facts: Facts, leaves: readonly Leaf[]): readonly FactValue[] {
  const given = facts[name];
  return given === undefined ? cellsOf(name, leaves) : expand(fieldOf(name), String(given));
}

/** Whether `name` can change the result when the `others` take every combination of their cells. */
function matters(
  node: Criterion,
  facts: Facts,
  name: string,
  others: readonly string[],
  leaves: readonly Leaf[],
): boolean {
  const cells = new Map([name, ...others].map((n) => [n, openCells(n, facts, leaves)] as const));
  const settings: Record<string, FactValue> = { ...facts };
  const decide = compileCriterion(node);
  const walk = (depth: number): boolean => {
    if (depth === others.length) {
      const results = new Set<string>();
      for (const value of cells.get(name)!) {
        settings[name] = value;
        results.add(decide(settings));
        if (results.size > 1) return true;
      }
      return false;
    }
    for (const value of cells.get(others[depth]!)!) {
      settings[others[depth]!] = value;
      if (walk(depth + 1)) return true;
    }
    return false;
  };
  return walk(0);
}

/**
 * The missing facts of an undecided criterion: exactly those whose value could still change the result for some values of
 * the other missing facts. Exact by structure where each field occurs
 * once (no comparison of a loaded pack is constant); where one occurs again, the combinations of
 * the cells between thresholds are tried (up to 4096, else the structural list stands, which may name one too many and
 * never one too few). A tautology that Kleene's logic leaves unknown keeps its structural list. Empty when decided.
 */
export function missingFacts(node: Criterion, facts: Facts): readonly string[] {
  const structural = trace(node, facts).missing;
  return narrowMissing(node, facts, structural);
}

/** As `missingFacts`, from a structural list that was already made by `trace`. */
export function narrowMissing(node: Criterion, facts: Facts, structural: readonly string[]): readonly string[] {
  if (structural.length === 0) return structural;
  const leaves = leavesOf(node);
  const names = leaves.map((leaf) => leaf.field);
  if (new Set(names).size === names.length) return structural;
  const size = structural.reduce((product, name) => product * openCells(name, facts, leaves).length, 1);
  if (size > MOST_COMBINATIONS) return structural;
  const needed = structural.filter((name) =>
    matters(
      node,
      facts,
      name,
      structural.filter((other) => other !== name),
      leaves,
    ),
  );
  return needed.length > 0 ? needed : structural;
}
