import type { Verification } from "./recommendation.ts";

/** What can be done about an indication; every family says something for each, if only that there is none. */
export type AlternativeKind = "intervention" | "surgery" | "medical" | "observation";
/** The rows of an alternatives table in the order in which they are shown. */
export const ALTERNATIVE_KINDS: readonly AlternativeKind[] = ["intervention", "surgery", "medical", "observation"];

/** A complication with the rate found for it. Only a citable one with a number is shown as a natural frequency. */
export interface Complication {
  readonly event: string;
  /** The rate as found, in words. */
  readonly typicalRate: string;
  /** Lowest and highest percentage of that rate; null when the words give no number or several that must not be merged. */
  readonly percent: readonly [number, number] | null;
  /** Which row of the table bears the risk. */
  readonly of: AlternativeKind;
  /** A "benefit" here is an outcome such as occlusion that a source reports beside its complications. */
  readonly nature: "risk" | "benefit" | "threshold";
  readonly source: string;
  readonly confidence: "high" | "medium" | "low";
  /** False: the source is "series" or "reviews"; the rate is kept for the record and never shown. */
  readonly citable: boolean;
}

/** A rate of one arm of one trial, by reference: the number itself stands once, in the trial's `rates`. */
export interface ArmRate {
  readonly trial: string;
  readonly outcome: string;
  readonly arm: "experimental" | "control";
}

/** What speaks for or against an alternative in a patient: a recommendation, or a trial whose entry box the patient is in. */
export type Argument =
  | { readonly recommendation: string }
  | { readonly trial: string; readonly points: "for" | "against" | "neither" };

/** One row of an alternatives table. */
export interface Alternative {
  readonly kind: AlternativeKind;
  /** What it consists of, in words; empty with `none` saying why. */
  readonly names: readonly string[];
  /** Why there is nothing in this row, or null. */
  readonly none: string | null;
  readonly rates: readonly ArmRate[];
  readonly arguments: readonly Argument[];
}

/** Code numbers only, no descriptors: CPT is the AMA's, SNOMED CT is SNOMED International's. */
export interface IndicationCodes {
  readonly icd10?: readonly string[];
  readonly snomed?: readonly string[];
  readonly cpt?: readonly string[];
  readonly icd10pcs?: readonly string[];
}

/** An indication or procedure family: steps, devices, complications, scales, follow-up and its alternatives table. */
export interface Indication extends Verification {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly population: string;
  readonly setting: "emergency" | "urgent" | "elective";
  /** CT, MR, XA, US. */
  readonly imageGuidance: readonly string[];
  readonly alternatives: readonly Alternative[];
  readonly mainSteps: readonly string[];
  readonly deviceClasses: readonly string[];
  readonly complications: readonly Complication[];
  /** Ids of scales. */
  readonly keyScales: readonly string[];
  readonly followUpImaging: string;
  readonly codes: IndicationCodes;
  readonly trialIds: readonly string[];
  readonly recommendationTopics: readonly string[];
}

/** What is wrong with an indication, one sentence each. References to other packs are checked where all packs are. */
export function indicationProblems(item: Indication): readonly string[] {
  const problems: string[] = [];
  if (!item.name || !item.family || item.mainSteps.length === 0) problems.push("needs a name, a family and main steps");
  const kinds = item.alternatives.map((row) => row.kind);
  if (kinds.join() !== ALTERNATIVE_KINDS.join())
    problems.push(`needs one row each for ${ALTERNATIVE_KINDS.join(", ")} in this order, not ${kinds.join(", ")}`);
  for (const row of item.alternatives) {
    if ((row.names.length === 0) !== (row.none !== null))
      problems.push(`${row.kind}: either names what it is or says why there is none`);
    if (row.none !== null && row.rates.length + row.arguments.length > 0)
      problems.push(`${row.kind}: says there is none and yet has rates or arguments`);
  }
  for (const { event, percent, source, citable } of item.complications) {
    if (percent && !(percent[0] >= 0 && percent[0] <= percent[1] && percent[1] <= 100))
      problems.push(`"${event}": ${percent.join(" to ")} is no range of percentages`);
    if (citable && (!source || /^(series|reviews|meta-analyses|same)\b/i.test(source)))
      problems.push(`"${event}" is called citable but "${source}" cites nothing`);
  }
  return problems.map((problem) => `indication ${item.id}: ${problem}`);
}
