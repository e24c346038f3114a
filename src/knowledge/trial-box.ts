import type { Trace, Truth } from "./criteria.ts";
import { fieldOf } from "./dictionary.ts";
import type { Trial, TrialComparison } from "./trial.ts";

/** One condition of a trial's entry box with how this patient stands to it. */
export interface BoxLine {
  readonly words: string;
  readonly result: Truth;
  /** The values it was held against, as words; null when none is known. */
  readonly given: string | null;
  /** Fields of the dictionary that the condition reads; empty when a person has to read it. */
  readonly fields: readonly string[];
  /** Fields that could still change an unknown result. */
  readonly missing: readonly string[];
}

/** The patient against the entry box of one trial. Plain JSON. */
export interface TrialBox {
  readonly id: string;
  readonly acronym: string;
  readonly year: number;
  /** Whether this patient would have been enrolled, as far as the facts say. */
  readonly enrolled: "yes" | "no" | "cannot determine";
  /** What decides it: for "no" the facts outside, for "cannot determine" what is not known; empty for "yes". */
  readonly reasons: readonly string[];
  /** "would have been enrolled in DAWN: no, age"; "may be enrolled in ..." for a trial that is not closed. */
  readonly sentence: string;
  /** Whether the trial is over: a patient can only have been enrolled. */
  readonly closed: boolean;
  readonly lines: readonly BoxLine[];
}

const MOST_REASONS = 2;

const ANSWERS = { inside: "yes", outside: "no", "cannot determine": "cannot determine" } as const;

/** Labels too long for a reason. */
const BRIEF: Readonly<Record<string, string>> = { time_lkw_h: "time from last known well" };

/** The label of a field as it stands inside a sentence: "age", but "NIHSS". */
function within(name: string): string {
  const label = BRIEF[name] ?? fieldOf(name)?.label ?? name;
  return /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;
}

function factsOf(node: Trace): readonly Trace[] {
  return node.kind === "fact" ? [node] : node.children.flatMap(factsOf);
}

function wordsOf(node: Trace): string {
  if (node.kind === "fact" || node.kind === "prose") return node.sentence;
  const part = (child: Trace) =>
    child.kind === "fact" || child.kind === "prose" || node.children.length === 1
      ? wordsOf(child)
      : `(${wordsOf(child)})`;
  const parts = node.children.map(part);
  if (node.kind === "not") return `not: ${parts.join("")}`;
  return parts.join(node.kind === "all" ? " and " : node.kind === "any" ? " or " : "; ");
}

function lineOf(node: Trace): BoxLine {
  const facts = factsOf(node);
  const given = [...new Set(facts.flatMap((each) => (each.given ? [each.given] : [])))];
  return {
    words: wordsOf(node),
    result: node.result,
    given: given.length > 0 ? given.join(", ") : null,
    fields: [...new Set(facts.flatMap((each) => (each.field ? [each.field] : [])))],
    missing: node.missing,
  };
}

function reasonsOf(comparison: TrialComparison): readonly string[] {
  if (comparison.result === "inside") return [];
  if (comparison.result === "outside")
    return [
      ...new Set(comparison.conditions.filter((each) => each.result === "false").flatMap((each) => each.deciding)),
    ].map(within);
  const unknown = comparison.missing.map(within);
  return unknown.length > 0 ? unknown : comparison.readByPerson.map((words) => `a person reads: ${words}`);
}

/** "age and NIHSS", "age, NIHSS and 2 more". */
function joined(reasons: readonly string[]): string {
  const rest = reasons.length - MOST_REASONS;
  if (rest > 0) return `${reasons.slice(0, MOST_REASONS).join(", ")} and ${rest} more`;
  return reasons.join(" and ");
}

/**
 * How one patient compares to a trial's entry box as one sentence with its reasons, and condition by condition. An unknown
 * fact never says "no"; a box that also has conditions only a person can read stays at "cannot determine" when all else is met.
 */
export function trialBox(comparison: TrialComparison): TrialBox {
  const enrolled = ANSWERS[comparison.result];
  const reasons = reasonsOf(comparison);
  const recruits = (comparison.enrolment ?? "closed") !== "closed";
  const why = reasons.length > 0 ? `${enrolled === "no" ? ", " : ": "}${joined(reasons)}` : "";
  return {
    id: comparison.id,
    acronym: comparison.acronym,
    year: comparison.year,
    enrolled,
    reasons,
    closed: !recruits,
    sentence: `${recruits ? "may be enrolled" : "would have been enrolled"} in ${comparison.acronym}: ${enrolled}${why}`,
    lines: comparison.conditions.map(lineOf),
  };
}

/**
 * Fields that the boxes ask for, at most `most`: the columns of a matrix of trials. Those that put this patient outside
 * most often come first, then those that most trials ask for. A field that only one of several trials asks for is told in
 * that trial's own row.
 */
export function boxColumns(boxes: readonly TrialBox[], most: number): readonly string[] {
  const asked = new Map<string, { times: number; outside: number }>();
  for (const box of boxes)
    for (const { fields, result } of box.lines) {
      const [field, ...others] = fields;
      if (field === undefined || others.length > 0) continue;
      const { times, outside } = asked.get(field) ?? { times: 0, outside: 0 };
      asked.set(field, { times: times + 1, outside: outside + (result === "false" ? 1 : 0) });
    }
  return [...asked]
    .filter(([, { times }]) => times > 1 || boxes.length === 1)
    .sort(([a, x], [b, y]) => y.outside - x.outside || y.times - x.times || a.localeCompare(b))
    .slice(0, most)
    .map(([field]) => field);
}

/** Whether patients may be screened for a trial: recruitment is open, or it is not certain that it is closed. */
export function mayRecruit(trial: Trial): boolean {
  return trial.enrolment !== "closed";
}
