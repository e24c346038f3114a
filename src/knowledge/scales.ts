import { WillisError } from "../core/index.ts";
import type { Criterion } from "./criteria.ts";
import { FORMULAS } from "./scale-formulas.ts";

/** One choice of an item and its points (or its class). */
export interface ScaleOption {
  readonly value: number | string;
  readonly label: string;
  /** Facts of the case choose this option when the criterion holds; unknown never does. */
  readonly when?: Criterion;
}

/** One item: a choice, a number that earns points by steps, or an input of a formula. */
export interface ScaleItem {
  readonly key: string;
  readonly label: string;
  readonly options: readonly ScaleOption[];
  /** Answer is a number; above `above`, each begun `step` earns `points`. */
  readonly perStep?: {
    readonly above: number;
    readonly step: number;
    readonly points: number;
    readonly unit: string;
    /** Answers that are allowed, both ends included; left out: from zero. */
    readonly range?: readonly [number, number];
    /** The fact that gives the number, in the same unit. */
    readonly fact?: string;
  };
  /** Answer is a number in this unit and range (an input of a formula). */
  readonly input?: { readonly unit: string; readonly range: readonly [number, number]; readonly fact?: string };
  /** The option that says nothing was found, where there is one. */
  readonly normal?: number | string;
  /** A word that says the item cannot be tested. With `points` they count; without, the total cannot be computed. */
  readonly untestable?: { readonly word: string; readonly points?: number };
}

/** Reading of a total: from..to, both included; `to` null is open. */
export interface ScaleBand {
  readonly from: number;
  readonly to: number | null;
  readonly words: string;
}

/** How far raters agree, as a study found it. `measure` is its name, e.g. "weighted kappa". */
export interface RaterAgreement {
  readonly words: string;
  readonly measure?: string;
  readonly value?: number;
  readonly source: string;
  readonly doi?: string;
}

/** The moment that a score speaks of, for scales that mean different facts at different moments. */
export interface ScaleOccasion {
  readonly word: string;
  /** The field of the facts dictionary that the score fills then, or null. */
  readonly field: string | null;
}

/** A score as data. `sum` and `questionnaire` add points; `choice` is one of its options; `classes` joins its items; the
 * rest are computed by the formula named in `formula`. */
export interface Scale {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly kind: "sum" | "questionnaire" | "choice" | "classes" | "formula" | "two-column";
  readonly items: readonly ScaleItem[];
  readonly formula?: string;
  readonly unit: string;
  readonly range: readonly [number | string | null, number | string | null];
  readonly bands: readonly ScaleBand[];
  readonly interpretation: readonly string[];
  readonly source: string;
  readonly doi: string | null;
  /** The field of the facts dictionary that the score fills, or null. */
  readonly field: string | null;
  /** When there are any, one is chosen with the score and says which fact it fills. */
  readonly occasions?: readonly ScaleOccasion[];
  readonly interRater?: readonly RaterAgreement[];
  readonly pitfalls?: readonly { readonly words: string; readonly source: string }[];
  readonly verified: "source-seen" | "from-memory";
  readonly verifiedScope: string;
  readonly confidence: string;
  readonly verifiedVia: readonly string[];
  readonly note: string | null;
}

/** Answers by item key: an option's value, a number, an untestable word, or (two-column) a list of labels. */
export type ScaleAnswers = Readonly<Record<string, number | string | readonly string[]>>;

/** A scored scale. `value` is null while items are missing or cannot be tested; `reason` then says why. */
export interface ScaleScore {
  readonly scale: string;
  readonly value: number | string | null;
  readonly unit: string;
  readonly reason: string | null;
  readonly missing: readonly string[];
  readonly untestable: readonly string[];
  readonly reading: string | null;
  readonly source: string;
}

const bad = (scale: Scale, message: string) => new WillisError("bad-request", `${scale.name}: ${message}.`);

