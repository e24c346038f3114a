import type { Card, Evaluation } from "./evaluate.ts";

/** An evaluation as a machine reads it: ids by verdict, then everything in full. Plain JSON. */
export interface EvaluationAnswer extends Omit<Evaluation, "facts"> {
  readonly applies: readonly string[];
  readonly doesNotApply: readonly string[];
  readonly cannotDetermine: readonly { readonly id: string; readonly missing: readonly string[] }[];
}

/** The answer of `evaluate FACTS.json --json` and of `POST /api/knowledge/evaluate`, one shape for both. */
export function answerOf({ conflicts, packs, now, cards, silent }: Evaluation): EvaluationAnswer {
  const of = (verdict: Card["verdict"]) => cards.filter((card) => card.verdict === verdict);
  return {
    applies: of("applies").map((card) => card.id),
    doesNotApply: of("doesNotApply").map((card) => card.id),
    cannotDetermine: of("cannotDetermine").map(({ id, missing }) => ({ id, missing })),
    conflicts,
    packs,
    now,
    cards,
    silent,
  };
}
