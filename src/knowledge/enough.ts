import { fieldOf } from "./dictionary.ts";
import { drives } from "./evaluate.ts";
import { missingFacts } from "./missing.ts";
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
  readonly facts: readonly MissingFact[];
  /** What they could make of it: met ("true"), not met ("false"). */
  readonly could: readonly ("true" | "false")[];
}

/** What would be enough to decide one undecided recommendation. */
export interface Enough {
  readonly id: string;
  /** Easiest first; a set is as hard as its hardest fact. Empty when no small set was found. */
  readonly sets: readonly EnoughSet[];
  /** All facts that could still change it, for when no small set was found. */
  readonly missing: readonly MissingFact[];
}

const MOST_SETS = 4;
/** Beyond so many missing facts the sets are not looked for: a reader could not weigh them. */
const MOST_MISSING = 8;

/** How a field is got; `scored` are the fields that a scale of the packs gives. */
export function easeOf(field: string, scored: ReadonlySet<string>): Ease {
  const definition = fieldOf(field);
  if (scored.has(field)) return "scale";
  if (definition?.supplier === "referrer") return "question";
  if (definition?.supplier === "imaging") return "image";
  return definition?.supplier === "treating team" ? "decision" : "test";
}

/**
 * What would be enough to decide undecided recommendations: the smallest sets of missing facts, ordered by how easily they
 * are got (a question, a scale, an image, a test, a decision of the team), then by their number. Ids that are not in the
 * packs, drive nothing at `now`, or are decided give nothing.
 */
export function enoughFor(
  packs: readonly Pack[],
  ids: readonly string[],
  facts: Facts,
  now: string,
): readonly Enough[] {
  const scored = new Set(
    packs
      .flatMap((pack) => pack.scales)
      .map((scale) => scale.field)
      .filter((field) => field !== null),
  );
  const wanted = new Set(ids);
  const fact = (field: string): MissingFact => ({
    field,
    label: fieldOf(field)?.label ?? field,
    ease: easeOf(field, scored as ReadonlySet<string>),
  });
  const hardness = (set: EnoughSet) => Math.max(...set.facts.map(({ ease }) => EASE.indexOf(ease)));
  return packs.flatMap((pack) =>
    pack.recommendations
      .filter((item) => wanted.delete(item.id) && drives(pack, item, now))
      .flatMap((item): Enough[] => {
        const missing = missingFacts(item.criteria, facts);
        if (missing.length === 0) return [];
        const sets = missing.length > MOST_MISSING ? [] : smallestMissingSets(item.criteria, facts);
        const ordered = sets
          .map((set): EnoughSet => ({ could: set.could, facts: set.fields.map(fact) }))
          .sort((a, b) => hardness(a) - hardness(b) || a.facts.length - b.facts.length);
        return [{ id: item.id, sets: ordered.slice(0, MOST_SETS), missing: missing.map(fact) }];
      }),
  );
}
