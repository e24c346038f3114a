/** How hard a fact is to get: 1 known at the referrer's bedside, 2 one more question or look, 3 read from images that
 * exist, 4 needs a test, a procedure or a decision of the treating team. Used only to order questions. */
export type Effort = 1 | 2 | 3 | 4;

/** Who usually supplies a fact. */
export type Supplier = "referrer" | "imaging" | "laboratory" | "angiography" | "treating team";

/** One entry of the facts dictionary: the type, the unit, what is allowed, and the words to ask for it. */
export interface FieldDefinition {
  readonly name: string;
  readonly kind: "int" | "number" | "bool" | "enum" | "ordered";
  /** Human label, e.g. "Pre-stroke mRS". */
  readonly label: string;
  /** Unit as shown; empty for scores, booleans and words. */
  readonly unit: string;
  /** Allowed numbers, both ends included. */
  readonly range?: readonly [number, number];
  /** Allowed words; for `ordered` from least to most. */
  readonly values?: readonly string[];
  /** How a word is shown when it is a code, e.g. "suspected_ais" as "suspected ischaemic stroke". */
  readonly labels?: Readonly<Record<string, string>>;
  /** Broader words that stand for several of `values`; a fact may use one, and so may a rule. */
  readonly parents?: Readonly<Record<string, readonly string[]>>;
  /** True when words outside `values` are allowed (a drug, a country). Near-misses are still refused. */
  readonly open?: true;
  /** How to ask, e.g. "ask the referrer for the pre-stroke mRS". */
  readonly ask: string;
  readonly supplier: Supplier;
  readonly effort: Effort;
  readonly synonyms: readonly string[];
  /** For a boolean: the sentence when true and when false. */
  readonly words?: readonly [string, string];
  /** Hours for which a fact still describes the patient, and who says so; an older one counts as not known. */
  readonly maxAge?: { readonly hours: number; readonly source: string };
  /** Hours a unit, for a value that grows by itself from when it was observed ("time since last known well"). */
  readonly clock?: number;
  /** LOINC codes that name this quantity and nothing else; only certain ones. */
  readonly loinc?: readonly string[];
}

type Rest = { supplier?: Supplier; effort?: Effort; synonyms?: readonly string[] };

const rest = (supplier: Supplier, effort: Effort, given: Rest) => ({
  supplier: given.supplier ?? supplier,
  effort: given.effort ?? effort,
  synonyms: given.synonyms ?? [],
});

/** A number field. Shape: name, label, unit, [min, max] both allowed, how to ask, who supplies. */
export function numberField(
  name: string,
  label: string,
  unit: string,
  range: readonly [number, number],
  ask: string,
  given: Rest = {},
): FieldDefinition {
  return { name, kind: "number", label, unit, range, ask, ...rest("referrer", 2, given) };
}

/** A whole-number field (scores, ages, counts). Shape as `numberField`. */
export function wholeField(
  name: string,
  label: string,
  unit: string,
  range: readonly [number, number],
  ask: string,
  given: Rest = {},
): FieldDefinition {
  return { ...numberField(name, label, unit, range, ask, given), kind: "int" };
}

/** A yes/no field with the sentence for yes and the sentence for no. */
export function yesNoField(
  name: string,
  label: string,
  words: readonly [string, string],
  ask: string,
  given: Rest = {},
): FieldDefinition {
  return { name, kind: "bool", label, unit: "", ask, words, ...rest("referrer", 2, given) };
}

/** A field of words; `ordered` when they run from least to most; `parents` are broader words; see FieldDefinition. */
export function wordField(
  name: string,
  label: string,
  values: readonly string[],
  ask: string,
  given: Rest & Pick<FieldDefinition, "open" | "parents" | "labels"> & { ordered?: true } = {},
): FieldDefinition {
  return {
    name,
    kind: given.ordered ? "ordered" : "enum",
    label,
    unit: "",
    values,
    ask,
    ...(given.parents ? { parents: given.parents } : {}),
    ...(given.labels ? { labels: given.labels } : {}),
    ...(given.open ? { open: true as const } : {}),
    ...rest("referrer", 2, given),
  };
}
