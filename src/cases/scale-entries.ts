import type { Fact, FactValue } from "../core/index.ts";
import { checkFacts, prefillScale, type Scale, type ScaleAnswers } from "../knowledge/index.ts";
import { currentValues, sourceWords } from "./facts.ts";
import type { FactGroup } from "./views.ts";

/** A fact as it was when it filled an item: enough to say where the answer came from. */
export interface InputFact {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly value: FactValue;
  readonly unit: string;
  /** Where it came from, e.g. "typed by Dr Keller". */
  readonly source: string;
  readonly observedAt: string;
}

/** An item of a scale that facts answered. */
export interface FilledItem {
  readonly item: string;
  readonly answer: number | string;
  readonly facts: readonly InputFact[];
}

/** One score of one scale in a case, as it was given. Times are UTC ISO 8601. */
export interface ScaleEntryView {
  readonly id: string;
  readonly scale: string;
  readonly name: string;
  readonly pack: { readonly id: string; readonly version: string; readonly hash: string };
  /** A word of the scale such as "before the stroke", or "". */
  readonly occasion: string;
  /** Side that was read, for scales of one hemisphere; else "". */
  readonly side: "" | "left" | "right";
  readonly answers: ScaleAnswers;
  /** Null: it cannot be computed, and `reason` says why. */
  readonly value: number | string | null;
  readonly unit: string;
  readonly reason: string | null;
  readonly reading: string | null;
  readonly untestable: readonly string[];
  readonly inputs: readonly FilledItem[];
  readonly note: string;
  readonly citation: string;
  readonly observedAt: string;
  readonly recordedAt: string;
  readonly by: { readonly id: string; readonly name: string; readonly organisation: string };
  /** The fact that the score became, and whether it still counts. */
  readonly fact: { readonly id: string; readonly name: string; readonly retracted: boolean } | null;
  /** The entry that this one stands for, and why it was corrected. */
  readonly supersedes: string | null;
  readonly correction: string;
  /** The entry that stands for this one. */
  readonly supersededBy: string | null;
}

function inputOf(fact: Fact, group: FactGroup): InputFact {
  const { id, name, value, observedAt } = fact;
  return { id, name, label: group.label, value, unit: group.unit, source: sourceWords(fact), observedAt };
}

/**
 * The items of a scale that the facts of a case answer, each with its facts. A fact whose values contradict each other
 * fills nothing: which of them is right is a person's to say.
 */
export function filledItems(scale: Scale, groups: readonly FactGroup[]): readonly FilledItem[] {
  const sure = groups.filter((group) => !group.contradicted);
  const { facts } = checkFacts(currentValues(sure));
  const byName = new Map(sure.map((group) => [group.name, group]));
  return prefillScale(scale, facts).map(({ item, answer, from }) => ({
    item,
    answer,
    facts: from.flatMap((name) => {
      const group = byName.get(name);
      return group?.current ? [inputOf(group.current, group)] : [];
    }),
  }));
}

/** "Age 71 years, derived: whole years since the birth date": a fact that filled an item, in words. */
export function inputWords(fact: InputFact): string {
  const value =
    typeof fact.value === "boolean" ? (fact.value ? "yes" : "no") : `${fact.value}${fact.unit ? ` ${fact.unit}` : ""}`;
  return `${fact.label} ${value}, ${fact.source}`;
}

/** The scores of one scale and occasion in the order of time; `entries` of it that still count, and all with history. */
export interface ScaleCourse {
  readonly scale: string;
  readonly name: string;
  readonly occasion: string;
  readonly unit: string;
  /** Not superseded, earliest first. */
  readonly counting: readonly ScaleEntryView[];
  /** Those that a later entry stands for, too; latest first. */
  readonly all: readonly ScaleEntryView[];
}

const at = (entry: ScaleEntryView) => Date.parse(entry.observedAt);

/** Entries as courses, one for each scale and occasion; the one that was scored last comes first. */
export function coursesOf(entries: readonly ScaleEntryView[]): readonly ScaleCourse[] {
  const byCourse = new Map<string, ScaleEntryView[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.scale, entry.occasion]);
    byCourse.set(key, [...(byCourse.get(key) ?? []), entry]);
  }
  const courses = [...byCourse.values()].map((list) => {
    const sorted = [...list].sort((a, b) => at(a) - at(b) || Date.parse(a.recordedAt) - Date.parse(b.recordedAt));
    const { scale, name, occasion, unit } = sorted.at(-1)!;
    const counting = sorted.filter((entry) => entry.supersededBy === null);
    return { scale, name, occasion, unit, counting, all: [...sorted].reverse() };
  });
  const newest = (course: ScaleCourse) => Math.max(...course.all.map((entry) => Date.parse(entry.recordedAt)));
  return courses.sort((a, b) => newest(b) - newest(a) || a.name.localeCompare(b.name));
}
