import type { Conflict } from "./conflicts.ts";
import type { Trace, Truth } from "./criteria.ts";
import { fieldOf } from "./dictionary.ts";
import type { Card } from "./evaluate.ts";

/** What one side asks of a field; null result when it does not ask. */
export interface Asked {
  readonly words: string | null;
  readonly result: Truth | null;
}

/** A field on which two criteria differ for this patient. */
export interface PointOfDifference {
  readonly field: string;
  readonly label: string;
  /** The value of this patient as words, or null when not known. */
  readonly given: string | null;
  readonly left: Asked;
  readonly right: Asked;
  /** True when this point makes one side hold and the other not. */
  readonly decides: boolean;
}

/** Two sides of a conflict, with the leaf on which they part. */
export interface Disagreement {
  readonly kind: Conflict["kind"];
  readonly topic: string;
  readonly why: string;
  readonly trials: readonly string[];
  readonly left: readonly Card[];
  /** Empty where the other side is not a body but trials. */
  readonly right: readonly Card[];
  /** Between the first card of each side, the deciding ones first. */
  readonly points: readonly PointOfDifference[];
}

const FLIPPED: Readonly<Record<Truth, Truth>> = { true: "false", false: "true", unknown: "unknown" };

interface FlatLeaf {
  readonly field: string;
  readonly words: string;
  readonly given: string | null;
  readonly result: Truth;
}

function leaves(node: Trace, negated = false): readonly FlatLeaf[] {
  if (node.kind === "fact" && node.field) {
    const result = negated ? FLIPPED[node.result] : node.result;
    const words = negated ? `not: ${node.sentence}` : node.sentence;
    return [{ field: node.field, words, given: node.given ?? null, result }];
  }
  return node.children.flatMap((child) => leaves(child, negated !== (node.kind === "not")));
}

/** What a whole criterion asks of one field; where it asks twice, the answer that is not met counts before the unknown one. */
function asked(all: readonly FlatLeaf[], field: string): Asked {
  const own = all.filter((leaf) => leaf.field === field);
  if (own.length === 0) return { words: null, result: null };
  const results = own.map((leaf) => leaf.result);
  const result = results.includes("false") ? "false" : results.includes("unknown") ? "unknown" : "true";
  return { words: [...new Set(own.map((leaf) => leaf.words))].join("; "), result };
}

/** 0: one holds, the other fails. 1: one fails what the other does not ask. 2: one is not known. 3: other words. 4: extra. */
function rank({ left, right }: PointOfDifference): number {
  const both = [left.result, right.result];
  if (both.includes("true") && both.includes("false")) return 0;
  if (both.includes("false")) return 1;
  if (both.includes("unknown")) return 2;
  return both.includes(null) ? 4 : 3;
}

/**
 * Where two criteria part on one patient: the fields of which they ask different things, first those that make one hold and
 * the other fail. Fields of which both ask the same are left out. Works on traces, so it also reads frozen decisions.
 */
export function pointsOfDifference(left: Trace, right: Trace): readonly PointOfDifference[] {
  const [a, b] = [leaves(left), leaves(right)];
  const fields = [...new Set([...a, ...b].map((leaf) => leaf.field))];
  const parts = left.result !== right.result;
  return fields
    .map((field): PointOfDifference => {
      const given = [...a, ...b].find((leaf) => leaf.field === field && leaf.given !== null)?.given ?? null;
      const [l, r] = [asked(a, field), asked(b, field)];
      const settled =
        (left.result !== "true" && left.deciding.concat(left.missing).includes(field)) ||
        (right.result !== "true" && right.deciding.concat(right.missing).includes(field));
      const decides = parts && settled && l.result !== r.result;
      return { field, label: fieldOf(field)?.label ?? field, given, left: l, right: r, decides };
    })
    .filter((point) => point.left.words !== point.right.words)
    .sort((x, y) => Number(y.decides) - Number(x.decides) || rank(x) - rank(y));
}

function sides(conflict: Conflict, cards: readonly Card[]): readonly [readonly Card[], readonly Card[]] {
  const part = (test: (card: Card) => boolean) => [cards.filter(test), cards.filter((card) => !test(card))] as const;
  if (conflict.kind === "opposite-directions") return part((card) => card.direction === "for");
  if (conflict.kind === "window-edge") return part((card) => conflict.first.includes(card.id));
  if (cards.some((card) => card.verdict !== "applies")) return part((card) => card.verdict === "applies");
  return part((card) => card.body === cards[0]?.body && card.year === cards[0].year);
}

/**
 * The conflicts of an evaluation as two sides each, with the point on which they part. Evidence that is newer than a
 * guideline is a mark of its card and is left out. Where a body stands against a trial and not against another body, the
 * right side is empty and `trials` is the other side; a conflict of which no card is among `cards` is left out.
 */
export function disagreementsOf(conflicts: readonly Conflict[], cards: readonly Card[]): readonly Disagreement[] {
  const byId = new Map(cards.map((card) => [card.id, card] as const));
  return conflicts.flatMap((conflict) => {
    if (conflict.kind === "evidence-newer-than-guideline") return [];
    const all = conflict.ids.flatMap((id) => byId.get(id) ?? []);
    const both = sides(conflict, all);
    const [left, right] = both[0].length > 0 ? both : [both[1], both[0]];
    if (left.length === 0) return [];
    const { kind, topic, why, trials } = conflict;
    const points = right.length > 0 ? pointsOfDifference(left[0]!.trace, right[0]!.trace) : [];
    return [{ kind, topic, why, trials, left, right, points }];
  });
}

/** What one body says of an option: its card that counts most, and, where it holds back, what keeps it from holding. */
export interface BodyVoice {
  readonly body: string;
  readonly card: Card;
  readonly others: number;
  /** Conditions not met, or not known, of a card that does not apply; empty for one that applies. */
  readonly heldBy: readonly { readonly words: string; readonly result: Truth; readonly given: string | null }[];
}

const VERDICTS = ["applies", "cannotDetermine", "doesNotApply"];

function holders(node: Trace): readonly Trace[] {
  if (node.result === "true") return [];
  if (node.kind === "all") {
    const failed = node.children.filter((child) => child.result === "false");
    const open = node.children.filter((child) => child.result === "unknown");
    return (failed.length > 0 ? failed : open).flatMap(holders);
  }
  return [node];
}

/**
 * The bodies that speak of one option side by side: of each its nearest card (one that applies before an undecided one,
 * before one that does not apply; then the one with the fewest conditions against it), those that apply first.
 */
export function voicesOf(cards: readonly Card[]): readonly BodyVoice[] {
  const bodies = [...new Set(cards.map((card) => card.body))];
  return bodies
    .map((body): BodyVoice => {
      const own = cards.filter((card) => card.body === body);
      const far = (card: Card) => VERDICTS.indexOf(card.verdict) * 100 + holders(card.trace).length;
      const [card] = [...own].sort((a, b) => far(a) - far(b) || b.year - a.year);
      const heldBy = holders(card!.trace).map((node) => ({
        words:
          node.kind === "fact" || node.kind === "prose"
            ? node.sentence
            : leaves(node)
                .map((l) => l.words)
                .join(" or "),
        result: node.result,
        given: node.given ?? null,
      }));
      return { body, card: card!, others: own.length - 1, heldBy };
    })
    .sort((a, b) => VERDICTS.indexOf(a.card.verdict) - VERDICTS.indexOf(b.card.verdict));
}
