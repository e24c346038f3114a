import type { Criterion, Trace } from "./criteria.ts";
import { missingFacts } from "./missing.ts";
import type { Verification } from "./recommendation.ts";
import { type Doubts, NO_DOUBTS } from "./standing.ts";
import type { TrialRate } from "./trial-effect.ts";
import type { Facts } from "./validation.ts";
import { traceIn } from "./worlds.ts";

/** A trial or pooled analysis with its entry box as criteria; conditions no fact can decide are prose. */
export interface Trial extends Verification {
  readonly id: string;
  readonly acronym: string;
  readonly type: string;
  readonly year: number;
  /** Whether patients can be enrolled now; "closed" once results are out. A local pack says "open" for its own trials. */
  readonly enrolment: "open" | "closed" | "not certain";
  readonly journal: string;
  /** Null when not certain; then `citationNote` says so. */
  readonly doi: string | null;
  readonly registration: string | null;
  readonly citationNote: string | null;
  readonly n: number | null;
  readonly entry: Criterion;
  readonly arms: readonly string[];
  readonly primaryOutcome: string;
  readonly effect: {
    readonly measure: string;
    readonly value: number | null;
    readonly ci95: readonly [number, number] | null;
    readonly experimental: string;
    readonly control: string;
  };
  /** The percentages of both arms, one entry an outcome; empty where the trial gives none. */
  readonly rates: readonly TrialRate[];
  readonly safety: string;
  readonly conclusion: string;
  readonly topics: readonly string[];
}

/** How one patient compares to the entry box of one trial. Plain JSON. */
export interface TrialComparison {
  readonly id: string;
  readonly acronym: string;
  readonly year: number;
  /** Not there in comparisons frozen before it was kept. */
  readonly enrolment?: Trial["enrolment"];
  readonly citation: string;
  readonly conclusion: string;
  /** Inside, outside, or not known. Prose conditions keep an otherwise met box at "cannot determine". */
  readonly result: "inside" | "outside" | "cannot determine";
  readonly conditions: readonly Trace[];
  readonly outsideBy: readonly string[];
  readonly missing: readonly string[];
  /** Conditions a person has to read, in the trial's terms. */
  readonly readByPerson: readonly string[];
  readonly verification: Pick<Verification, "verified" | "confidence" | "note">;
}

/** Journal, year and DOI or registration as one line; says so when neither is certain. */
export function trialCitation(trial: Trial): string {
  const where = trial.doi ? `doi:${trial.doi}` : trial.registration ? trial.registration : null;
  return `${trial.acronym}. ${trial.journal || "journal not certain"} ${trial.year}. ${where ?? trial.citationNote ?? "not certain"}`;
}

function prose(node: Trace): readonly string[] {
  return node.kind === "prose" ? [node.sentence] : node.children.flatMap(prose);
}

/** Compares facts with a trial's entry box. A fact that is not known, or in doubt, never puts a patient outside by itself. */
export function compareTrial(trial: Trial, facts: Facts, doubts: Doubts = NO_DOUBTS): TrialComparison {
  const whole = traceIn(trial.entry, facts, doubts);
  const conditions = whole.kind === "all" ? whole.children : [whole];
  return {
    id: trial.id,
    acronym: trial.acronym,
    year: trial.year,
    enrolment: trial.enrolment,
    citation: trialCitation(trial),
    conclusion: trial.conclusion,
    result: whole.result === "true" ? "inside" : whole.result === "false" ? "outside" : "cannot determine",
    conditions,
    outsideBy: conditions.filter((c) => c.result === "false").map((c) => c.sentence),
    missing: whole.result === "unknown" ? missingFacts(trial.entry, facts) : [],
    readByPerson: conditions.filter((c) => c.result === "unknown").flatMap(prose),
    verification: { verified: trial.verified, confidence: trial.confidence, note: trial.note },
  };
}
