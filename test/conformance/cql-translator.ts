import {
  CqlTranslator,
  createModelInfoProvider,
  LibraryManager,
  ModelManager,
  stringAsSource,
} from "@cqframework/cql/cql-to-elm";

/**
 * The System types of CQL (release 1.5, appendix on the System model) as the translator wants to be told them: the package
 * holds no model by itself. Written from the list of types in the specification.
 */
const SIMPLE = ["Boolean", "Integer", "Long", "Decimal", "String", "DateTime", "Date", "Time"];
const CLASSES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  Quantity: [
    ["value", "Decimal"],
    ["unit", "String"],
  ],
  Ratio: [
    ["numerator", "Quantity"],
    ["denominator", "Quantity"],
  ],
  Code: [
    ["code", "String"],
    ["system", "String"],
    ["version", "String"],
    ["display", "String"],
  ],
  Concept: [
    ["codes", "List of Code"],
    ["display", "String"],
  ],
  Vocabulary: [
    ["id", "String"],
    ["version", "String"],
  ],
};

function element([name, type]: readonly [string, string]): string {
  if (!type.startsWith("List of ")) return `<element name="${name}" type="System.${type}"/>`;
  const of = type.slice("List of ".length);
  return `<element name="${name}"><typeSpecifier xsi:type="ListTypeSpecifier" elementType="System.${of}"/></element>`;
}

function typeInfo(kind: "SimpleTypeInfo" | "ClassInfo", name: string, base: string | null, inside = ""): string {
  return `<typeInfo xsi:type="${kind}" name="System.${name}"${base ? ` baseType="System.${base}"` : ""}>${inside}</typeInfo>`;
}

const SYSTEM = [
  '<modelInfo name="System" version="1.0.0" url="urn:hl7-org:elm-types:r1" targetQualifier="system"',
  ' xmlns="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
  typeInfo("SimpleTypeInfo", "Any", null),
  ...SIMPLE.map((name) => typeInfo("SimpleTypeInfo", name, "Any")),
  ...Object.entries(CLASSES).map(([name, of]) => typeInfo("ClassInfo", name, "Any", of.map(element).join(""))),
  typeInfo("ClassInfo", "ValueSet", "Vocabulary"),
  typeInfo("ClassInfo", "CodeSystem", "Vocabulary"),
  "</modelInfo>",
].join("");

const models = new ModelManager();
models.modelInfoLoader.registerModelInfoProvider(
  createModelInfoProvider((name) => (name === "System" ? stringAsSource(SYSTEM) : null)),
);

/** The ELM that the reference translator makes of CQL text. Throws with its words when it finds any fault, a warning too. */
export function translated(cql: string): { library: unknown } {
  const translator = CqlTranslator.fromText(cql, new LibraryManager(models));
  const faults = [...translator.exceptions.asJsReadonlyArrayView()].map(
    (fault) => fault.message ?? "a fault without words",
  );
  if (faults.length > 0) throw new Error(`The translator says: ${faults.slice(0, 5).join("; ")}`);
  return JSON.parse(translator.toJson()) as { library: unknown };
}
