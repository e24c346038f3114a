import type { FactValue } from "../core/index.ts";
import { type Criterion, childrenOf, type Leaf, leavesOf } from "./criteria.ts";
import { expand, fieldOf } from "./dictionary.ts";
import { cellsOf } from "./missing.ts";
import type { Recommendation } from "./recommendation.ts";
import type { Facts } from "./validation.ts";

/** A small made-up patient with the result a recommendation must give for it. Committed with the pack. */
export interface Vignette {
  readonly id: string;
  readonly recommendation: string;
  readonly kind: "positive" | "negative" | "unknown" | "boundary";
  readonly facts: Facts;
  readonly expected: "applies" | "doesNotApply" | "cannotDetermine";
  /** For "cannotDetermine": the facts that have to be named. */
  readonly missing: readonly string[];
}

/** Two-valued: does a leaf hold for a full set of facts. Kept apart from the evaluator so that the two can disagree. */
function holds(node: Criterion, facts: Facts): boolean {
  if ("all" in node) return node.all.every((child) => holds(child, facts));
  if ("any" in node) return node.any.some((child) => holds(child, facts));
  if ("not" in node) return !holds(node.not, facts);
  if ("of" in node) return node.of.filter((child) => holds(child, facts)).length >= node.atLeast;
  if ("text" in node) return false;
  const field = fieldOf(node.field);
  const rank = (v: FactValue | undefined) => (field?.kind === "ordered" ? field.values!.indexOf(String(v)) : Number(v));
  const value = facts[node.field]!;
  const list = (Array.isArray(node.value) ? node.value : [node.value]) as readonly FactValue[];
  const words = list.flatMap((v): readonly FactValue[] => (typeof v === "string" ? expand(field, v) : [v]));
  switch (node.op) {
    case "eq":
    case "in":
      return words.includes(value);
    case "ne":
      return !words.includes(value);
    case "between":
      return !(rank(value) < rank(list[0])) && !(rank(value) > rank(list[1]));
    case "lt":
      return rank(value) < rank(list[0]);
    case "lte":
      return !(rank(value) > rank(list[0]));
    case "gt":
      return rank(value) > rank(list[0]);
    case "gte":
      return !(rank(value) < rank(list[0]));
  }
}

function* settings(fields: readonly string[], leaves: readonly Leaf[]): Generator<Facts> {
  const choices = fields.map((name) => {
    const numbers = fieldOf(name)?.kind === "int" || fieldOf(name)?.kind === "number";
    const cells = cellsOf(name, leaves);
    return numbers ? inner(name, leaves, cells as number[]) : cells;
  });
  const at = fields.map(() => 0);
  for (;;) {
    yield Object.fromEntries(fields.map((name, i) => [name, choices[i]![at[i]!]!]));
    let i = fields.length - 1;
    while (i >= 0 && ++at[i]! >= choices[i]!.length) at[i--] = 0;
    if (i < 0) return;
  }
}

/** Numbers well inside the windows first, so that a positive vignette does not sit on an edge. */
function inner(name: string, leaves: readonly Leaf[], cells: readonly number[]): readonly number[] {
  const whole = fieldOf(name)?.kind === "int";
  const [low, high] = fieldOf(name)?.range ?? [0, 1000];
  const edges = leaves
    .filter((l) => l.field === name)
    .flatMap((l) => (Array.isArray(l.value) ? l.value : [l.value]) as number[]);
  const sorted = [...new Set([low, ...edges, Math.min(high, Math.max(...edges) * 1.5 + 2)])].sort((a, b) => a - b);
  const middles = sorted.slice(1).map((edge, i) => {
    const middle = (edge + sorted[i]!) / 2;
    return whole ? Math.round(middle) : Math.round(middle * 10000) / 10000;
  });
  return [...new Set([...middles.filter((v) => v >= low && v <= high), ...cells])];
}

function first(criteria: Criterion, wanted: boolean, like: Facts | null): Facts | null {
  const leaves = leavesOf(criteria);
  const fields = [...new Set(leaves.map((leaf) => leaf.field))];
  let best: Facts | null = null;
  let fewest = Infinity;
  let tries = 0;
  for (const facts of settings(fields, leaves)) {
    if (++tries > 200_000) break;
    if (holds(criteria, facts) !== wanted) continue;
    if (!like) return facts;
    const changed = fields.filter((name) => facts[name] !== like[name]).length;
    if (changed < fewest) [best, fewest] = [facts, changed];
    if (fewest === 1) break;
  }
  return best;
}

/** Moves one number of the positive vignette onto the edge that decides; else the nearest step that changes the result. */
function edge(criteria: Criterion, positive: Facts, negative: Facts): Facts {
  for (const leaf of leavesOf(criteria)) {
    if (typeof positive[leaf.field] !== "number") continue;
    const edges = (Array.isArray(leaf.value) ? leaf.value : [leaf.value]) as number[];
    for (const value of [...edges].reverse()) {
      const facts = { ...positive, [leaf.field]: value };
      const step = fieldOf(leaf.field)?.kind === "int" ? 1 : 0.001;
      const result = holds(criteria, facts);
      const beside = [value - step, value + step].some(
        (v) => holds(criteria, { ...facts, [leaf.field]: v }) !== result,
      );
      if (beside) return facts;
    }
  }
  const name = Object.keys(positive).findLast(
    (key) => holds(criteria, { ...positive, [key]: negative[key]! }) === false,
  );
  return name ? { ...positive, [name]: negative[name]! } : negative;
}

function openFact(criteria: Criterion, positive: Facts): { facts: Facts; missing: string } | null {
  const leaves = leavesOf(criteria);
  for (const name of Object.keys(positive).reverse()) {
    const results = cellsOf(name, leaves).map((value) => holds(criteria, { ...positive, [name]: value }));
    if (new Set(results).size > 1) {
      const facts = Object.fromEntries(Object.entries(positive).filter(([key]) => key !== name));
      return { facts, missing: name };
    }
  }
  return null;
}

/**
 * Candidate vignettes for one recommendation: positive, negative (one step away from the positive), unknown (one deciding
 * fact left out) and boundary (on the edge of a threshold). For pack authors: candidates are read, then committed. Empty
 * for a criterion that no facts can fulfil or that holds always.
 */
export function vignettesFor(item: Pick<Recommendation, "id" | "criteria">): readonly Vignette[] {
  if (childrenOf(item.criteria).length === 0 && !("field" in item.criteria)) return [];
  const positive = first(item.criteria, true, null);
  const negative = positive && first(item.criteria, false, positive);
  const open = positive && openFact(item.criteria, positive);
  if (!positive || !negative || !open) return [];
  const boundary = edge(item.criteria, positive, negative);
  const make = (
    kind: Vignette["kind"],
    facts: Facts,
    expected: Vignette["expected"],
    missing: readonly string[] = [],
  ) => ({
    id: `${item.id}/${kind}`,
    recommendation: item.id,
    kind,
    facts,
    expected,
    missing,
  });
  return [
    make("positive", positive, "applies"),
    make("negative", negative, "doesNotApply"),
    make("unknown", open.facts, "cannotDetermine", [open.missing]),
    make("boundary", boundary, holds(item.criteria, boundary) ? "applies" : "doesNotApply"),
  ];
}
