import type { BoxLine } from "../knowledge/index.ts";

/** What became of a patient who was screened for a trial. */
export const SCREENING_OUTCOMES = [
  { code: "enrolled", words: "enrolled" },
  { code: "declined", words: "declined" },
  { code: "not-offered", words: "not offered" },
  { code: "not-eligible", words: "not eligible" },
] as const;

/** The code of an outcome, as it is kept and exported. */
export type ScreeningOutcome = (typeof SCREENING_OUTCOMES)[number]["code"];

/** One case beside one trial, as the screening log keeps it. */
export interface ScreeningView {
  readonly id: string;
  /** The number of the line in the log. */
  readonly number: number;
  readonly caseId: string;
  readonly trial: string;
  readonly acronym: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly packHash: string;
  readonly result: "inside" | "outside" | "cannot determine";
  /** What decides it, or what is missing, as labels inside a sentence. */
  readonly reasons: readonly string[];
  /** Fields that could still change it. */
  readonly missing: readonly string[];
  readonly conditions: readonly BoxLine[];
  readonly screenedAt: string;
  readonly judgedAt: string;
  /** Null: nobody has said yet what became of it. */
  readonly outcome: {
    readonly code: ScreeningOutcome;
    readonly reason: string;
    readonly by: string;
    readonly at: string;
  } | null;
}

/** How a log adds up for one trial. */
export interface ScreeningCount {
  readonly trial: string;
  readonly acronym: string;
  readonly screened: number;
  /** Inside every condition that facts decide. */
  readonly inside: number;
  readonly outside: number;
  readonly enrolled: number;
  readonly declined: number;
  readonly notOffered: number;
  readonly notEligible: number;
  /** Not outside, and nobody has said what became of it. */
  readonly open: number;
}
