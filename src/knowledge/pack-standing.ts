import { decide } from "./criteria.ts";
import type { Pack } from "./pack.ts";

const VERDICTS = { true: "applies", false: "doesNotApply", unknown: "cannotDetermine" } as const;

/**
 * Vignettes of a pack whose result is not the one written beside them, one sentence each; a vignette of a recommendation
 * that the pack does not hold is one. Empty when all fit.
 */
export function vignetteProblems(pack: Pack): readonly string[] {
  const items = new Map(pack.recommendations.map((item) => [item.id, item]));
  return pack.vignettes.flatMap(({ recommendation, kind, facts, expected }) => {
    const item = items.get(recommendation);
    const result = item ? VERDICTS[decide(item.criteria, facts)] : "no such recommendation";
    return result === expected ? [] : [`${kind} vignette of ${recommendation}: ${result}, expected ${expected}`];
  });
}

/**
 * The packs as they stand beside each other: one that another pack of the list names in its `supersedes` is superseded by
 * it, though its own content, which never changes, could not know. Contents and hashes stay.
 */
export function withSuccessors(packs: readonly Pack[]): readonly Pack[] {
  const successor = new Map(packs.flatMap((pack) => pack.supersedes.map((id) => [id, pack.id] as const)));
  return packs.map((pack) => {
    const by = successor.get(pack.id);
    return by === undefined || pack.supersededBy !== null || by === pack.id ? pack : { ...pack, supersededBy: by };
  });
}
