import { compileCriterion } from "./compile.ts";
import type { Criterion, Truth } from "./criteria.ts";
import { drives } from "./evaluate.ts";
import { packsAsUsed } from "./local-layer.ts";
import type { Pack } from "./pack.ts";
import { type Doubts, type FactsAtMoment, NO_DOUBTS } from "./standing.ts";
import type { Facts } from "./validation.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { decideIn } from "./worlds.ts";

/** A verdict, or null where the recommendation is not there or drives nothing. */
export type Judgement = Verdict | null;

/** Patients of whom one recommendation says something else. */
export interface ImpactLine {
  readonly id: string;
  readonly subject: string;
  readonly from: Judgement;
  readonly to: Judgement;
  readonly count: number;
  /** The first of them, up to 200. */
  readonly examples: readonly string[];
}

/** What a change of packs does to the patients that were counted. */
export interface Impact {
  readonly patients: number;
  /** Patients of whom at least one recommendation says something else. */
  readonly otherwise: number;
  /** Recommendations that were compared: only those that changed. */
  readonly compared: readonly string[];
  /** Most patients first. */
  readonly lines: readonly ImpactLine[];
}

/** Counts patients one by one; see `impactOf`. */
export interface ImpactCounter {
  /** `name`: what an example is told by. Facts must be checked ones, `doubts` what stands beside them. */
  add(name: string, facts: Facts, doubts?: Doubts): void;
  /** As `add`, for one whose facts are others with the packs of after (some follow from trials of the packs). */
  addBoth(name: string, before: FactsAtMoment, after: FactsAtMoment): void;
  result(): Impact;
}

type Judge = (facts: Facts, doubts: Doubts) => Truth;

interface Compared {
  readonly id: string;
  readonly subject: string;
  readonly before: Judge | null;
  readonly after: Judge | null;
}

const EXAMPLES = 200;

function driving(packs: readonly Pack[], now: string) {
  const items = packsAsUsed(packs, now).flatMap((pack) =>
    pack.recommendations.filter((item) => drives(pack, item, now)),
  );
  return new Map(items.map((item) => [item.id, item] as const));
}

function compared(before: readonly Pack[], after: readonly Pack[], now: string): readonly Compared[] {
  const [old, young] = [driving(before, now), driving(after, now)];
  const ready = (criteria: Criterion | undefined): Judge | null => {
    if (!criteria) return null;
    const decider = compileCriterion(criteria);
    return (facts, doubts) => (doubts === NO_DOUBTS ? decider(facts) : decideIn(criteria, facts, doubts));
  };
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((id) => {
    const [a, b] = [old.get(id), young.get(id)];
    if (JSON.stringify(a?.criteria) === JSON.stringify(b?.criteria)) return [];
    return [{ id, subject: (b ?? a)!.subject, before: ready(a?.criteria), after: ready(b?.criteria) }];
  });
}

/**
 * Counts of whom the packs `after` say something else than the packs `before`, at `now` (UTC ISO time). Only recommendations
 * whose criterion changed, or that came or went, are decided: some microseconds a patient. Words (action, strength) are no part
 * of it.
 */
export function impactOf(before: readonly Pack[], after: readonly Pack[], now: string): ImpactCounter {
  const items = compared(before, after, now);
  const tallies = items.map(
    () => new Map<string, { from: Judgement; to: Judgement; count: number; examples: string[] }>(),
  );
  let patients = 0;
  let otherwise = 0;
  return {
    add(name, facts, doubts = NO_DOUBTS) {
      const both = { facts, doubts };
      this.addBoth(name, both, both);
    },
    addBoth(name, before, after) {
      const judge = (of: Judge | null, { facts, doubts }: FactsAtMoment): Judgement =>
        of ? verdictOf(of(facts, doubts)) : null;
      patients++;
      let other = false;
      items.forEach((item, k) => {
        const from = judge(item.before, before);
        const to = judge(item.after, after);
        if (from === to) return;
        other = true;
        const tally = tallies[k]!;
        const key = `${from} ${to}`;
        const line = tally.get(key) ?? { from, to, count: 0, examples: [] };
        tally.set(key, line);
        line.count++;
        if (line.examples.length < EXAMPLES) line.examples.push(name);
      });
      if (other) otherwise++;
    },
    result() {
      const lines = items.flatMap(({ id, subject }, k) =>
        [...tallies[k]!.values()].map((line) => ({ id, subject, ...line })),
      );
      return { patients, otherwise, compared: items.map(({ id }) => id), lines: ordered(lines) };
    },
  };
}

function ordered(lines: readonly ImpactLine[]): readonly ImpactLine[] {
  return [...lines].sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

/** Counts of several parts of the same patients, none in two, for the same packs, as one; examples in the order of the parts. */
export function mergeImpacts(parts: readonly Impact[]): Impact {
  const lines = new Map<string, ImpactLine>();
  for (const line of parts.flatMap((part) => part.lines)) {
    const key = `${line.id} ${line.from} ${line.to}`;
    const known = lines.get(key);
    const examples = [...(known?.examples ?? []), ...line.examples].slice(0, EXAMPLES);
    lines.set(key, { ...line, count: (known?.count ?? 0) + line.count, examples });
  }
  const sum = (key: "patients" | "otherwise") => parts.reduce((total, part) => total + part[key], 0);
  return {
    ...{ patients: sum("patients"), otherwise: sum("otherwise"), compared: parts[0]?.compared ?? [] },
    lines: ordered([...lines.values()]),
  };
}
