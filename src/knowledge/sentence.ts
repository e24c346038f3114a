import type { FactValue } from "../core/index.ts";
import type { Criterion, Leaf } from "./criteria.ts";
import { fieldOf } from "./dictionary.ts";
import type { FieldDefinition } from "./field.ts";

const SIGNS = { eq: "=", ne: "≠", lt: "<", lte: "≤", gt: ">", gte: "≥" } as const;

/** A value of a field as words with its unit: "3.5 h", "yes"/"no" for a boolean, the word itself otherwise. */
export function showValue(field: FieldDefinition | undefined, value: FactValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return field?.labels?.[value] ?? value.replaceAll("_", " ");
  const shown = Number.isInteger(value) ? String(value) : String(Math.round(value * 1e4) / 1e4);
  return field?.unit ? `${shown} ${field.unit}` : shown;
}

/** A known fact as a short statement, e.g. "NIHSS 12", "there is no mass effect". */
export function describeFact(name: string, value: FactValue): string {
  const field = fieldOf(name);
  if (typeof value === "boolean" && field?.words) return field.words[value ? 0 : 1];
  return `${field?.label ?? name} ${showValue(field, value)}`;
}

function leafSentence(leaf: Leaf): string {
  const field = fieldOf(leaf.field);
  const label = field?.label ?? leaf.field;
  if (typeof leaf.value === "boolean") {
    const asked = leaf.op === "ne" ? !leaf.value : leaf.value;
    return field?.words ? field.words[asked ? 0 : 1] : `${label}: ${asked ? "yes" : "no"}`;
  }
  if (Array.isArray(leaf.value)) {
    const list = leaf.value as readonly FactValue[];
    if (leaf.op === "between") {
      const unit = field?.unit ? ` ${field.unit}` : "";
      return `${label} ${list[0]}–${list[1]}${unit}`;
    }
    return `${label} is ${list.map((v) => showValue(field, v)).join(" or ")}`;
  }
  const value = showValue(field, leaf.value as FactValue);
  if (typeof leaf.value === "string" && (leaf.op === "eq" || leaf.op === "ne")) {
    return `${label} is ${leaf.op === "ne" ? "not " : ""}${value}`;
  }
  return `${label} ${SIGNS[leaf.op as keyof typeof SIGNS]} ${value}`;
}

const made = new WeakMap<Criterion, string>();

/** A criterion as a sentence with units: "NIHSS ≥ 6"; groups join their parts with "and", "or", "not". Made once. */
export function sentence(node: Criterion): string {
  let words = made.get(node);
  if (words === undefined) {
    words = written(node);
    made.set(node, words);
  }
  return words;
}

function written(node: Criterion): string {
  if ("field" in node) return leafSentence(node);
  if ("text" in node) return node.text;
  if ("not" in node) return `not (${sentence(node.not)})`;
  const inner = (nodes: readonly Criterion[], word: string) =>
    nodes
      .map((child) =>
        "field" in child || "text" in child || nodes.length === 1 ? sentence(child) : `(${sentence(child)})`,
      )
      .join(word);
  if ("all" in node) return node.all.length === 0 ? "always" : inner(node.all, " and ");
  if ("any" in node) return node.any.length === 0 ? "never" : inner(node.any, " or ");
  return `at least ${node.atLeast} of: ${inner(node.of, "; ")}`;
}
