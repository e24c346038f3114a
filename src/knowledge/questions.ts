import { fieldOf } from "./dictionary.ts";
import type { Card } from "./evaluate.ts";
import type { Effort, Supplier } from "./field.ts";

/** One fact worth asking for next. Plain JSON. */
export interface Question {
  readonly field: string;
  readonly label: string;
  readonly unit: string;
  readonly ask: string;
  readonly supplier: Supplier;
  readonly effort: Effort;
  /** Undecided cards that this one fact would settle by itself. */
  readonly settles: readonly string[];
  /** Undecided cards that cannot be settled without it. */
  readonly touches: readonly string[];
}

/**
 * What to ask next: the missing facts of undecided cards, best first. Each card gives its weight, shared by its
 * missing facts, so that a fact which settles cards alone counts most: 2 when one of its criteria is met already, else 1.
 * The sum is divided by the effort to get the fact (1 bedside ... 4 a test or a decision). Ties go to the order of the dictionary's names. Decided cards ask for nothing.
 */
export function whatToAsk(cards: readonly Card[]): readonly Question[] {
  const weights = new Map<string, number>();
  const touches = new Map<string, string[]>();
  const settles = new Map<string, string[]>();
  for (const card of cards) {
    if (card.verdict !== "cannotDetermine") continue;
    const weight = card.criteria.some((criterion) => criterion.result === "true") ? 2 : 1;
    for (const name of card.missing) {
      weights.set(name, (weights.get(name) ?? 0) + weight / card.missing.length);
      touches.set(name, [...(touches.get(name) ?? []), card.id]);
      if (card.missing.length === 1) settles.set(name, [...(settles.get(name) ?? []), card.id]);
    }
  }
  const score = (name: string) => weights.get(name)! / (fieldOf(name)?.effort ?? 4);
  return [...weights.keys()]
    .sort((a, b) => score(b) - score(a) || a.localeCompare(b))
    .map((name) => {
      const field = fieldOf(name);
      return {
        field: name,
        label: field?.label ?? name,
        unit: field?.unit ?? "",
        ask: field?.ask ?? `ask for ${name}`,
        supplier: field?.supplier ?? "treating team",
        effort: field?.effort ?? 4,
        settles: settles.get(name) ?? [],
        touches: touches.get(name)!,
      };
    });
}
