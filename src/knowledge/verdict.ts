import type { Truth } from "./criteria.ts";

/** What a recommendation says about this patient. */
export type Verdict = "applies" | "doesNotApply" | "cannotDetermine";

const VERDICTS = { true: "applies", false: "doesNotApply", unknown: "cannotDetermine" } as const;

/** What a recommendation says whose criterion came out as `result`. */
export function verdictOf(result: Truth): Verdict {
  return VERDICTS[result];
}

/** Each verdict as the end of a sentence of which the recommendation is the subject. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  applies: "applies",
  doesNotApply: "does not apply",
  cannotDetermine: "cannot be determined",
};
