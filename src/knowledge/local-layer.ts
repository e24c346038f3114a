import type { Criterion } from "./criteria.ts";
import { isDay, type Pack, stillHolds } from "./pack.ts";
import type { Recommendation } from "./recommendation.ts";

/**
 * How an installation adapts a recommendation of a body, until a day. The recommendation holds what is used here; what
 * the body says stands in `original` and holds again after `sunset`.
 */
export interface LocalAdaptation {
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Last day (ISO date) on which the adaptation holds. */
  readonly sunset: string;
  /** True: the recommendation is not used here at all until then; it is listed with the reason and drives nothing. */
  readonly notUsed: boolean;
  readonly original: { readonly criteria: Criterion; readonly action: string };
}

/** An adaptation in one sentence: "adapted here until 2027-01-31 because ... (Dr A); the body says: ...". */
export function adaptationWords(local: {
  readonly reason: string;
  readonly owner: string;
  readonly sunset: string;
  readonly says: string;
}): string {
  return `adapted here until ${local.sunset} because ${local.reason} (${local.owner}); the body says: ${local.says}`;
}

/** A recommendation as it is used at `now` (UTC ISO time): after the sunset of its adaptation what the body says. */
export function asUsed(item: Recommendation, now: string): Recommendation {
  if (!item.local || stillHolds(item.local.sunset, now)) return item;
  const { local, ...rest } = item;
  return { ...rest, ...local.original };
}

/** Packs with their recommendations as they are used at `now`; the same list when nothing is adapted or all still holds. */
export function packsAsUsed(packs: readonly Pack[], now: string): readonly Pack[] {
  const over = (pack: Pack) => pack.recommendations.some((item) => item.local && !stillHolds(item.local.sunset, now));
  if (!packs.some(over)) return packs;
  return packs.map((pack) =>
    over(pack) ? { ...pack, recommendations: pack.recommendations.map((item) => asUsed(item, now)) } : pack,
  );
}

/** A recommendation that is adapted from now on; what it says now is kept as what the body says. Once adapted it stays as it is. */
export function adapted(
  item: Recommendation,
  given: Pick<LocalAdaptation, "reason" | "owner" | "sunset" | "notUsed">,
): Recommendation {
  const original = item.local?.original ?? { criteria: item.criteria, action: item.action };
  return { ...item, local: { ...given, original } };
}

/** A recommendation without its adaptation: what the body says. */
export function unadapted(item: Recommendation): Recommendation {
  if (!item.local) return item;
  const { local, ...rest } = item;
  return { ...rest, ...local.original };
}

/** What is wrong with an adaptation, one sentence each: it needs a reason, an owner and a day on which it ends. */
export function adaptationProblems({ local, expires }: Recommendation): readonly string[] {
  if (!local) return [];
  return [
    ...(local.reason.trim() ? [] : ["is adapted here without a reason"]),
    ...(local.owner.trim() ? [] : ["is adapted here and nobody answers for it"]),
    ...(isDay(local.sunset) ? [] : [`is adapted here until "${local.sunset}", which is no day like 2027-05-31`]),
    ...(isDay(local.sunset) && local.sunset > expires
      ? [`is adapted here until ${local.sunset}, longer than it holds itself (${expires})`]
      : []),
  ];
}
