import type { Card, Direction, Facts } from "../knowledge/index.ts";

/** Why a recommendation that was met is not followed; `other` needs words of one's own. */
export const DEVIATION_REASONS = [
  { code: "patient-wish", words: "patient or family decided otherwise" },
  { code: "comorbidity", words: "comorbidity or frailty" },
  { code: "anatomy", words: "anatomy or access" },
  { code: "unavailable", words: "not available here in time" },
  { code: "newer-evidence", words: "newer evidence" },
  { code: "other-guideline", words: "another guideline followed" },
  { code: "trial", words: "treated within a trial" },
  { code: "unfit", words: "does not fit this patient" },
  { code: "other", words: "another reason" },
] as const;

/** The code of a reason, as it is kept and exported. */
export type DeviationReason = (typeof DEVIATION_REASONS)[number]["code"];

/** The words of a reason; a code of another version shows itself. */
export function reasonWords(code: string): string {
  return DEVIATION_REASONS.find((reason) => reason.code === code)?.words ?? code;
}

/** "anatomy or access: no safe route", or the words alone where the reason is another one. */
export function whyNotFollowed(given: { readonly reason: string; readonly words: string }): string {
  if (given.words === "") return reasonWords(given.reason);
  return given.reason === "other" ? given.words : `${reasonWords(given.reason)}: ${given.words}`;
}

/** What a deviation keeps of the recommendation as it was at that moment: enough to read it without the pack. */
export interface NotFollowed {
  readonly recommendation: string;
  readonly subject: string;
  readonly direction: Direction;
  readonly body: string;
  readonly year: number;
  readonly strength: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly packHash: string;
  /** The facts that met it. */
  readonly facts: Facts;
}

/** One recommendation that was met and is not followed in one case. */
export interface DeviationView extends NotFollowed {
  readonly id: string;
  readonly caseId: string;
  readonly decisionId: string | null;
  readonly reason: string;
  readonly words: string;
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string; readonly organisation: string };
  /** Taken back; it stays readable and counts no more. */
  readonly withdrawn: { readonly at: string; readonly by: string } | null;
}

/** What is kept of a card that applies; the facts are those that decided it. */
export function notFollowedOf(card: Card, facts: Facts): NotFollowed {
  const deciding = card.deciding.filter((name) => facts[name] !== undefined);
  return {
    recommendation: card.id,
    subject: card.subject,
    direction: card.direction,
    body: card.body,
    year: card.year,
    strength: card.strength,
    pack: card.pack,
    packVersion: card.packVersion,
    packHash: card.packHash,
    facts: Object.fromEntries(deciding.map((name) => [name, facts[name]!])),
  };
}
