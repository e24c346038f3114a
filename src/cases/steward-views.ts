import type { PublishingProblem, RecommendationChange } from "../knowledge/index.ts";

export type DraftState = "draft" | "in review" | "published" | "withdrawn";

export type DraftDeed =
  | "begun"
  | "saved"
  | "submitted"
  | "approved"
  | "changes asked"
  | "taken back"
  | "withdrawn"
  | "published";

/** What was done with a draft; times are UTC ISO. */
export interface DraftEvent {
  readonly version: number;
  readonly kind: DraftDeed;
  readonly words: string;
  readonly disclosure: string;
  readonly by: string;
  readonly personId: string;
  readonly at: string;
}

/** A draft in a list. */
export interface DraftLine {
  readonly id: string;
  readonly pack: string;
  readonly title: string;
  readonly state: DraftState;
  readonly author: string;
  readonly version: number;
  readonly updatedAt: string;
  /** Persons who approved the version of now. */
  readonly approvals: number;
}

/** Everything a page needs to show a draft. `content` is what the files of the pack hold, unchecked. */
export interface DraftView extends DraftLine {
  readonly authorId: string;
  readonly baseHash: string | null;
  readonly content: DraftContent;
  readonly problems: readonly PublishingProblem[];
  /** Against the version it began from. */
  readonly changes: readonly RecommendationChange[];
  readonly events: readonly DraftEvent[];
  /** What this person may do now, and why not what they may not. */
  readonly may: { readonly write: boolean; readonly review: string | null; readonly publish: string | null };
}

/** What the files of a pack hold, by their name without ".json". */
export interface DraftContent {
  readonly pack: Readonly<Record<string, unknown>>;
  readonly recommendations: readonly unknown[];
  readonly trials: readonly unknown[];
  readonly scales: readonly unknown[];
  readonly indications: readonly unknown[];
  readonly metrics: readonly unknown[];
  readonly vignettes: readonly unknown[];
}
