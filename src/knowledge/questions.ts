import { fieldOf } from "./dictionary.ts";
import type { Card } from "./evaluate.ts";
import type { Effort, Supplier } from "./field.ts";
import type { OptionGroup } from "./recommendation.ts";
import { type Doubts, doubtWords, NO_DOUBTS } from "./standing.ts";
import type { Facts } from "./validation.ts";

/** One fact worth asking for next. Plain JSON. */
export interface Question {
  readonly field: string;
  readonly label: string;
  readonly unit: string;
  readonly ask: string;
  /** Why a value that was given is not used: too old, or sources that differ. Only where it is so. */
  readonly doubt?: string;
  readonly supplier: Supplier;
  readonly effort: Effort;
  /** Undecided cards that this one fact would settle by itself. */
  readonly settles: readonly string[];
  /** Undecided cards that cannot be settled without it. */
  readonly touches: readonly string[];
}

/** How much a column weighs: what is done to the patient first. */
const GROUP_WEIGHT: Readonly<Record<OptionGroup, number>> = {
  intervention: 8,
  surgery: 4,
  medical: 2,
  "imaging-and-care": 1,
};

/** Facts that are themselves the outcome of other cards: asked only when nothing primary is left. */
const CONCLUSIONS: ReadonlySet<string> = new Set([
  "evt_eligible",
  "ivt_eligible",
  "dawn_eligible",
  "dawn_or_defuse3_eligible",
  "perfusion_mismatch",
]);

/** What the team that asks decides, or what happens after: no answer of a referrer brings it nearer. */
const COURSE = /^(management|device|drug|etici|.*_(planned|done|given|target_mmHg|target_mg_dl|dose_mg_kg))$/;

/** Which disease it is. One of them stated, the others are no question any more unless nothing else is left. */
const DISEASES: readonly string[] = ["diagnosis", "ich", "sah"];

/** Weight of a body's own words of strength, 3 to 1; used to order questions and for nothing else. */
function strengthWeight(strength: string): number {
  if (/^(1|I|strong|should|recommend\w*)(?![\w])/i.test(strength)) return 3;
  return /^(2a|IIa|consensus|expert consensus|moderate)(?![\w])/i.test(strength) ? 2 : 1;
}

/**
 * What one undecided card gives to its questions: the column, the strength, how near it is (all other criteria met counts
 * most), less when it would speak against, and a quarter when its option already has a card that applies.
 */
function cardWeight(card: Card, settled: ReadonlySet<string>): number {
  const met = card.criteria.filter((criterion) => criterion.result === "true").length;
  const open = card.criteria.filter((criterion) => criterion.result === "unknown").length;
  const near = (met + 1) / Math.max(1, met + open);
  const weight = GROUP_WEIGHT[card.group] * strengthWeight(card.strength) * near ** 2 * (met > 0 ? 2 : 1);
  return weight * (card.direction === "against" ? 0.5 : 1) * (settled.has(card.subject) ? 0.25 : 1);
}

/**
 * What to ask next: the missing facts of undecided cards, best first. Each card gives its weight (`cardWeight`: main
 * treatments, strong words and cards with all else met first), shared by its missing facts, so that a fact which settles
 * cards alone counts most. The sum is divided by the effort to get the fact (1 bedside ... 4 a test or a decision), and
 * halved when the treating team itself supplies it. In this order of ranks: facts that bear on a treatment of which
 * something is met already and that waits for no later event; other facts; what is decided or happens later; last conclusions (eligibility) and other
 * diseases than a stated one (`facts`). Ties go by name. Decided cards ask for nothing.
 */
export function whatToAsk(cards: readonly Card[], facts: Facts = {}, doubts: Doubts = NO_DOUBTS): readonly Question[] {
  const settled = new Set(cards.filter((card) => card.verdict === "applies").map((card) => card.subject));
  const diseaseStated = DISEASES.some((name) => facts[name] !== undefined && facts[name] !== false);
  const weights = new Map<string, number>();
  const touches = new Map<string, string[]>();
  const settles = new Map<string, string[]>();
  const bearing = new Set<string>();
  for (const card of cards) {
    if (card.verdict !== "cannotDetermine") continue;
    const weight = cardWeight(card, settled);
    const begun =
      card.group !== "imaging-and-care" &&
      card.criteria.some((criterion) => criterion.result === "true") &&
      !card.missing.some((name) => COURSE.test(name));
    for (const name of card.missing) {
      weights.set(name, (weights.get(name) ?? 0) + weight / card.missing.length);
      touches.set(name, [...(touches.get(name) ?? []), card.id]);
      if (begun) bearing.add(name);
      if (card.missing.length === 1) settles.set(name, [...(settles.get(name) ?? []), card.id]);
    }
  }
  const rank = (name: string) => {
    if (CONCLUSIONS.has(name) || (diseaseStated && DISEASES.includes(name))) return 3;
    if (COURSE.test(name)) return 2;
    return bearing.has(name) ? 0 : 1;
  };
  const score = (name: string) => {
    const field = fieldOf(name);
    const own = field?.supplier === "treating team" || field?.supplier === "angiography";
    return (weights.get(name)! / (field?.effort ?? 4)) * (own ? 0.5 : 1);
  };
  return [...weights.keys()]
    .sort((a, b) => rank(a) - rank(b) || score(b) - score(a) || a.localeCompare(b))
    .map((name) => {
      const field = fieldOf(name);
      const doubt = doubtWords(name, doubts);
      return {
        ...(doubt === null ? {} : { doubt }),
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
