import type { Sql } from "../pool.ts";
import { countKeys, keyRange } from "./search-newest.ts";
import { type KeyRange, wordKeys } from "./study-keys.ts";
import type { ArchiveScope } from "./visible.ts";

const FEW = 5000; // studies of one word whose other words are looked at
const SOME = 50_000; // studies of each of several words that are compared

/** Words that few studies have together. */
export interface RareWords {
  /** The studies as a relation with `study_id`, which may hold some that do not have the other words; `$1`: the organisation. */
  hits(params: unknown[]): string;
}

/**
 * The words by which studies are found in the index; "nowhere" when no study has one of the words, undefined when they are
 * too frequent (or there are none): then the newest studies are looked at one after the other.
 */
export async function rareWords(
  sql: Sql,
  scope: Pick<ArchiveScope, "params">,
  words: readonly string[],
): Promise<RareWords | "nowhere" | undefined> {
  let best: { readonly range: KeyRange; readonly count: number } | undefined;
  for (const word of words) {
    const range = wordKeys(word);
    const count = await countKeys(sql, scope, range, Math.min(FEW, best?.count ?? FEW) + 1);
    if (count === 0) return "nowhere";
    if (count <= FEW && (!best || count < best.count)) best = { range, count };
  }
  if (best) return together([best.range]);
  if (words.length < 2) return undefined;
  const some: KeyRange[] = [];
  for (const word of words)
    if ((await countKeys(sql, scope, wordKeys(word), SOME + 1)) <= SOME) some.push(wordKeys(word));
  return some.length > 1 ? together(some) : undefined;
}

function together(ranges: readonly KeyRange[]): RareWords {
  const one = (range: KeyRange, params: unknown[]): string =>
    `select study_id from study_key where organisation_id = $1 and ${keyRange(range, params)}`;
  return {
    hits: (params) =>
      `(select distinct study_id from (${ranges.map((range) => one(range, params)).join(" intersect ")}) as has)`,
  };
}

const OF_PATIENT = "patient.name_search, patient.patient_id, to_char(patient.birth_date, 'YYYYMMDD')";

/** That each word begins a word of the study or its patient: conditions on the rows `study` and `patient`. */
export function hasWords(words: readonly string[], params: unknown[]): string[] {
  return conditions(`study_words(${OF_PATIENT}, study.accession, study.description)`, words, params);
}

/** The same of the patient alone. */
export function hasPatientWords(words: readonly string[], params: unknown[]): string[] {
  return conditions(`study_words(${OF_PATIENT})`, words, params);
}

function conditions(text: string, words: readonly string[], params: unknown[]): string[] {
  return words.map((word) => `${text} like $${params.push(`% ${word.replace(/[\\%_]/g, "\\$&")}%`)}`);
}
