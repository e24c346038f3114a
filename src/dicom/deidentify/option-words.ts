import { WillisError } from "../../core/errors.ts";
import type { DeidentifyOptions } from "./profile.ts";

/** Options from the words that command line and page use. Errors: `bad-request` names a word that is none. */
export function optionsOf(words: readonly string[]): DeidentifyOptions {
  const unknown = words.find((word) => !OPTION_WORDS.some(([known]) => known === word));
  if (unknown !== undefined) {
    const all = OPTION_WORDS.map(([word]) => word).join(", ");
    throw new WillisError("bad-request", `"${unknown.slice(0, 40)}" is no option of the profile: choose from ${all}.`);
  }
  const has = (word: (typeof OPTION_WORDS)[number][0]) => words.includes(word);
  if (has("dates-modified") && has("dates-full"))
    throw new WillisError("bad-request", "dates-modified and dates-full exclude each other: choose one.");
  return {
    dates: has("dates-full") ? "full" : has("dates-modified") ? "modified" : "remove",
    descriptors: has("descriptors"),
    structured: has("structured"),
    graphics: has("graphics"),
    uids: has("uids"),
    device: has("device"),
    institution: has("institution"),
    patient: has("patient"),
    safePrivate: has("safe-private"),
    documents: has("documents"),
  };
}

/** The words for the options, and what each keeps. */
export const OPTION_WORDS = [
  ["dates-modified", "dates and times, all dates of a patient moved by the same number of days"],
  ["dates-full", "dates and times as they are"],
  ["descriptors", "of descriptions and comments the words that are known to be safe"],
  ["structured", "reports as trees, their text cleaned"],
  ["graphics", "drawn shapes and regions, their text cleaned; look at them"],
  ["patient", "age (over 89 as 90), sex, height, weight, ethnic group, smoking, pregnancy"],
  ["device", "serial number, station name and other marks of the device"],
  ["institution", "name and address of the institution"],
  ["uids", "the original UIDs"],
  ["safe-private", "private elements that are known to hold technique alone"],
  ["documents", "encapsulated documents and recorded speech, unread"],
] as const;
