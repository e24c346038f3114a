export {
  type AlternativeRow,
  type AlternativeTable,
  alternativesFor,
  type NaturalFrequency,
  naturalFrequency,
  type ShownArgument,
  type ShownRate,
} from "./alternatives.ts";
export { type CardMarks, cardMarks, changeSentences, type NewerTrial } from "./card-marks.ts";
export { alternativesOfCase } from "./case-alternatives.ts";
export type { Conflict } from "./conflicts.ts";
export {
  type Criterion,
  compare,
  decide,
  type Leaf,
  leavesOf,
  OPS,
  type Op,
  type Prose,
  type Trace,
  type Truth,
  trace,
} from "./criteria.ts";
export { type ImpliedFact, impliedFacts } from "./derive.ts";
export { FIELDS, fieldNamed, fieldOf, wordsOf } from "./dictionary.ts";
export {
  type CriterionChange,
  diffCriteria,
  diffPacks,
  diffRecommendation,
  type RecommendationChange,
} from "./diff.ts";
export {
  type Asked,
  type BodyVoice,
  type Disagreement,
  disagreementsOf,
  type PointOfDifference,
  pointsOfDifference,
  voicesOf,
} from "./difference.ts";
export { EASE, type Ease, type Enough, type EnoughSet, enoughFor, type MissingFact } from "./enough.ts";
export { type Card, type Evaluation, evaluate, type SilentItem } from "./evaluate.ts";
export type { Effort, FieldDefinition, Supplier } from "./field.ts";
export { parseGiven } from "./given.ts";
export {
  ALTERNATIVE_KINDS,
  type Alternative,
  type AlternativeKind,
  type Argument,
  type ArmRate,
  type Complication,
  type Indication,
  type IndicationCodes,
} from "./indication.ts";
export {
  type Metric,
  type MetricCondition,
  type MetricFormula,
  type MetricTarget,
  metricFields,
  type RegistryField,
} from "./metric.ts";
export { type CaseRecord, type MetricValue, metricValue } from "./metric-value.ts";
export { missingFacts } from "./missing.ts";
export { boundariesFor, type Mutant, mutantsOf, tellApart, unnoticed } from "./mutants.ts";
export {
  type CaseOptions,
  type OptionColumn,
  optionsFor,
  packsFor,
  type Standing,
  type TreatmentOption,
} from "./options.ts";
export {
  type Correction,
  type NewerEvidence,
  type Pack,
  type PackHeader,
  type PackReference,
  parsePackHeader,
  type VersionChange,
} from "./pack.ts";
export { packProblems } from "./pack-problems.ts";
export { type PublishingProblem, publishingProblems } from "./publishing.ts";
export { type Question, whatToAsk } from "./questions.ts";
export {
  citationOf,
  type Direction,
  OPTION_GROUPS,
  type OptionGroup,
  type Recommendation,
  type Verification,
} from "./recommendation.ts";
export { type ReviewLine, reviewQueue } from "./review-queue.ts";
export { type PrefilledItem, prefillScale } from "./scale-prefill.ts";
export {
  extremesOf,
  fieldFilledBy,
  type Scale,
  type ScaleAnswers,
  type ScaleItem,
  type ScaleScore,
  scoreScale,
} from "./scales.ts";
export { describeFact, sentence, showValue } from "./sentence.ts";
export { type Doubts, type FactsAtMoment, factsAt, type GivenFact, NO_DOUBTS, type SetAside } from "./standing.ts";
export { compareTrial, type Trial, type TrialComparison } from "./trial.ts";
export { type BoxLine, boxColumns, mayRecruit, type TrialBox, trialBox } from "./trial-box.ts";
export { effectOf, type RateEffect, type TrialRate } from "./trial-effect.ts";
export { checkFacts, type FactProblem, type Facts, parseFacts, wrongValue } from "./validation.ts";
export { VERDICT_WORDS, type Verdict, verdictOf } from "./verdict.ts";
export { type Vignette, vignettesFor } from "./vignettes.ts";
