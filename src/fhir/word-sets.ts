import { compare, type Leaf } from "../knowledge/criteria.ts";
import { fieldOf, wordsOf } from "../knowledge/dictionary.ts";

/** What a comparison of words comes to, word by word: no language of others knows our broader words or our order. */
export interface WordSets {
  readonly true: readonly string[];
  readonly false: readonly string[];
  /** Broader words whose finer ones decide differently. */
  readonly unknown: readonly string[];
  /** The result for a word that the dictionary does not list. */
  readonly other: boolean;
}

const ANOTHER = "\u0000another";

/** The words of a field by what this comparison says of each; see `compare`. The field must be one of words. */
export function wordSets(leaf: Leaf): WordSets {
  const field = fieldOf(leaf.field);
  const words = new Set([...(field ? wordsOf(field) : []), ...[leaf.value].flat().map(String)]);
  const by = (result: string) => [...words].filter((word) => compare(leaf, { [leaf.field]: word }) === result);
  return {
    true: by("true"),
    false: by("false"),
    unknown: by("unknown"),
    other: compare(leaf, { [leaf.field]: ANOTHER }) === "true",
  };
}

/** All choices of `count` of a list, in order; one empty choice for none. */
export function choices<T>(list: readonly T[], count: number): readonly (readonly T[])[] {
  if (count <= 0) return [[]];
  return list.flatMap((first, k) => choices(list.slice(k + 1), count - 1).map((rest) => [first, ...rest]));
}
