import type { FactValue } from "../core/index.ts";
import { type Criterion, childrenOf, type Leaf, type Op } from "./criteria.ts";
import { fieldOf } from "./dictionary.ts";

/** Where a node is: the places of the children from the root; [] is the root itself. */
export type CriterionPath = readonly number[];

/** The ways in which a group joins its children. */
export type Joining = "all" | "any" | "not" | "atLeast";

/** Comparisons that fit a field: order for numbers and ordered words, equality for the rest. Empty for an unknown field. */
export function opsFor(name: string): readonly Op[] {
  const field = fieldOf(name);
  if (!field) return [];
  if (field.kind === "bool") return ["eq"];
  if (field.kind === "enum") return ["eq", "ne", "in"];
  if (field.kind === "ordered") return ["gte", "lte", "gt", "lt", "eq", "ne", "in", "between"];
  return ["gte", "gt", "lte", "lt", "between", "eq"];
}

/** A value to begin with, of the form that the comparison wants: the middle of the range, the first word, true. */
function beginning(name: string, op: Op): Leaf["value"] {
  const field = fieldOf(name);
  const [low, high] = field?.range ?? [0, 10];
  const words = field?.values ?? []; // not the broader words: they have no place in an order
  const single: FactValue = field?.kind === "bool" ? true : (words[0] ?? Math.round((low + high) / 2));
  if (op === "between") return words.length > 0 ? [words[0]!, words.at(-1)!] : [low, high];
  return op === "in" ? [single] : single;
}

/** A condition on a field with its first fitting comparison, or with `op` when that fits; `kept` is used where it fits. */
export function leafFor(name: string, op?: Op, kept?: Leaf["value"]): Leaf {
  const ops = opsFor(name);
  const chosen = op && ops.includes(op) ? op : (ops[0] ?? "eq");
  const list = chosen === "between" || chosen === "in";
  const field = fieldOf(name);
  const single = Array.isArray(kept) ? kept[0] : kept;
  const number = field?.kind === "int" || field?.kind === "number";
  const fits =
    single !== undefined &&
    (field?.kind === "bool"
      ? typeof single === "boolean"
      : number
        ? typeof single === "number"
        : typeof single === "string");
  if (!fits) return { field: name, op: chosen, value: beginning(name, chosen) };
  if (chosen === "between") {
    const pair = Array.isArray(kept) && kept.length === 2 ? kept : [single, single];
    return { field: name, op: chosen, value: pair };
  }
  if (!list) return { field: name, op: chosen, value: single };
  return { field: name, op: chosen, value: Array.isArray(kept) ? kept : [single] };
}

/** How a group joins; null for a condition. */
export function joiningOf(node: Criterion): Joining | null {
  if ("all" in node) return "all";
  if ("any" in node) return "any";
  if ("not" in node) return "not";
  return "of" in node ? "atLeast" : null;
}

/** A group of these children; "not" of several is "not all of them". `n` is for "at least n of". */
export function groupOf(joining: Joining, children: readonly Criterion[], n = 1): Criterion {
  if (joining === "all") return { all: children };
  if (joining === "any") return { any: children };
  if (joining === "not") return { not: children.length === 1 ? children[0]! : { all: children } };
  return { atLeast: Math.max(0, Math.min(n, children.length)), of: children };
}

function withChildren(node: Criterion, children: readonly Criterion[]): Criterion {
  const joining = joiningOf(node);
  return joining ? groupOf(joining, children, "of" in node ? node.atLeast : 1) : node;
}

/** The node at a path; undefined when there is none. */
export function nodeAt(root: Criterion, path: CriterionPath): Criterion | undefined {
  return path.reduce<Criterion | undefined>((node, k) => (node ? childrenOf(node)[k] : undefined), root);
}

/** The tree with another node at a path; null takes the node out. The root cannot be taken out: it becomes an empty "all". */
export function replaceAt(root: Criterion, path: CriterionPath, next: Criterion | null): Criterion {
  const [k, ...rest] = path;
  if (k === undefined) return next ?? { all: [] };
  const children = childrenOf(root).flatMap((child, i): Criterion[] => {
    if (i !== k) return [child];
    if (rest.length > 0) return [replaceAt(child, rest, next)];
    return next ? [next] : [];
  });
  return withChildren(root, children);
}

/** The tree with one more child at the end of the group at a path; a condition there becomes a group of both. */
export function addAt(root: Criterion, path: CriterionPath, child: Criterion): Criterion {
  const node = nodeAt(root, path);
  if (!node) return root;
  const grown = joiningOf(node) ? withChildren(node, [...childrenOf(node), child]) : { all: [node, child] };
  return replaceAt(root, path, grown);
}
