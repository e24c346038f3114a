import { foldName } from "../../ingest/patient-name.ts";
import type { MatchKey } from "./match-keys.ts";
import { dateBounds } from "./match-ranges.ts";

/** Keys of `study_key` from one up to another that is not in it, in the order of bytes. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/** Behind every key that begins with what stands before it. */
const LAST = "\u{10ffff}";
const LONGEST_NAME = 200; // of what the keys keep of a group of a name
const LONGEST_WORD = 64;
const SPACES = /[\s^=]+/;
const SEPARATORS = /[-/.,;:_()+*?"'\\|&#]+/;
const AROUND = /^[-/.,;:_()+*?"'\\|&#]+|[-/.,;:_()+*?"'\\|&#]+$/g;

/** All keys that begin so. */
function beginning(text: string): KeyRange {
  return { from: text, to: text + LAST };
}

/** The one key. */
function exactly(text: string): KeyRange {
  return { from: text, to: `${text}\u0001` }; // no key holds a control character
}

/**
 * The keys of the studies whose patient has such a name: that which stands before the first wildcard. `whole`: nothing
 * else needs to be looked at. Undefined when nothing stands there.
 */
export function nameKeys(value: string): (KeyRange & { readonly whole: boolean }) | undefined {
  const folded = foldName(value).replace(/\^+$/, "");
  const wild = folded.search(/[*?=]/);
  const literal = wild < 0 ? folded : folded.slice(0, wild);
  if (literal === "" || literal.length > LONGEST_NAME / 2) return undefined;
  if (wild < 0) return { ...exactly(`n:${literal}`), whole: true };
  return { ...beginning(`n:${literal}`), whole: folded.slice(wild) === "*" };
}

/** The key of the studies with a series of this modality. */
export function modalityKey(value: string): string | undefined {
  return /^[^,\\]+$/.test(value.trim()) && value !== '""' ? `m:${value.trim()}` : undefined;
}

/** The words of what a person types: a number with its dashes is one, and so is a date. */
export function wordsOf(text: string): string[] {
  const dates = text.replace(/(?<![\w-])(\d{4})-(\d\d)(?:-(\d\d))?(?![\w-])/g, "$1$2$3");
  return foldName(dates)
    .split(SPACES)
    .map((word) => word.replace(AROUND, ""))
    .flatMap((word) => (/\d/.test(word) ? word : word.split(SEPARATORS)))
    .filter(Boolean)
    .slice(0, 8)
    .map((word) => word.slice(0, LONGEST_WORD));
}

/** The keys of the studies with a word that begins so. */
export function wordKeys(word: string): KeyRange {
  return beginning(`w:${word}`);
}

/** First and last day that a match of the study date allows; undefined when it says nothing that simple. */
export function daysOf(key: MatchKey, value: string): { readonly from?: string; readonly to?: string } | undefined {
  return key.column === "study.study_date" && value !== '""' ? dateBounds(value) : undefined;
}
