import type { CaseOptions, Verdict } from "../knowledge/index.ts";

/** One recommendation that is judged otherwise in two evaluations. */
export interface JudgedAnew {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  /** Null when the recommendation was not there, or drove nothing. */
  readonly before: Verdict | null;
  readonly after: Verdict | null;
  /** Conditions that read otherwise, "before" and "after" by their sentences; empty when only facts differ. */
  readonly conditions: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** A decision judged anew. */
export interface Replay {
  /** When it was decided. */
  readonly at: string;
  readonly packs: readonly {
    readonly id: string;
    readonly version: string;
    readonly hash: string;
    readonly kept: boolean;
    /** Why it is not there to judge with; null when it is. */
    readonly why: string | null;
  }[];
  /** Whether the packs and facts of that moment give what was frozen; null when a pack of that moment is not kept here. */
  readonly same: boolean | null;
  readonly differences: readonly JudgedAnew[];
  /** The facts of that moment against what is in force now. */
  readonly today: { readonly at: string; readonly differences: readonly JudgedAnew[] };
}

function cardsOf(options: CaseOptions) {
  return new Map(
    options.columns.flatMap((column) => column.options.flatMap(({ cards }) => cards)).map((card) => [card.id, card]),
  );
}

/** What is judged otherwise in a second evaluation, by recommendation, in the order of the first; new ones come last. */
export function judgedAnew(before: CaseOptions, after: CaseOptions): readonly JudgedAnew[] {
  const [old, young] = [cardsOf(before), cardsOf(after)];
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((id) => {
    const [a, b] = [old.get(id), young.get(id)];
    const sentences = (card: typeof a) => (card?.criteria ?? []).map((one) => one.sentence);
    const [was, is] = [sentences(a), sentences(b)];
    const conditions = {
      before: was.filter((one) => !is.includes(one)),
      after: is.filter((one) => !was.includes(one)),
    };
    if (a?.verdict === b?.verdict) return [];
    const { subject, body } = (a ?? b)!;
    return [{ id, subject, body, before: a?.verdict ?? null, after: b?.verdict ?? null, conditions }];
  });
}