function stepPoints(scale: Scale, item: ScaleItem, answer: ScaleAnswers[string]): number {
  const { above, step, points, unit, range } = item.perStep!;
  const [low, high] = range ?? [0, Number.MAX_SAFE_INTEGER];
  if (typeof answer !== "number" || !Number.isFinite(answer) || answer < low || answer > high)
    throw bad(
      scale,
      `"${item.label}" must be a number of ${unit}${range ? ` between ${low} and ${high}` : ""}, not ${shown(answer)}`,
    );
  return answer <= above ? 0 : Math.ceil((answer - above) / step) * points;
}

const shown = (answer: unknown) => (typeof answer === "number" ? String(answer) : JSON.stringify(answer));

/** Refuses what the item does not offer; null for what cannot be tested. */
function optionOf(scale: Scale, item: ScaleItem, answer: ScaleAnswers[string]): ScaleOption | null {
  if (item.untestable && answer === item.untestable.word) return null;
  const option = item.options.find((each) => each.value === answer);
  if (option) return option;
  const words = item.options.map((each) => `${each.value} (${each.label})`);
  if (item.untestable) words.push(item.untestable.word);
  throw bad(scale, `"${item.label}" must be one of ${words.join(", ")}, not ${shown(answer)}`);
}

/** Points of an answer; null when the item could not be tested and nothing stands for it. */
function pointsOf(scale: Scale, item: ScaleItem, answer: ScaleAnswers[string]): number | null {
  if (item.perStep && !(item.untestable && answer === item.untestable.word)) return stepPoints(scale, item, answer);
  const option = optionOf(scale, item, answer);
  if (!option) return item.untestable?.points ?? null;
  const points = Number(option.value);
  if (!Number.isFinite(points)) throw bad(scale, `"${item.label}": "${option.value}" is no number of points`);
  return points;
}

function readingOf(scale: Scale, value: number | string | null): string | null {
  if (typeof value !== "number") return null;
  return scale.bands.find((band) => value >= band.from && (band.to === null || value <= band.to))?.words ?? null;
}

function sumUp(scale: Scale, answers: ScaleAnswers): Pick<ScaleScore, "value" | "reason" | "untestable"> {
  const untestable: string[] = [];
  let total: number | null = 0;
  for (const item of scale.items) {
    const answer = answers[item.key]!;
    if (item.untestable && answer === item.untestable.word) untestable.push(item.label);
    const points = pointsOf(scale, item, answer);
    total = total === null || points === null ? null : total + points;
  }
  const reason = total === null ? `cannot be added up: ${untestable.join(", ")} could not be tested` : null;
  return { value: total, reason, untestable };
}

function twoColumns(scale: Scale, answers: ScaleAnswers): number {
  const [left, right] = scale.items.map((item) => {
    const chosen = answers[item.key];
    if (!Array.isArray(chosen)) throw bad(scale, `"${item.label}" must be a list of the lines that hold`);
    const twice = chosen.find((label, i) => chosen.indexOf(label) !== i);
    if (twice !== undefined) throw bad(scale, `"${item.label}" has the line "${twice}" twice`);
    return chosen.reduce<number>((sum, label) => {
      const option = item.options.find((o) => o.label === label);
      if (!option) throw bad(scale, `"${item.label}" has no line "${label}"`);
      return sum + Number(option.value);
    }, 0);
  });
  return left! - right!;
}

function computed(scale: Scale, answers: ScaleAnswers): Pick<ScaleScore, "value" | "reason" | "untestable"> {
  const untestable = scale.items.filter((item) => item.untestable && answers[item.key] === item.untestable.word);
  if (untestable.length === 0) return { value: formulaValue(scale, answers), reason: null, untestable: [] };
  const labels = untestable.map((item) => item.label);
  return { value: null, reason: `cannot be computed: ${labels.join(", ")} could not be tested`, untestable: labels };
}

