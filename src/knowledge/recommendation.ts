import type { Criterion } from "./criteria.ts";
import type { LocalAdaptation } from "./local-layer.ts";

/** Whether a recommendation speaks for doing the thing, against it, or leaves both open. Set by hand in the pack. */
export type Direction = "for" | "against" | "either";

/** The columns in which options stand side by side. */
export type OptionGroup = "intervention" | "surgery" | "medical" | "imaging-and-care";
/** The columns in the order in which they are shown. */
export const OPTION_GROUPS: readonly OptionGroup[] = ["intervention", "surgery", "medical", "imaging-and-care"];

/** How an item was checked. `from-memory` or low confidence is said wherever the item is shown. */
export interface Verification {
  readonly verified: "source-seen" | "from-memory";
  readonly verifiedScope: "main-facts" | "partial" | "none";
  readonly confidence: "high" | "medium" | "low";
  readonly verifiedVia: readonly string[];
  /** Which part was not seen, or null. */
  readonly note: string | null;
}

/** One recommendation of one body, in our own words, with a criterion that facts decide. */
export interface Recommendation extends Verification {
  readonly id: string;
  readonly guideline: string;
  readonly body: string;
  /** Year of publication. */
  readonly year: number;
  /** Null when we are not certain of it; `citationNote` then says so. */
  readonly doi: string | null;
  readonly citationNote: string | null;
  readonly topic: string;
  readonly indications: readonly string[];
  readonly criteria: Criterion;
  readonly action: string;
  readonly group: OptionGroup;
  /** What it is about, as a title; the same words in another pack mean the same thing. */
  readonly subject: string;
  readonly direction: Direction;
  /** The body's own grading system, strength and certainty. Never merged or converted. */
  readonly gradeSystem: string;
  readonly strength: string;
  readonly certainty: string;
  readonly status: "current" | "superseded";
  readonly supersedes: readonly string[];
  /** Last day (ISO date) on which the item may drive anything. */
  readonly expires: string;
  /** Who keeps the item right; nobody yet where it is left out. Needed to publish. */
  readonly owner?: string;
  /** Interests of the owner that bear on the item; "none declared" is one. Needed to publish. */
  readonly disclosure?: string;
  /** Why the body says so, in our words. */
  readonly rationale?: string;
  /** How this installation adapts it, until when and why; see local-layer.ts. */
  readonly local?: LocalAdaptation;
}

/** "from memory, not yet checked against the source" and the like, for a card; empty when the main facts were seen. */
export function verificationWords(item: Verification): string {
  const parts: string[] = [];
  if (item.verified === "from-memory") parts.push("written from memory, not yet checked against the source");
  else if (item.verifiedScope === "partial") parts.push("partly checked against the source");
  if (item.confidence !== "high") parts.push(`${item.confidence} confidence`);
  return parts.join("; ");
}

/** Guideline, body, year and DOI as one line; says so when the DOI is not certain. */
export function citationOf(item: Recommendation): string {
  const body = item.guideline.includes(item.body) ? "" : `${item.body}, `;
  const year = item.guideline.includes(String(item.year)) ? "" : ` (${item.year})`;
  return `${body}${item.guideline}${year}. ${item.doi ? `doi:${item.doi}` : (item.citationNote ?? "DOI not certain")}`;
}
