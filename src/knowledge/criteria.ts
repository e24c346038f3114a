import type { FactValue } from "../core/index.ts";
import { expand, fieldOf } from "./dictionary.ts";
import { describeFact, sentence } from "./sentence.ts";
import type { Facts } from "./validation.ts";

/** Comparisons of a leaf; `between` includes both ends. */
export type Op = "eq" | "ne" | "in" | "lt" | "lte" | "gt" | "gte" | "between";
/** All comparisons that a leaf may use. */
export const OPS: readonly Op[] = ["eq", "ne", "in", "lt", "lte", "gt", "gte", "between"];

/** One comparison of one fact with a value; `in` and `between` take a list. */
export interface Leaf {
  readonly field: string;
  readonly op: Op;
  readonly value: FactValue | readonly FactValue[];
}

/** A condition that no fact of the dictionary can decide; a person reads it. Always unknown, never a missing fact. */
export interface Prose {
  readonly text: string;
}

/** A criterion: a tree of comparisons. An empty `all` is true, an empty `any` is false. */
export type Criterion =
  | Leaf
  | Prose
  | { readonly all: readonly Criterion[] }
  | { readonly any: readonly Criterion[] }
  | { readonly not: Criterion }
  | { readonly atLeast: number; readonly of: readonly Criterion[] };

/** Kleene's strong three values (Kleene 1952, section 64). */
export type Truth = "true" | "false" | "unknown";

/** The result of a node with everything that led to it. Plain JSON. */
export interface Trace {
  readonly kind: "fact" | "prose" | "all" | "any" | "not" | "atLeast";
  readonly result: Truth;
  /** The criterion as a sentence with unit, e.g. "NIHSS ≥ 6"; for a group its name ("all of", "any of", ...). */
  readonly sentence: string;
  /** For a comparison: the field, and the value it had as words ("NIHSS 12"), or null when not known. */
  readonly field?: string;
  readonly given?: string | null;
  /** Why the fact is in doubt: too old, or sources that differ. Only where it is. */
  readonly doubt?: string;
  /** Names of the facts that decided this result; empty while unknown. */
  readonly deciding: readonly string[];
  /** Names of the facts whose knowledge could still change this unknown result; empty when decided. */
  readonly missing: readonly string[];
  readonly children: readonly Trace[];
}

/** Kleene conjunction: the least of the values; true for none. */
export function and(values: readonly Truth[]): Truth {
  if (values.includes("false")) return "false";
  return values.includes("unknown") ? "unknown" : "true";
}

/** Kleene disjunction: the greatest of the values; false for none. */
export function or(values: readonly Truth[]): Truth {
  if (values.includes("true")) return "true";
  return values.includes("unknown") ? "unknown" : "false";
}

/** Kleene negation; unknown stays unknown. */
export function not(value: Truth): Truth {
  return value === "unknown" ? "unknown" : value === "true" ? "false" : "true";
}

/** True when at least `n` are true, false when fewer than `n` still could be, else unknown. */
export function atLeast(n: number, values: readonly Truth[]): Truth {
  const yes = values.filter((v) => v === "true").length;
  const open = values.filter((v) => v === "unknown").length;
  return yes >= n ? "true" : yes + open < n ? "false" : "unknown";
}

function agree(results: readonly boolean[]): Truth {
  if (results.every((r) => r)) return "true";
  return results.some((r) => r) ? "unknown" : "false";
}

function compareNumbers(a: number, op: Op, value: Leaf["value"]): boolean {
  if (op === "between") {
    const [low, high] = value as readonly number[];
    return a >= low! && a <= high!;
  }
  if (op === "in") return (value as readonly FactValue[]).includes(a);
  const b = value as number;
  if (op === "lt") return a < b;
  if (op === "lte") return a <= b;
  if (op === "gt") return a > b;
  if (op === "gte") return a >= b;
  return op === "eq" ? a === b : a !== b;
}

/**
 * One comparison with three values. A missing fact is unknown for every op. A broad word (`M2`, `2b`) stands for all its
 * finer values: the result is decided only when all of them decide alike; a rule's broad word means any of its finer ones.
 */