function formulaValue(scale: Scale, answers: ScaleAnswers): number | string {
  const formula = FORMULAS[scale.formula ?? ""];
  if (!formula) throw bad(scale, `the formula "${scale.formula}" is not known`);
  const inputs: Record<string, number> = {};
  for (const item of scale.items) {
    const answer = answers[item.key];
    if (item.input) {
      const [low, high] = item.input.range;
      if (typeof answer !== "number" || !Number.isFinite(answer) || answer < low || answer > high) {
        throw bad(scale, `"${item.label}" must be between ${low} and ${high} ${item.input.unit}, not ${shown(answer)}`);
      }
      inputs[item.key] = answer;
    } else inputs[item.key] = pointsOf(scale, item, answer!)!;
  }
  const result = formula(inputs);
  if (typeof result === "number" && !Number.isFinite(result)) throw bad(scale, "cannot be computed from these numbers");
  const [low, high] = scale.range;
  if (
    typeof result === "number" &&
    ((typeof low === "number" && result < low) || (typeof high === "number" && result > high))
  )
    throw bad(
      scale,
      `these numbers give ${Math.round(result * 100) / 100} ${scale.unit}, which lies outside ${low} to ${high ?? "any number"}; check them`,
    );
  return result;
}

/**
 * Scores a scale from answers by item key (a `choice` scale has the one key "value"). While items are missing the value
 * is null and `missing` names them: an item that was not answered never counts as zero. Throws WillisError
 * "bad-request" for an answer that is not allowed or a key the scale does not have.
 */
export function scoreScale(scale: Scale, answers: ScaleAnswers): ScaleScore {
  const extra = Object.keys(answers).find((key) => !scale.items.some((item) => item.key === key));
  if (extra !== undefined) throw bad(scale, `there is no item "${extra}"`);
  const base = { scale: scale.id, unit: scale.unit, source: scale.source };
  const given = (item: ScaleItem) => Object.hasOwn(answers, item.key) && answers[item.key] !== undefined;
  const missing = scale.items.filter((item) => !given(item)).map((item) => item.label);
  const skipped = scale.kind === "classes" && answers.fill === "D";
  if (missing.length > 0 && !skipped) {
    const reason = `not answered: ${missing.join(", ")}`;
    return { ...base, value: null, reason, missing, untestable: [], reading: null };
  }
  let result: Pick<ScaleScore, "value" | "reason" | "untestable"> = { value: null, reason: null, untestable: [] };
  if (scale.kind === "sum" || scale.kind === "questionnaire") result = sumUp(scale, answers);
  else if (scale.kind === "two-column") result = { ...result, value: twoColumns(scale, answers) };
  else if (scale.kind === "formula") result = computed(scale, answers);
  else {
    const chosen = scale.items.filter(given).map((item) => optionOf(scale, item, answers[item.key]!)?.value);
    const parts = chosen.filter((part) => part !== undefined);
    result = { ...result, value: parts.length === 1 ? parts[0]! : parts.join("") };
  }
  return { ...base, ...result, missing: [], reading: readingOf(scale, result.value) };
}

/** The field of the facts dictionary that a score fills, or null; `occasion` is one of the scale's words or "". */
export function fieldFilledBy(scale: Scale, occasion: string): string | null {
  if (!scale.occasions?.length) return scale.field;
  return scale.occasions.find((each) => each.word === occasion)?.field ?? null;
}

/** Answers that give the lowest and the highest total of an additive scale; null for other kinds. */
export function extremesOf(scale: Scale): { readonly low: ScaleAnswers; readonly high: ScaleAnswers } | null {
  if (scale.kind !== "sum" && scale.kind !== "questionnaire") return null;
  const low: Record<string, number> = {};
  const high: Record<string, number> = {};
  for (const item of scale.items) {
    const points = item.perStep
      ? [...(item.perStep.range ?? [0, 120])]
      : item.options.map((option) => Number(option.value));
    low[item.key] = Math.min(...points);
    high[item.key] = Math.max(...points);
  }
  return { low, high };
}
