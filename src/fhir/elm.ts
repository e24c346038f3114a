import type { Criterion, Leaf } from "../knowledge/criteria.ts";
import { fieldOf } from "../knowledge/dictionary.ts";
import { choices, wordSets } from "./word-sets.ts";

/** A node of an Expression Logical Model (HL7 CQL release 1, "r1"). Plain JSON. */
export type Elm = { readonly type: string; readonly [key: string]: unknown };

/** A named criterion that becomes one definition of a library. */
export interface Definition {
  readonly name: string;
  readonly criterion: Criterion;
}

const SYSTEM = "urn:hl7-org:elm-types:r1";
const COMPARISONS = { eq: "Equal", lt: "Less", lte: "LessOrEqual", gt: "Greater", gte: "GreaterOrEqual" } as const;

const parameter = (name: string): Elm => ({ type: "ParameterRef", name });
const literal = (valueType: "Decimal" | "String" | "Boolean", value: number | string | boolean): Elm => ({
  type: "Literal",
  valueType: `{${SYSTEM}}${valueType}`,
  value: String(value),
});
const unknown: Elm = { type: "As", asType: `{${SYSTEM}}Boolean`, operand: { type: "Null" } };
const not = (operand: Elm): Elm => ({ type: "Not", operand });
const when = (condition: Elm, then: Elm, otherwise: Elm): Elm => ({ type: "If", condition, then, else: otherwise });

/** Two by two, as the model wants it; `none` for an empty list. */
function joined(type: "And" | "Or", parts: readonly Elm[], none: boolean): Elm {
  if (parts.length === 0) return literal("Boolean", none);
  return parts.reduce((all, next) => ({ type, operand: [all, next] }));
}

/** The System type of the parameter that carries a field: Decimal for every number, Boolean, or String. */
export function typeOf(name: string): "Decimal" | "Boolean" | "String" {
  const kind = fieldOf(name)?.kind;
  return kind === "bool" ? "Boolean" : kind === "int" || kind === "number" ? "Decimal" : "String";
}

function numberElm({ field, op, value }: Leaf): Elm {
  const compared = (word: keyof typeof COMPARISONS, to: number): Elm => ({
    type: COMPARISONS[word],
    operand: [parameter(field), literal("Decimal", to)],
  });
  if (op === "between") {
    const [low, high] = value as readonly number[];
    return joined("And", [compared("gte", low!), compared("lte", high!)], true);
  }
  if (op === "in")
    return joined(
      "Or",
      (value as readonly number[]).map((one) => compared("eq", one)),
      false,
    );
  return op === "ne" ? not(compared("eq", value as number)) : compared(op, value as number);
}

function wordElm(leaf: Leaf): Elm {
  const sets = wordSets(leaf);
  const among = (words: readonly string[]): Elm => ({
    type: "In",
    operand: [parameter(leaf.field), { type: "List", element: words.map((word) => literal("String", word)) }],
  });
  // The words that give the rarer answer are named; every other word gives the rest.
  const rest: Elm = literal("Boolean", sets.other);
  const open = sets.unknown.length > 0 ? when(among(sets.unknown), unknown, rest) : rest;
  const named = sets.other ? sets.false : sets.true;
  const told = named.length > 0 ? when(among(named), literal("Boolean", !sets.other), open) : open;
  // "In" is two-valued: a word that is not known would be "not among them", which is never so.
  return when({ type: "IsNull", operand: parameter(leaf.field) }, unknown, told);
}

/** A criterion in the model: three values for three values, with a guard where an operator would take null for false. */
export function elmOf(node: Criterion): Elm {
  if ("field" in node) {
    const type = typeOf(node.field);
    if (type === "Decimal") return numberElm(node);
    if (type === "String") return wordElm(node);
    const equal: Elm = { type: "Equal", operand: [parameter(node.field), literal("Boolean", node.value as boolean)] };
    return node.op === "ne" ? not(equal) : equal;
  }
  if ("text" in node) return unknown;
  if ("all" in node) return joined("And", node.all.map(elmOf), true);
  if ("any" in node) return joined("Or", node.any.map(elmOf), false);
  if ("not" in node) return not(elmOf(node.not));
  // At least n of them: one of the choices of n holds whole. By Kleene's tables that is equal, unknowns included.
  const parts = choices(node.of, node.atLeast).map((choice) => joined("And", choice.map(elmOf), true));
  return joined("Or", parts, false);
}

/** A library of definitions over parameters, one for each field that they compare. */
export function elmLibrary(id: string, version: string, definitions: readonly Definition[], fields: readonly string[]) {
  return {
    library: {
      identifier: { id, version },
      schemaIdentifier: { id: "urn:hl7-org:elm", version: "r1" },
      usings: { def: [{ localIdentifier: "System", uri: SYSTEM }] },
      parameters: {
        def: fields.map((name) => ({
          name,
          accessLevel: "Public",
          // What is not given is null: without a default an engine may take the declaration itself for the value.
          default: { type: "As", asType: `{${SYSTEM}}${typeOf(name)}`, operand: { type: "Null" } },
          parameterTypeSpecifier: { type: "NamedTypeSpecifier", name: `{${SYSTEM}}${typeOf(name)}` },
        })),
      },
      statements: {
        def: definitions.map(({ name, criterion }) => ({
          name,
          context: "Unfiltered",
          accessLevel: "Public",
          expression: elmOf(criterion),
        })),
      },
    },
  };
}
