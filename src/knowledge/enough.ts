import type { FactValue } from "../core/index.ts";
import { compileCriterion } from "./compile.ts";
import { type Criterion, leavesOf } from "./criteria.ts";
import { expand, fieldOf } from "./dictionary.ts";
import { drives } from "./evaluate.ts";
import { packsAsUsed } from "./local-layer.ts";
import { cellsOf, missingFacts } from "./missing.ts";
import { smallestMissingSets } from "./missing-sets.ts";
import type { Pack } from "./pack.ts";
import type { Facts } from "./validation.ts";

/** How a missing fact is got: the easiest first. */
export type Ease = "question" | "scale" | "image" | "test" | "decision";
/** In the order of effort. */
export const EASE: readonly Ease[] = ["question", "scale", "image", "test", "decision"];

/** A fact that is missing, with how it is got. */
export interface MissingFact {
  readonly field: string;
  readonly label: string;
  readonly ease: Ease;
}

/** Facts that are together enough to decide one recommendation for some of their values. */
export interface EnoughSet {
  /** The easiest first. */
  readonly facts: readonly MissingFact[];
  /** What they could make of it: met ("true"), not met ("false"). */
  readonly could: readonly ("true" | "false")[];
}

/** What would be enough to decide one undecided recommendation. */
export interface Enough {
  readonly id: string;
  /** Easiest first: those that could meet it, then those that could only rule it out. A set is as hard as its hardest fact. */
  readonly sets: readonly EnoughSet[];
  /** All facts that could still change it. */
  readonly missing: readonly MissingFact[];
}

const MOST_SETS = 4;
/** Beyond so many missing facts the sets are not looked for: a reader could not weigh them. */
const MOST_MISSING = 8;
const MOST_COMBINATIONS = 4096;

/** How a field is got; `scored` are the fields that a scale of the packs gives. */
function easeOf(field: string, scored: ReadonlySet<string>): Ease {
  const definition = fieldOf(field);
  if (scored.has(field)) return "scale";
  if (definition?.supplier === "referrer") return "question";
  if (definition?.supplier === "imaging") return "image";
  return definition?.supplier === "treating team" ? "decision" : "test";
}

/** Whether values of `names` exist that meet the criterion while all else stays as it is; null: too many to try. */
function canMeet(node: Criterion, facts: Facts, names: readonly string[]): boolean | null {
  const leaves = leavesOf(node);
  const cells = names.map((name) => {
    const given = facts[name];
    return given === undefined ? cellsOf(name, leaves) : expand(fieldOf(name), String(given));
  });
  if (cells.reduce((product, each) => product * each.length, 1) > MOST_COMBINATIONS) return null;
  const decide = compileCriterion(node);
  const settings: Record<string, FactValue> = { ...facts };
  const walk = (depth: number): boolean => {
    if (depth === names.length) return decide(settings) === "true";
    return cells[depth]!.some((value) => {
      settings[names[depth]!] = value;
      return walk(depth + 1);
    });
  };
  return walk(0);
}

/**
 * A smallest set of the missing facts (given the easiest first) that could meet the criterion: the hardest are left out
 * first, and none that is left can be. Null when none could, or too many combinations would have to be tried.
 */
function easiestToMeet(node: Criterion, facts: Facts, missing: readonly string[]): readonly string[] | null {
  if (canMeet(node, facts, missing) !== true) return null;
  let kept = missing;
  for (const name of [...missing].reverse()) {
    const without = kept.filter((other) => other !== name);
    if (canMeet(node, facts, without)) kept = without;
  }
  return kept;
}

/**
 * What would be enough to decide undecided recommendations: the smallest sets of missing facts, ordered by how easily they
 * are got (a question, a scale, an image, a test, a decision of the team), then by their number. Where every small set
 * could only rule it out, the easiest set that could meet it is told as well, and first. Ids that are not in the packs,
 * drive nothing at `now`, or are decided give nothing.
 */
export function enoughFor(
  packs: readonly Pack[],
  ids: readonly string[],
  facts: Facts,
  now: string,
): readonly Enough[] {
  const scored = new Set(packs.flatMap((pack) => pack.scales).flatMap((scale) => scale.field ?? []));
  const wanted = new Set(ids);
  return packsAsUsed(packs, now).flatMap((pack) =>
    pack.recommendations
      .filter((item) => wanted.has(item.id) && drives(pack, item, now) && wanted.delete(item.id))
      .flatMap(({ id, criteria }): Enough[] => {
        const missing = missingFacts(criteria, facts)
          .map(
            (field): MissingFact => ({
              field,
              label: fieldOf(field)?.label ?? field,
              ease: easeOf(field, scored),
            }),
          )
          .sort((a, b) => EASE.indexOf(a.ease) - EASE.indexOf(b.ease) || a.label.localeCompare(b.label));
        return missing.length === 0 ? [] : [{ id, sets: setsOf(criteria, facts, missing), missing }];
      }),
  );
}

function setsOf(node: Criterion, facts: Facts, missing: readonly MissingFact[]): readonly EnoughSet[] {
  if (missing.length > MOST_MISSING) return [];
  const of = (fields: readonly string[]) => missing.filter(({ field }) => fields.includes(field));
  const sets = smallestMissingSets(node, facts).map((set): EnoughSet => ({ facts: of(set.fields), could: set.could }));
  if (!sets.some(({ could }) => could.includes("true"))) {
    const names = missing.map(({ field }) => field);
    const meet = easiestToMeet(node, facts, names);
    if (meet) sets.push({ facts: of(meet), could: ["true", "false"] });
  }
  const place = (set: EnoughSet) =>
    (set.could.includes("true") ? 0 : 100) + Math.max(...set.facts.map(({ ease }) => EASE.indexOf(ease)));
  return sets.sort((a, b) => place(a) - place(b) || a.facts.length - b.facts.length).slice(0, MOST_SETS);
}
