import { type FactValue, WillisError } from "../core/index.ts";
import { FIELDS, fieldNamed, fieldOf, nearestWord, wordsOf } from "./dictionary.ts";
import type { FieldDefinition } from "./field.ts";
import { inUnitOf } from "./unit.ts";

/** Facts by field name. A fact that is not known is not there. */
export type Facts = Readonly<Record<string, FactValue>>;

/** One thing wrong with one given fact. */
export interface FactProblem {
  readonly name: string;
  readonly message: string;
}

function unknownField(name: string): string {
  const meant =
    fieldNamed(name)?.name ??
    nearestWord(
      name,
      FIELDS.map((field) => field.name),
    );
  return `unknown fact "${name}"${meant ? `; did you mean "${meant}"?` : "; see the facts dictionary"}`;
}

function wrongNumber(field: FieldDefinition, value: unknown): string | null {
  const unit = field.unit ? ` ${field.unit}` : "";
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return `"${field.name}" must be a number${unit}, not ${JSON.stringify(value) ?? "nothing"}`;
  }
  if (field.kind === "int" && !Number.isInteger(value)) return `"${field.name}" must be a whole number, not ${value}`;
  const [low, high] = field.range ?? [-Infinity, Infinity];
  if (value < low || value > high) return `"${field.name}" must lie between ${low} and ${high}${unit}, not ${value}`;
  return null;
}

function wrongWord(field: FieldDefinition, value: unknown): string | null {
  const words = wordsOf(field);
  if (typeof value !== "string" || value.trim() === "") {
    return `"${field.name}" must be one of ${words.join(", ")}, not ${JSON.stringify(value) ?? "nothing"}`;
  }
  if (words.includes(value)) return null;
  const meant = nearestWord(value, words);
  if (field.open && !meant) return null;
  const hint = meant ? `; did you mean "${meant}"?` : "";
  return `"${field.name}" must be one of ${words.join(", ")}, not "${value}"${hint}`;
}

/**
 * What is wrong with a value for a field, in a sentence that names both; null when nothing is. Checked: the type, whole
 * numbers, the allowed range, the allowed words (exact spelling). An open field takes other words but refuses near-misses.
 */
export function wrongValue(name: string, value: unknown): string | null {
  const field = fieldOf(name);
  if (!field) return unknownField(name);
  if (field.kind === "bool") {
    return typeof value === "boolean"
      ? null
      : `"${name}" must be true or false, not ${JSON.stringify(value) ?? "nothing"}`;
  }
  return field.kind === "int" || field.kind === "number" ? wrongNumber(field, value) : wrongWord(field, value);
}

/** A value with its unit, `{ "value": 90, "unit": "min" }`, as the value in the unit of the field; else the reason why not. */
function withoutUnit(name: string, given: unknown): { value: unknown } | { problem: string } {
  if (typeof given !== "object" || given === null || !("value" in given)) return { value: given };
  const { value, unit, ...rest } = given as { value: unknown; unit?: unknown };
  const [other] = Object.keys(rest);
  if (other !== undefined) return { problem: `"${name}" may say "value" and "unit", not "${other}"` };
  const field = fieldOf(name);
  if (unit === undefined || !field) return { value };
  if (typeof unit !== "string") return { problem: `the unit of "${name}" must be a word, not ${JSON.stringify(unit)}` };
  if (field.kind !== "int" && field.kind !== "number") return { problem: `"${name}" has no unit, not "${unit}"` };
  if (typeof value !== "number") return { value };
  const turned = inUnitOf(field, value, unit);
  return typeof turned === "number" ? { value: turned } : turned;
}

/**
 * Splits what was given into usable facts and problems, so that a caller can show every problem at once. `null` and
 * `undefined` mean "not known" and are left out without a problem. A number may come with its unit
 * (`{ "value": 90, "unit": "min" }`) and is turned into that of the field.
 */
export function checkFacts(given: Readonly<Record<string, unknown>>): {
  facts: Facts;
  problems: readonly FactProblem[];
} {
  const facts: Record<string, FactValue> = {};
  const problems: FactProblem[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) {
      if (!fieldOf(name)) problems.push({ name, message: unknownField(name) });
      continue;
    }
    const plain = withoutUnit(name, value);
    const message = "problem" in plain ? plain.problem : wrongValue(name, plain.value);
    if (message) problems.push({ name, message });
    else if ("value" in plain) facts[name] = plain.value as FactValue;
  }
  return { facts, problems };
}

/** Checked facts. Throws WillisError "bad-request" naming every unknown field and every value that is not allowed. */
export function parseFacts(given: unknown): Facts {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new WillisError("bad-request", 'Facts must be an object of "field": value, e.g. { "nihss": 12 }.');
  }
  const { facts, problems } = checkFacts(given as Record<string, unknown>);
  if (problems.length > 0) {
    throw new WillisError("bad-request", `These facts cannot be used: ${problems.map((p) => p.message).join("; ")}`, {
      problems,
    });
  }
  return facts;
}
