import type { FactValue } from "../core/index.ts";
import { type Criterion, childrenOf, decide, type Leaf, leavesOf } from "./criteria.ts";
import { fieldOf } from "./dictionary.ts";
import { cellsOf } from "./missing.ts";
import type { Recommendation } from "./recommendation.ts";
import type { Facts } from "./validation.ts";
import type { Vignette } from "./vignettes.ts";

/** A criterion with one slip of the pen in it. */
export interface Mutant {
  /** What was changed, e.g. "nihss gte 6 -> gt 6". */
  readonly words: string;
  readonly criterion: Criterion;
}

const FLIPS = { lt: "lte", lte: "lt", gt: "gte", gte: "gt", eq: "ne", ne: "eq" } as const;

function stepOf(leaf: Leaf): number {
  return fieldOf(leaf.field)?.kind === "int" ? 1 : 0.001;
}

/** A threshold one step lower and one higher, where the field allows it. */
function moved(leaf: Leaf, value: FactValue): readonly FactValue[] {
  const field = fieldOf(leaf.field);
  if (typeof value === "number") {
    const [low, high] = field?.range ?? [-Infinity, Infinity];
    return [value - stepOf(leaf), value + stepOf(leaf)].filter((x) => x >= low && x <= high);
  }
  if (field?.kind !== "ordered" || leaf.op === "eq" || leaf.op === "ne") return [];
  const at = field.values!.indexOf(String(value));
  return [field.values![at - 1], field.values![at + 1]].filter((word) => word !== undefined);
}

function leafMutants(leaf: Leaf): readonly Criterion[] {
  if (leaf.op === "in") {
    const words = leaf.value as readonly FactValue[];
    const fewer = words.length > 1 ? words.map((word) => ({ ...leaf, value: words.filter((w) => w !== word) })) : [];
    return [{ not: leaf }, ...fewer];
  }
  if (leaf.op === "between") {
    const [low, high] = leaf.value as readonly [FactValue, FactValue];
    return [
      ...moved(leaf, low).map((value) => ({ ...leaf, value: [value, high] })),
      ...moved(leaf, high).map((value) => ({ ...leaf, value: [low, value] })),
    ];
  }
  const flipped: Leaf = { ...leaf, op: FLIPS[leaf.op] };
  return [flipped, ...moved(leaf, leaf.value as FactValue).map((value) => ({ ...leaf, value }))];
}

const show = (node: Criterion): string =>
  "not" in node
    ? `not ${show(node.not)}`
    : "field" in node
      ? `${node.field} ${node.op} ${String(node.value)}`
      : "group";

/**
 * Every criterion that differs from this one by one slip: an operator flipped, a threshold moved by one step (1 for whole
 * numbers, else 0.001, or the next word of an ordered field), a word of a list left out, a list denied, "all" and "any"
 * exchanged. Some mean the same as the original; nothing can tell those apart.
 */
export function mutantsOf(node: Criterion): readonly Mutant[] {
  if ("field" in node)
    return leafMutants(node).map((criterion) => ({ words: `${show(node)} -> ${show(criterion)}`, criterion }));
  if ("text" in node) return [];
  const children = childrenOf(node);
  const within = children.flatMap((child, i) =>
    mutantsOf(child).map(({ words, criterion }) => {
      const changed = children.map((same, j) => (i === j ? criterion : same));
      if ("all" in node) return { words, criterion: { all: changed } };
      if ("any" in node) return { words, criterion: { any: changed } };
      return { words, criterion: "not" in node ? { not: changed[0]! } : { atLeast: node.atLeast, of: changed } };
    }),
  );
  if (children.length < 2) return within;
  if ("all" in node) return [...within, { words: "all -> any", criterion: { any: children } }];
  if ("any" in node) return [...within, { words: "any -> all", criterion: { all: children } }];
  return within;
}

/** The mutants of a recommendation's criterion that none of these vignettes would notice. */
export function unnoticed(criterion: Criterion, vignettes: readonly Vignette[]): readonly Mutant[] {
  const results = { applies: "true", doesNotApply: "false", cannotDetermine: "unknown" };
  return mutantsOf(criterion).filter((mutant) =>
    vignettes.every(({ facts, expected }) => decide(mutant.criterion, facts) === results[expected]),
  );
}

/** Complete facts near `start` first (one change, then two), then every combination up to `limit`. */
function* settings(start: Facts, leaves: readonly Leaf[], limit: number): Generator<Facts> {
  const fields = [...new Set(leaves.map((leaf) => leaf.field))];
  const cells = new Map(fields.map((name) => [name, cellsOf(name, leaves).filter((v) => v !== "(another)")] as const));
  for (const a of fields) for (const x of cells.get(a)!) yield { ...start, [a]: x };
  for (const a of fields)
    for (const b of fields)
      if (a < b) for (const x of cells.get(a)!) for (const y of cells.get(b)!) yield { ...start, [a]: x, [b]: y };
  const walk = function* (depth: number, facts: Facts): Generator<Facts> {
    const name = fields[depth];
    if (name === undefined) yield facts;
    else for (const value of cells.get(name)!) yield* walk(depth + 1, { ...facts, [name]: value });
  };
  let left = limit;
  for (const facts of walk(0, {})) {
    if (left-- <= 0) return;
    yield facts;
  }
}

/** Complete facts that tell a mutant from the original, or null when 100,000 combinations hold none. */
export function tellApart(criterion: Criterion, mutant: Criterion, start: Facts): Facts | null {
  const leaves = [...leavesOf(criterion), ...leavesOf(mutant)];
  for (const facts of settings(start, leaves, 100_000)) {
    if (decide(criterion, facts) !== decide(mutant, facts)) return facts;
  }
  return null;
}

/**
 * Slips of the pen in a criterion that its vignettes would not notice though they matter: one fact of its positive vignette
 * changed is judged otherwise. Cheap, unlike `tellApart`; empty when there is no positive vignette.
 */
export function unguarded(criterion: Criterion, vignettes: readonly Vignette[]): readonly Mutant[] {
  const start = vignettes.find(({ kind }) => kind === "positive")?.facts;
  if (!start) return [];
  return unnoticed(criterion, vignettes).filter((mutant) => {
    const leaves = [...leavesOf(criterion), ...leavesOf(mutant.criterion)];
    const near = [...new Set(leaves.map(({ field }) => field))].flatMap((field) =>
      cellsOf(field, leaves)
        .filter((value) => value !== "(another)")
        .map((value) => ({ ...start, [field]: value })),
    );
    return near.some((facts) => decide(criterion, facts) !== decide(mutant.criterion, facts));
  });
}

/**
 * Boundary vignettes to add to those that a recommendation has, so that each slip of the pen in its criterion fails one.
 * For pack authors: they are read, then committed. `kept` must hold a positive vignette with complete facts.
 */
export function boundariesFor(
  item: Pick<Recommendation, "id" | "criteria">,
  kept: readonly Vignette[],
): readonly Vignette[] {
  const start = kept.find((vignette) => vignette.kind === "positive")?.facts ?? {};
  const added: Vignette[] = [];
  for (const mutant of unnoticed(item.criteria, kept)) {
    if (unnoticed(item.criteria, added).every((still) => still.words !== mutant.words)) continue;
    const facts = tellApart(item.criteria, mutant.criterion, start);
    if (!facts) continue;
    added.push({
      id: `${item.id}/boundary-${added.length + 2}`,
      recommendation: item.id,
      kind: "boundary",
      facts,
      expected: decide(item.criteria, facts) === "true" ? "applies" : "doesNotApply",
      missing: [],
    });
  }
  return added;
}
