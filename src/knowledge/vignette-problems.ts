import { decide } from "./criteria.ts";
import type { Pack } from "./pack.ts";
import { verdictOf } from "./verdict.ts";

/**
 * Vignettes of a pack whose result is not the one written beside them, one sentence each; a vignette of a recommendation
 * that the pack does not hold is one. Empty when all fit.
 */
export function vignetteProblems(pack: Pack): readonly string[] {
  const items = new Map(pack.recommendations.map((item) => [item.id, item]));
  return pack.vignettes.flatMap(({ recommendation, kind, facts, expected }) => {
    const item = items.get(recommendation);
    const result = item ? verdictOf(decide(item.criteria, facts)) : "no such recommendation";
    return result === expected ? [] : [`${kind} vignette of ${recommendation}: ${result}, expected ${expected}`];
  });
}
