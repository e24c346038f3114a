import type { FieldDefinition } from "./field.ts";
import { BEDSIDE_FIELDS } from "./fields-bedside.ts";
import { HAEMORRHAGE_FIELDS } from "./fields-haemorrhage.ts";
import { OTHER_FIELDS } from "./fields-other.ts";
import { STROKE_FIELDS } from "./fields-stroke.ts";
import { STROKE_TREATMENT_FIELDS } from "./fields-stroke-treatment.ts";
import { timesOf } from "./fields-times.ts";

/** The facts dictionary, in the order in which a case page asks. */
export const FIELDS: readonly FieldDefinition[] = [
  ...STROKE_FIELDS,
  ...STROKE_TREATMENT_FIELDS,
  ...BEDSIDE_FIELDS,
  ...HAEMORRHAGE_FIELDS,
  ...OTHER_FIELDS,
].map((field) => ({ ...field, ...timesOf(field.name) }));

const BY_NAME: ReadonlyMap<string, FieldDefinition> = new Map(FIELDS.map((field) => [field.name, field]));

/** The definition of a field by its exact name; undefined when the dictionary has none. */
export function fieldOf(name: string): FieldDefinition | undefined {
  return BY_NAME.get(name);
}

/** Lower case, without spaces, hyphens and underscores: how near words are compared. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[\s_\-.]+/g, "");
}

/** Edit distance (Levenshtein 1966) of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[b.length]!;
}

/**
 * The word of a list that was probably meant, for an error message; undefined when none is near. Spelling variants
 * (case, spaces, hyphens) always count as near; else at most two edits, and fewer than a third of the word.
 */
export function nearestWord(word: string, list: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: string | undefined;
  let least = Math.min(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of list) {
    const d = distance(wanted, plain(candidate));
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

/** The field that a name, label or synonym means, ignoring case and punctuation; undefined when none does. */
export function fieldNamed(word: string): FieldDefinition | undefined {
  const wanted = plain(word);
  return FIELDS.find((field) => [field.name, field.label, ...field.synonyms].some((known) => plain(known) === wanted));
}

/** All words a fact of this field may use: the values and their broader parents. */
export function wordsOf(field: FieldDefinition): readonly string[] {
  return [...(field.values ?? []), ...Object.keys(field.parents ?? {})];
}

/** The finest values a word stands for: a parent gives its children, any other word itself. */
export function expand(field: FieldDefinition | undefined, word: string): readonly string[] {
  return field?.parents?.[word] ?? [word];
}
