import type { Verification } from "./recommendation.ts";

/**
 * A condition over one field of a case record. `known` asks that it happened (any value but none); `none` that it was recorded
 * as not having happened (a direct arrival has no first hospital), which is not the same as unknown.
 */
export type MetricCondition =
  | {
      readonly field: string;
      readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte";
      readonly value: number | string | boolean;
    }
  | { readonly field: string; readonly op: "in"; readonly value: readonly (number | string)[] }
  | { readonly field: string; readonly op: "includes"; readonly value: string }
  | { readonly field: string; readonly op: "known" }
  | { readonly field: string; readonly op: "none" }
  | {
      /** Minutes from one time to another, e.g. door to puncture, compared with a number. */
      readonly from: string;
      readonly to: string;
      readonly unit: "min" | "h" | "d";
      readonly op: "lt" | "lte" | "gt" | "gte" | "between";
      readonly value: number | readonly [number, number];
    };

/** A formula as data: over the cases in which all of `of` hold. */
export type MetricFormula =
  | {
      readonly kind: "share";
      readonly of: readonly MetricCondition[];
      readonly holds: readonly MetricCondition[];
      readonly any?: true;
    }
  | {
      readonly kind: "median-interval";
      readonly of: readonly MetricCondition[];
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: "median-value"; readonly of: readonly MetricCondition[]; readonly field: string }
  | { readonly kind: "count"; readonly of: readonly MetricCondition[]; readonly per: "year" }
  /** No field of the registry holds what is asked; `reason` says what would have to be recorded. */
  | { readonly kind: "cannot-be-computed"; readonly reason: string };

/** One bound of a target that its source states; several may stand side by side. */
export interface MetricTarget {
  readonly op: "lt" | "lte" | "gt" | "gte";
  readonly value: number;
  readonly words: string;
}

/** A measure of quality with its formula, unit, target and source. Targets are for review, never a judgement. */
export interface Metric extends Verification {
  readonly id: string;
  readonly name: string;
  readonly type: "process" | "outcome" | "safety" | "structure" | "radiation";
  readonly numerator: string;
  readonly denominator: string;
  readonly exclusions: readonly string[];
  readonly formula: MetricFormula;
  readonly unit: string;
  /** The target in words, with whose it is. */
  readonly target: string;
  readonly targets: readonly MetricTarget[];
  readonly source: string;
}

/** A field of a case record that formulas may use. */
export interface RegistryField {
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly usedBy: readonly string[];
  readonly required: boolean;
}

function conditionFields(condition: MetricCondition): readonly string[] {
  return "field" in condition ? [condition.field] : [condition.from, condition.to];
}

/** Names of the fields that a formula reads, each once. */
export function metricFields(formula: MetricFormula): readonly string[] {
  if (formula.kind === "cannot-be-computed") return [];
  const own =
    formula.kind === "share"
      ? formula.holds.flatMap(conditionFields)
      : formula.kind === "median-interval"
        ? [formula.from, formula.to]
        : formula.kind === "median-value"
          ? [formula.field]
          : [];
  return [...new Set([...formula.of.flatMap(conditionFields), ...own])];
}

/** What is wrong with a metric, one sentence each: unit and kind must fit, fields must be in `registry`, a source must stand. */
export function metricProblems(item: Metric, registry: readonly RegistryField[]): readonly string[] {
  const problems: string[] = [];
  if (!item.source) problems.push("has no source");
  if (!item.numerator || !item.denominator) problems.push("needs a numerator and a denominator in words");
  const { formula } = item;
  if (formula.kind === "share" && item.unit !== "%") problems.push(`is a share but its unit is "${item.unit}"`);
  if (formula.kind === "median-interval" && !["min", "h", "d"].includes(item.unit))
    problems.push(`is an interval but its unit is "${item.unit}"`);
  if (formula.kind === "cannot-be-computed" && !formula.reason) problems.push("does not say why it cannot be computed");
  for (const name of metricFields(formula)) {
    if (!registry.some((field) => field.key === name)) problems.push(`reads the unknown registry field "${name}"`);
  }
  for (const { value } of item.targets) {
    if (!Number.isFinite(value) || (item.unit === "%" && (value < 0 || value > 100)))
      problems.push(`has the target ${value} ${item.unit}`);
  }
  return problems.map((problem) => `metric ${item.id}: ${problem}`);
}
