import type { Card, Evaluation } from "./evaluate.ts";
import { type MissingSet, smallestMissingSets } from "./missing-sets.ts";
import type { Pack } from "./pack.ts";

/** An evaluation as a machine reads it: ids by verdict, then everything in full. Plain JSON. */
export interface EvaluationAnswer extends Omit<Evaluation, "facts"> {
  readonly applies: readonly string[];
  readonly doesNotApply: readonly string[];
  readonly cannotDetermine: readonly { readonly id: string; readonly missing: readonly string[] }[];
  /** For each undecided recommendation the smallest sets of missing facts that could decide it, easiest first. */
  readonly wouldDecide: readonly { readonly id: string; readonly sets: readonly MissingSet[] }[];
}

/** The answer of `evaluate FACTS.json --json` and of `POST /api/knowledge/evaluate`, one shape for both. */
export function answerOf(evaluation: Evaluation, from: readonly Pack[]): EvaluationAnswer {
  const { conflicts, packs, now, cards, silent, facts, doubts } = evaluation;
  const items = new Map(from.flatMap((pack) => pack.recommendations).map((item) => [item.id, item]));
  const of = (verdict: Card["verdict"]) => cards.filter((card) => card.verdict === verdict);
  return {
    applies: of("applies").map((card) => card.id),
    doesNotApply: of("doesNotApply").map((card) => card.id),
    cannotDetermine: of("cannotDetermine").map(({ id, missing }) => ({ id, missing })),
    wouldDecide: of("cannotDetermine").map(({ id }) => ({
      id,
      sets: smallestMissingSets(items.get(id)!.criteria, facts),
    })),
    ...(doubts ? { doubts } : {}),
    conflicts,
    packs,
    now,
    cards,
    silent,
  };
}
