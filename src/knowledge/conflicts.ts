import { fieldOf } from "./dictionary.ts";
import type { Card } from "./evaluate.ts";
import type { Disagreement, NewerEvidence, Pack, WindowEdge } from "./pack.ts";
import type { Facts } from "./validation.ts";

/** Something a reader must not miss between cards. It never changes the result of a card. */
export interface Conflict {
  readonly kind:
    | "opposite-directions"
    | "may-oppose"
    | "disagreement"
    | "evidence-newer-than-guideline"
    | "window-edge";
  readonly topic: string;
  /** Recommendations. */
  readonly ids: readonly string[];
  /** Trials, where evidence is part of it. */
  readonly trials: readonly string[];
  readonly why: string;
  /** For a window edge: the ids to show first by the pack's rule; empty otherwise. */
  readonly first: readonly string[];
}

function graded(card: Card): string {
  return `${card.body} ${card.year} (${card.strength}, certainty ${card.certainty})`;
}

function opposites(applying: readonly Card[]): readonly Conflict[] {
  const subjects = [...new Set(applying.map((card) => card.subject))];
  return subjects.flatMap((subject) => {
    const cards = applying.filter((card) => card.subject === subject);
    const pro = cards.filter((card) => card.direction === "for");
    const contra = cards.filter((card) => card.direction === "against");
    if (pro.length === 0 || contra.length === 0) return [];
    return [
      {
        kind: "opposite-directions" as const,
        topic: subject,
        ids: [...pro, ...contra].map((card) => card.id),
        trials: [],
        why: `${pro.map(graded).join(", ")} for it; ${contra.map(graded).join(", ")} against it`,
        first: [],
      },
    ];
  });
}

function mayOppose(cards: readonly Card[], applying: readonly Card[]): readonly Conflict[] {
  return cards.flatMap((open) => {
    if (open.verdict !== "cannotDetermine" || open.direction === "either") return [];
    const opposite = open.direction === "for" ? "against" : "for";
    const same = applying.filter((card) => card.subject === open.subject);
    const others = same.filter((card) => card.direction === opposite);
    if (others.length === 0 || same.length > others.length) return [];
    const needed = open.missing.map((name) => fieldOf(name)?.label ?? name).join(", ");
    const why = `${graded(open)} may speak ${open.direction} it; to decide that, this must be known, or known more exactly: ${needed}`;
    const ids = [...others.map((card) => card.id), open.id];
    return [{ kind: "may-oppose" as const, topic: open.subject, ids, trials: [], why, first: [] }];
  });
}

function edgeConflict(edge: WindowEdge, applying: ReadonlySet<string>, facts: Facts): readonly Conflict[] {
  const early = edge.early.filter((id) => applying.has(id));
  const late = edge.late.filter((id) => applying.has(id));
  if (facts[edge.field] !== edge.at || early.length === 0 || late.length === 0) return [];
  return [
    { kind: "window-edge", topic: "window edge", ids: [...early, ...late], trials: [], why: edge.rule, first: early },
  ];
}

function read(item: Disagreement, verdicts: ReadonlyMap<string, Card["verdict"]>): readonly Conflict[] {
  const others = item.doesNotApply.filter((id) => verdicts.get(id) === "doesNotApply");
  const stands = item.applies.every((id) => verdicts.get(id) === "applies");
  if (!stands || (item.doesNotApply.length > 0 && others.length === 0)) return [];
  const ids = [...item.applies, ...others];
  return [{ kind: "disagreement", topic: item.topic, ids, trials: item.trials, why: item.why, first: [] }];
}

function newer(item: NewerEvidence, applying: ReadonlySet<string>): readonly Conflict[] {
  const ids = item.current.filter((id) => applying.has(id));
  if (ids.length === 0) return [];
  const why = `evidence newer than the guideline: ${item.direction}`;
  return [
    { kind: "evidence-newer-than-guideline", topic: item.topic, ids, trials: item.newerEvidence, why, first: [] },
  ];
}

/**
 * Conflicts among the cards of one evaluation: bodies that point opposite ways on the same subject, an undecided card
 * that may yet oppose all that apply (not known is not "no conflict"), disagreements written
 * into a pack, evidence newer than a guideline that applies, and two windows that both hold at their shared edge (the
 * pack's rule then says which to show first). Only packs in force speak.
 */
export function findConflicts(packs: readonly Pack[], cards: readonly Card[], facts: Facts): readonly Conflict[] {
  const applying = cards.filter((card) => card.verdict === "applies");
  const ids = new Set(applying.map((card) => card.id));
  const verdicts = new Map(cards.map((card) => [card.id, card.verdict] as const));
  return [
    ...opposites(applying),
    ...mayOppose(cards, applying),
    ...packs.flatMap((pack) => pack.disagreements.flatMap((item) => read(item, verdicts))),
    ...packs.flatMap((pack) => pack.newerEvidence.flatMap((item) => newer(item, ids))),
    ...packs.flatMap((pack) => pack.windows.flatMap((edge) => edgeConflict(edge, ids, facts))),
  ];
}
