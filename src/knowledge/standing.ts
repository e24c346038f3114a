import type { FactValue } from "../core/index.ts";
import { fieldOf } from "./dictionary.ts";
import type { FieldDefinition } from "./field.ts";
import { describeFact } from "./sentence.ts";
import type { Facts } from "./validation.ts";

/** One value that somebody or something gave for a field; times UTC ISO, the source in words ("typed by Dr Keller"). */
export interface GivenFact {
  readonly value: FactValue;
  readonly observedAt?: string;
  readonly source?: string;
}

/** A fact that counts as not known though a value was given, with the reason as a sentence. */
export interface SetAside extends GivenFact {
  readonly why: string;
}

/** What keeps given values from being plain facts. Plain JSON. */
export interface Doubts {
  /** Current values of one field that differ, at least two, each with its source. */
  readonly contested: Readonly<Record<string, readonly GivenFact[]>>;
  /** Fields whose value is too old, or was observed after the moment. */
  readonly aside: Readonly<Record<string, SetAside>>;
}

/** Facts at one moment. A field in doubt is not among `facts`: whoever knows nothing of doubts takes it as not known. */
export interface FactsAtMoment {
  readonly facts: Facts;
  readonly doubts: Doubts;
}

/** Nothing in doubt. */
export const NO_DOUBTS: Doubts = { contested: {}, aside: {} };

type Observed = Pick<GivenFact, "value" | "observedAt">;

const HOUR_MS = 3_600_000;
/** Clocks of two machines may differ by this much before a fact counts as observed later than the moment. */
const SKEW_MS = 10 * 60_000;

/** "6 h" below three days, "14 days" above. */
function hoursWords(hours: number): string {
  return hours > 72 ? `${hours / 24} days` : `${hours} h`;
}

/**
 * Why a value cannot be used at `now`: it is older than the maximal age of its field, or was observed later than the
 * moment (by more than ten minutes, as clocks differ). Null when it can, or when it does not say when it was observed.
 */
export function asideWhy(field: FieldDefinition | undefined, given: Observed, now: string): string | null {
  if (!field || given.observedAt === undefined) return null;
  const age = (Date.parse(now) - Date.parse(given.observedAt)) / HOUR_MS;
  const words = describeFact(field.name, given.value);
  if (age * HOUR_MS < -SKEW_MS) return `${words} was observed at ${given.observedAt}, after ${now}`;
  if (field.maxAge === undefined || age <= field.maxAge.hours) return null;
  return `${words} is older than ${hoursWords(field.maxAge.hours)} (observed at ${given.observedAt}); ${field.maxAge.source}`;
}

/** A value that grows by itself, carried on to `now` (two decimals, whole for a whole number); any other as it is. */
export function carriedOn(field: FieldDefinition | undefined, given: Observed, now: string): FactValue {
  if (!field?.clock || given.observedAt === undefined || typeof given.value !== "number") return given.value;
  const hours = Math.max(0, Date.parse(now) - Date.parse(given.observedAt)) / HOUR_MS;
  const grown = given.value + hours / field.clock;
  return field.kind === "int" ? Math.floor(grown) : Math.round(grown * 100) / 100;
}

/**
 * The facts of a moment from what was given, each field with one or more current values (checked ones). A value that is too
 * old or of later counts as not known, with the reason; one that runs like a clock is carried on; values of one field that
 * are equal are one fact, whoever said so; values that differ are contested. Nothing is ever set to false.
 */
export function factsAt(given: Readonly<Record<string, readonly GivenFact[]>>, now: string): FactsAtMoment {
  const facts: Record<string, FactValue> = {};
  const contested: Record<string, readonly GivenFact[]> = {};
  const aside: Record<string, SetAside> = {};
  for (const [name, values] of Object.entries(given)) {
    const field = fieldOf(name);
    const usable: GivenFact[] = [];
    let out: SetAside | undefined;
    for (const one of values) {
      const why = asideWhy(field, one, now);
      if (why === null) usable.push({ ...one, value: carriedOn(field, one, now) });
      else out ??= { ...one, why };
    }
    const [first] = usable;
    if (first && usable.every(({ value }) => value === first.value)) facts[name] = first.value;
    else if (first) contested[name] = usable;
    else if (out) aside[name] = out;
  }
  const doubts = { contested, aside };
  return { facts, doubts: anyDoubt(doubts) ? doubts : NO_DOUBTS };
}

/** What is said of a field in doubt, in a sentence; null when it is not in doubt. */
export function doubtWords(name: string, doubts: Doubts): string | null {
  if (Object.hasOwn(doubts.aside, name)) return doubts.aside[name]!.why;
  if (!Object.hasOwn(doubts.contested, name)) return null;
  return `sources differ: ${contestedWords(name, doubts.contested[name]!)}`;
}

/** "NIHSS 5 (typed by A) or NIHSS 12 (typed by B)"; a value without source stands alone. */
export function contestedWords(name: string, values: readonly GivenFact[]): string {
  return values.map(({ value, source }) => `${describeFact(name, value)}${source ? ` (${source})` : ""}`).join(" or ");
}

function anyDoubt(doubts: Doubts): boolean {
  return Object.keys(doubts.contested).length + Object.keys(doubts.aside).length > 0;
}