export function compare(leaf: Leaf, facts: Facts): Truth {
  const given = Object.hasOwn(facts, leaf.field) ? facts[leaf.field] : undefined;
  if (given === undefined) return "unknown";
  if (typeof given === "number") return compareNumbers(given, leaf.op, leaf.value) ? "true" : "false";
  if (typeof given === "boolean") return (given === leaf.value) === (leaf.op !== "ne") ? "true" : "false";
  const field = fieldOf(leaf.field);
  const possible = expand(field, given);
  if (field?.kind === "ordered" && !["eq", "ne", "in"].includes(leaf.op)) {
    const rank = (word: FactValue) => field.values!.indexOf(String(word));
    const value = Array.isArray(leaf.value) ? leaf.value.map(rank) : rank(leaf.value as FactValue);
    return agree(possible.map((word) => compareNumbers(rank(word), leaf.op, value)));
  }
  const wanted = (Array.isArray(leaf.value) ? leaf.value : [leaf.value]).flatMap((word) => expand(field, String(word)));
  const result = agree(possible.map((word) => wanted.includes(word)));
  return leaf.op === "ne" ? not(result) : result;
}

/** The child criteria of a node, or none for a leaf. */
export function childrenOf(node: Criterion): readonly Criterion[] {
  if ("all" in node) return node.all;
  if ("any" in node) return node.any;
  if ("not" in node) return [node.not];
  return "of" in node ? node.of : [];
}

/** All comparisons of a tree, left to right. */
export function leavesOf(node: Criterion): readonly Leaf[] {
  return "field" in node ? [node] : childrenOf(node).flatMap(leavesOf);
}

/** The result alone, without a trace; the same three values as `trace`. */
export function decide(node: Criterion, facts: Facts): Truth {
  if ("field" in node) return compare(node, facts);
  if ("text" in node) return "unknown";
  const values = childrenOf(node).map((child) => decide(child, facts));
  if ("all" in node) return and(values);
  if ("any" in node) return or(values);
  return "not" in node ? not(values[0]!) : atLeast(node.atLeast, values);
}

const unique = (names: readonly string[]) => [...new Set(names)];

/** Which children settle a decided group: those with the settling value, or all of them when none alone does. */
function settlers(node: Criterion, result: Truth, children: readonly Trace[]): readonly Trace[] {
  if ("all" in node && result === "false") return children.filter((c) => c.result === "false");
  if ("any" in node && result === "true") return children.filter((c) => c.result === "true");
  if ("of" in node) return children.filter((c) => c.result === result);
  return children;
}

/**
 * Evaluates a tree and returns the whole trace. `missing` here is structural: the fields of undecided comparisons on
 * undecided paths; `missingFacts` narrows it where a field occurs more than once.
 */
export function trace(node: Criterion, facts: Facts): Trace {
  const words = sentence(node);
  if ("field" in node) {
    const result = compare(node, facts);
    const decided = result !== "unknown";
    return {
      kind: "fact",
      result,
      sentence: words,
      field: node.field,
      given: Object.hasOwn(facts, node.field) ? describeFact(node.field, facts[node.field]!) : null,
      deciding: decided ? [node.field] : [],
      missing: decided ? [] : [node.field],
      children: [],
    };
  }
  if ("text" in node)
    return { kind: "prose", result: "unknown", sentence: words, deciding: [], missing: [], children: [] };
  const children = childrenOf(node).map((child) => trace(child, facts));
  const values = children.map((c) => c.result);
  const kind = "all" in node ? "all" : "any" in node ? "any" : "not" in node ? "not" : "atLeast";
  const result =
    kind === "all"
      ? and(values)
      : kind === "any"
        ? or(values)
        : "of" in node
          ? atLeast(node.atLeast, values)
          : not(values[0]!);
  return {
    kind,
    result,
    sentence: words,
    deciding: result === "unknown" ? [] : unique(settlers(node, result, children).flatMap((c) => c.deciding)),
    missing: result === "unknown" ? unique(children.flatMap((c) => (c.result === "unknown" ? c.missing : []))) : [],
    children,
  };
}
