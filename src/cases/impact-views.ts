import type { Impact } from "../knowledge/impact.ts";

/** What was asked: a draft, or the hashes of the pack of before and of after. */
export interface ImpactAsked {
  readonly draft: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** Id of the pack that changes. */
  readonly pack: string;
  /** How far back decisions are counted. */
  readonly days: number;
}

/** A count of whom a change of packs judges otherwise, as a page shows it. Times UTC ISO. */
export interface ImpactRunView {
  readonly id: string;
  readonly asked: ImpactAsked;
  readonly by: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  /** Decisions that were read so far, and about how many there are; null before they were counted. */
  readonly seen: number;
  readonly total: number | null;
  readonly error: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Null until done. Examples are ids of cases that this person may see; `count` counts all. */
  readonly result: {
    readonly open: Impact;
    readonly decided: Impact;
    readonly since: string;
    readonly unusable: readonly { readonly message: string; readonly count: number }[];
  } | null;
}
