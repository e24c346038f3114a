import type { Sql } from "../pool.ts";
import { countKeys, keyRange } from "./search-newest.ts";
import { type KeyRange, wordKeys } from "./study-keys.ts";
import type { ArchiveScope } from "./visible.ts";

const MOST = 20_000; // studies of one word that are compared and put in order
const MANY = 150_000; // the same when every one of several words is frequent: they may have few studies together

/** Words by which studies are found in the index. */
export interface RareWords {
  /** The studies with all of them, a statement that gives `study_id` and `day`; `$1` is the organisation. */
  keyed(params: unknown[]): string;
  /** The other words, which very many studies have: to be looked for in the rows. */
  readonly others: readonly string[];
}

/**
 * Which of these words tell few studies; "nowhere" when no study has one of them, undefined when all are too frequent (or
 * there are none): then the newest studies are looked at one after the other.
 */
export async function rareWords(
  sql: Sql,
  scope: Pick<ArchiveScope, "params">,
  words: readonly string[],
): Promise<RareWords | "nowhere" | undefined> {
  const counted = async (most: number): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, await countKeys(sql, scope, wordKeys(word), most + 1));
    return counts;
  };
  const counts = await counted(MOST);
  if ([...counts.values()].includes(0)) return "nowhere";
  let few = words.filter((word) => counts.get(word)! <= MOST);
  if (few.length === 0 && words.length > 1) {
    const more = await counted(MANY);
    few = words.filter((word) => more.get(word)! <= MANY);
  }
  if (few.length === 0) return undefined;
  const ranges: KeyRange[] = few.map(wordKeys);
  const others = words.filter((word) => !few.includes(word));
  const one = (range: KeyRange, params: unknown[]): string =>
    `select distinct study_id, day from study_key where organisation_id = $1 and ${keyRange(range, params)}`;
  return { others, keyed: (params) => ranges.map((range) => one(range, params)).join(" intersect ") };
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
