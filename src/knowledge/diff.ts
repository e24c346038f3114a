import { type Criterion, type Leaf, leavesOf } from "./criteria.ts";
import type { Pack } from "./pack.ts";
import type { Recommendation } from "./recommendation.ts";
import { sentence } from "./sentence.ts";

/** One difference between two criteria, as sentences with units. */
export interface CriterionChange {
  readonly kind: "added" | "removed" | "threshold changed";
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How one recommendation differs between two versions. */
export interface RecommendationChange {
  readonly id: string;
  readonly kind: "added" | "removed" | "changed";
  readonly criteria: readonly CriterionChange[];
  /** True when the conditions are joined differently though each stayed the same. */
  readonly regrouped: boolean;
  /** Changed words: what a reader sees beside the criterion; "no value" where there was none. */
  readonly words: readonly { readonly of: string; readonly before: string; readonly after: string }[];
}

const WORDS = [
  ...([
    "action",
    "subject",
    "group",
    "direction",
    "gradeSystem",
    "strength",
    "certainty",
    "status",
    "expires",
  ] as const),
  ...([
    "body",
    "guideline",
    "year",
    "doi",
    "citationNote",
    "topic",
    "verified",
    "confidence",
    "note",
    "owner",
    "disclosure",
    "rationale",
  ] as const),
] as const;
const NOTHING = "no value";

/** Leaves that may be two versions of one threshold: the same field, and the same bound where there are several. */
function side(leaf: Leaf): string {
  if (leaf.op === "lt" || leaf.op === "lte") return "upper";
  if (leaf.op === "gt" || leaf.op === "gte") return "lower";
  return leaf.op;
}

/**
 * The differences between two criteria by comparison: the same field with another threshold, a comparison that is new,
 * one that is gone. Pairs are sought first by field and kind of bound, then by field alone. Equal comparisons give nothing.
 */
export function diffCriteria(before: Criterion, after: Criterion): readonly CriterionChange[] {
  const old = [...leavesOf(before)];
  const young = [...leavesOf(after)];
  const changes: CriterionChange[] = [];
  const pair = (same: (a: Leaf, b: Leaf) => boolean, report: boolean) => {
    for (let i = old.length - 1; i >= 0; i--) {
      const j = young.findIndex((leaf) => leaf.field === old[i]!.field && same(old[i]!, leaf));
      if (j < 0) continue;
      const [a] = old.splice(i, 1);
      const [b] = young.splice(j, 1);
      if (report)
        changes.push({ kind: "threshold changed", field: a!.field, before: sentence(a!), after: sentence(b!) });
    }
  };
  pair((a, b) => a.op === b.op && JSON.stringify(a.value) === JSON.stringify(b.value), false);
  pair((a, b) => side(a) === side(b), true);
  pair(() => true, true);
  changes.reverse();
  changes.push(
    ...old.map((leaf) => ({ kind: "removed" as const, field: leaf.field, before: sentence(leaf), after: null })),
  );
  changes.push(
    ...young.map((leaf) => ({ kind: "added" as const, field: leaf.field, before: null, after: sentence(leaf) })),
  );
  return changes;
}

function localWords({ local }: Recommendation): string {
  if (!local) return NOTHING;
  return `${local.notUsed ? "not used" : "adapted"} until ${local.sunset}, because ${local.reason} (${local.owner})`;
}

/** How a recommendation changed; null when nothing that matters did. The ids may differ (a successor under a new id). */
export function diffRecommendation(before: Recommendation, after: Recommendation): RecommendationChange | null {
  const criteria = diffCriteria(before.criteria, after.criteria);
  const words: { of: string; before: string; after: string }[] = WORDS.filter((key) => before[key] !== after[key]).map(
    (key) => ({
      of: key,
      before: String(before[key] ?? NOTHING),
      after: String(after[key] ?? NOTHING),
    }),
  );
  const [was, is] = [localWords(before), localWords(after)];
  if (was !== is) words.push({ of: "adapted here", before: was, after: is });
  const regrouped = criteria.length === 0 && JSON.stringify(before.criteria) !== JSON.stringify(after.criteria);
  if (criteria.length === 0 && words.length === 0 && !regrouped) return null;
  return { id: after.id, kind: "changed", criteria, regrouped, words };
}

/** What changed between two versions of a pack, by recommendation and criterion; empty when they say the same. */
export function diffPacks(before: Pack, after: Pack): readonly RecommendationChange[] {
  const old = new Map(before.recommendations.map((item) => [item.id, item] as const));
  const changes: RecommendationChange[] = [];
  const whole = (item: Recommendation, kind: "added" | "removed"): RecommendationChange => ({
    id: item.id,
    kind,
    criteria: leavesOf(item.criteria).map((leaf) => ({
      kind,
      field: leaf.field,
      before: kind === "removed" ? sentence(leaf) : null,
      after: kind === "added" ? sentence(leaf) : null,
    })),
    regrouped: false,
    words: [],
  });
  for (const item of after.recommendations) {
    const earlier = old.get(item.id);
    const change = earlier ? diffRecommendation(earlier, item) : whole(item, "added");
    if (change) changes.push(change);
    old.delete(item.id);
  }
  return [...changes, ...[...old.values()].map((item) => whole(item, "removed"))];
}
