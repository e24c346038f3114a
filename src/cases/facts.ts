import type { Fact, FactValue } from "../core/index.ts";
import { FIELDS, fieldOf } from "../knowledge/dictionary.ts";
import { checkFacts, type FactsAtMoment, factsAt, type GivenFact } from "../knowledge/index.ts";
import { asideWhy, carriedOn } from "../knowledge/standing.ts";
import type { FactGroup } from "./views.ts";

/** Facts that change in the course of hours: two values some time apart are a course, not a contradiction. */
const CHANGING: ReadonlySet<string> = new Set([
  "nihss",
  "gcs",
  "wfns",
  "aspects",
  "pc_aspects",
  "core_ml",
  "mismatch_ml",
  "mismatch_ratio",
  "sbp_mmHg",
  "dbp_mmHg",
  "ich_volume_ml",
  "midline_shift_mm",
  "subdural_thickness_mm",
  "icp_cmH2O",
]);
const SAME_MOMENT_MS = 30 * 60_000;
const SMALL = 0.05;

const ORDER: ReadonlyMap<string, number> = new Map(FIELDS.map((field, i) => [field.name, i]));

/**
 * Facts by name, in the order of the dictionary. In use is the one that was true last (`observedAt`, then `recordedAt`)
 * and was not taken back; the others stay beside it, newest first. Nothing is overwritten.
 */
export function groupFacts(facts: readonly Fact[]): FactGroup[] {
  const byName = new Map<string, Fact[]>();
  for (const fact of facts) byName.set(fact.name, [...(byName.get(fact.name) ?? []), fact]);
  return [...byName]
    .sort(([a], [b]) => (ORDER.get(a) ?? 999) - (ORDER.get(b) ?? 999) || a.localeCompare(b))
    .map(([name, list]) => {
      const sorted = [...list].sort(newestFirst);
      const current = sorted.find((fact) => !fact.retracted) ?? null;
      return {
        name,
        label: fieldOf(name)?.label ?? name,
        unit: fieldOf(name)?.unit ?? current?.unit ?? "",
        current,
        others: sorted.filter((fact) => fact !== current),
        contradicted: current !== null && sorted.some((fact) => contradict(current, fact)),
      };
    });
}

function newestFirst(a: Fact, b: Fact): number {
  return Date.parse(b.observedAt) - Date.parse(a.observedAt) || Date.parse(b.recordedAt) - Date.parse(a.recordedAt);
}

/**
 * Whether two facts of one name cannot both be right. Retracted facts contradict nothing. A later run of the same method
 * over the same images replaces the earlier one. Values that change with time may differ when observed more than 30
 * minutes apart; values that grow by themselves (hours since) differ when they began more than 30 minutes apart. Numbers of which one was measured or derived agree within 5 %; typed scores must be equal.
 */
export function contradict(a: Fact, b: Fact): boolean {
  if (a.retracted || b.retracted) return false;
  const clock = fieldOf(a.name)?.clock;
  if (clock !== undefined && typeof a.value === "number" && typeof b.value === "number")
    return Math.abs(beganAt(a.observedAt, a.value * clock) - beganAt(b.observedAt, b.value * clock)) > SAME_MOMENT_MS;
  if (a.value === b.value) return false;
  if (a.source.kind === "measured" && b.source.kind === "measured") {
    const again = a.source.method === b.source.method && a.source.from.join() === b.source.from.join();
    if (again) return false;
  }
  const apart = Math.abs(Date.parse(a.observedAt) - Date.parse(b.observedAt));
  if (CHANGING.has(a.name) && apart > SAME_MOMENT_MS) return false;
  if (typeof a.value === "number" && typeof b.value === "number") {
    const computed = [a, b].some((fact) => fact.source.kind === "measured" || fact.source.kind === "derived");
    if (computed && Math.abs(a.value - b.value) <= SMALL * Math.max(Math.abs(a.value), Math.abs(b.value))) return false;
  }
  return true;
}

function beganAt(observedAt: string, hours: number): number {
  return Date.parse(observedAt) - hours * 3_600_000;
}

/** Groups as they stand at `now`: what is too old says so, what grows by itself tells how much it is now. */
export function standingAt(groups: readonly FactGroup[], now: string): FactGroup[] {
  return groups.map((group) => {
    const { current, name } = group;
    if (!current) return group;
    const field = fieldOf(name);
    const why = asideWhy(field, current, now);
    const value = carriedOn(field, current, now);
    return {
      ...group,
      ...(why === null ? {} : { stale: why }),
      ...(typeof value === "number" && value !== current.value ? { grown: value } : {}),
    };
  });
}

/** One author, method or sender: what it said later stands for what it said before. */
function authorOf({ source }: Fact): string {
  switch (source.kind) {
    case "typed":
    case "scale":
      return `person ${source.by}`;
    case "measured":
      return `${source.method} ${source.from.join()}`;
    case "imported":
      return source.from;
    case "derived":
      return source.rule;
  }
}

/**
 * The value in use, and those of other sources that contradict it, the newest of each; none without one in use. What the same
 * person said before is a correction and no contradiction: it stays to be seen, and the later one counts.
 */
export function valuesInUse({ current, others, contradicted }: FactGroup): readonly Fact[] {
  if (!current) return [];
  const byAuthor = new Map([[authorOf(current), current]]);
  for (const fact of contradicted ? others : []) {
    const author = authorOf(fact);
    if (!fact.retracted && !byAuthor.has(author)) byAuthor.set(author, fact);
  }
  return [...byAuthor.values()].filter((fact) => fact === current || contradict(current, fact));
}

/**
 * What the evaluator gets at `now`: the values in use, and all values of a field that contradict each other, each with its
 * source. What is too old, or contested, is no fact and stands among the doubts. Values that the dictionary does not allow
 * are left out (`unusable` says which).
 */
export function factsOf(
  groups: readonly FactGroup[],
  now: string,
): FactsAtMoment & { readonly unusable: readonly string[] } {
  const given: Record<string, GivenFact[]> = {};
  const unusable: string[] = [];
  for (const group of groups) {
    const { name } = group;
    for (const fact of valuesInUse(group)) {
      const { facts, problems } = checkFacts({ [name]: fact.value });
      unusable.push(...problems.map(({ message }) => message));
      const value = facts[name];
      if (value === undefined) continue;
      given[name] ??= [];
      given[name].push({ value, observedAt: fact.observedAt, source: sourceWords(fact) });
    }
  }
  return { ...factsAt(given, now), unusable };
}

/** The values in use by name, without what is contested or too old being told apart. A name without one is not there. */
export function currentValues(groups: readonly FactGroup[]): Record<string, FactValue> {
  const values: Record<string, FactValue> = {};
  for (const { name, current } of groups) if (current) values[name] = current.value;
  return values;
}

/** Where a fact came from, in words for a person: "typed by Dr Keller", "measured by perfusion 1.0.0". */
export function sourceWords(fact: Fact): string {
  const { source } = fact;
  switch (source.kind) {
    case "typed":
      return `typed by ${source.name}`;
    case "scale":
      return `scored by ${source.name} with ${source.title}`;
    case "measured":
      return `measured by ${source.method} ${source.version}${source.given ? `, given by ${source.given.name}` : ""}`;
    case "imported":
      return `imported from ${source.from}`;
    case "derived":
      return `derived: ${source.rule}`;
  }
}
