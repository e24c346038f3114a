import type { Criterion, Leaf } from "../knowledge/criteria.ts";
import { sentence } from "../knowledge/sentence.ts";
import { type Definition, type Elm, elmOf, typeOf } from "./elm.ts";

const quoted = (name: string) => `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

const SIGNS: Readonly<Record<string, string>> = {
  Equal: "=",
  Less: "<",
  LessOrEqual: "<=",
  Greater: ">",
  GreaterOrEqual: ">=",
  And: "and",
  Or: "or",
};

function literalOf({ valueType, value }: Elm): string {
  if (String(valueType).endsWith("String")) return text(String(value));
  if (String(valueType).endsWith("Boolean")) return String(value);
  return Number.isInteger(Number(value)) ? `${value}.0` : String(value);
}

/** The expression that an ELM node stands for; every group in brackets. */
function written(node: Elm): string {
  const operands = () => (node.operand as readonly Elm[]).map(written);
  switch (node.type) {
    case "ParameterRef":
      return quoted(String(node.name));
    case "Literal":
      return literalOf(node);
    case "As":
      return "(null as Boolean)";
    case "Not":
      return `not (${written(node.operand as Elm)})`;
    case "IsNull":
      return `(${written(node.operand as Elm)} is null)`;
    case "If":
      return `(if ${written(node.condition as Elm)} then ${written(node.then as Elm)} else ${written(node.else as Elm)})`;
    case "List":
      return `{ ${(node.element as readonly Elm[]).map(written).join(", ")} }`;
    case "In":
      return `(${operands().join(" in ")})`;
    default:
      return `(${operands().join(` ${SIGNS[node.type]} `)})`;
  }
}

/** A criterion as a CQL expression; the same tree as its ELM, so that both say one thing. */
export function cqlOf(node: Criterion | Leaf): string {
  return written(elmOf(node));
}

/** The text of a library: its parameters and one definition a criterion, each under the sentence that it stands for. */
export function cqlLibrary(
  id: string,
  version: string,
  definitions: readonly Definition[],
  fields: readonly string[],
): string {
  return [
    `library ${quoted(id)} version '${version}'`,
    "",
    ...fields.map((name) => `parameter ${quoted(name)} ${typeOf(name)} default (null as ${typeOf(name)})`),
    "",
    "context Unfiltered",
    ...definitions.flatMap(({ name, criterion }) => [
      "",
      `// ${sentence(criterion).replaceAll(/\s+/g, " ")}`,
      `define ${quoted(name)}:`,
      `  ${cqlOf(criterion)}`,
    ]),
    "",
  ].join("\n");
}
