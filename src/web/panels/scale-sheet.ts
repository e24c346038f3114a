import { useMemo, useState } from "react";
import { type FilledItem, inputWords } from "../../cases/scale-entries.ts";
import { type Scale, type ScaleAnswers, type ScaleItem, type ScaleScore, scoreScale } from "../../knowledge/scales.ts";
import { useDraft } from "./kept-drafts.ts";

export type Answer = ScaleAnswers[string];

/** One state of the form: answers by item, what was typed for numbers, and which answers still are those of facts. */
interface Filling {
  readonly answers: ScaleAnswers;
  readonly typed: Readonly<Record<string, string>>;
  /** Items that a person answered: no fact stands behind them any more, even where the answer is the same. */
  readonly own: readonly string[];
}

/** A scale being filled in. Every change can be undone; nothing leaves the form before it is kept. */
export interface Sheet {
  readonly scale: Scale;
  readonly answers: ScaleAnswers;
  readonly typed: Readonly<Record<string, string>>;
  /** The score of what was filled in, or what is wrong with it, in words. */
  readonly score: ScaleScore | string;
  /** Facts that stand behind the answer of an item, as long as it was not changed. */
  readonly filledBy: (key: string) => FilledItem | null;
  /** "Age 71 years, derived: ..." for an item that facts filled; null for others. */
  readonly provenance: (key: string) => string | null;
  readonly left: readonly ScaleItem[];
  readonly set: (key: string, answer: Answer | undefined) => void;
  readonly type: (key: string, text: string) => void;
  /** Gives every item that was not answered its normal answer; null where "normal" has no meaning. */
  readonly restNormal: (() => void) | null;
  readonly undo: (() => void) | null;
  readonly clear: (() => void) | null;
}

function scored(scale: Scale, answers: ScaleAnswers): ScaleScore | string {
  try {
    // Two columns in which nothing was ticked yet are no answer, not a draw.
    const touched = scale.items.some((item) => ((answers[item.key] as readonly string[] | undefined)?.length ?? 0) > 0);
    if (scale.kind !== "two-column" || !touched) return scoreScale(scale, answers);
    return scoreScale(scale, Object.fromEntries(scale.items.map((item) => [item.key, answers[item.key] ?? []])));
  } catch (error) {
    return (error as Error).message;
  }
}

const textOf = (answer: Answer | undefined) => (typeof answer === "number" ? String(answer) : "");

function filling(scale: Scale, answers: ScaleAnswers): Filling {
  const numbers = scale.items.filter((item) => item.input || item.perStep);
  return { answers, typed: Object.fromEntries(numbers.map((item) => [item.key, textOf(answers[item.key])])), own: [] };
}

/** Only what the scale still asks: a draft may be older than the version of the pack. */
const known = (scale: Scale, answers: ScaleAnswers) =>
  Object.fromEntries(Object.entries(answers).filter(([key]) => scale.items.some((item) => item.key === key)));

/**
 * The state of a form for one scale. `filled` are the items that facts answer; `start` the answers of a score to correct;
 * `draft` the key under which what was filled in outlives the form.
 */
export function useScaleSheet(
  scale: Scale,
  { filled = [], start, draft }: { filled?: readonly FilledItem[]; start?: ScaleAnswers; draft?: string } = {},
): Sheet {
  const [now, setNow] = useDraft<Filling>(draft ?? null, () =>
    filling(scale, start ? known(scale, start) : Object.fromEntries(filled.map(({ item, answer }) => [item, answer]))),
  );
  const [past, setPast] = useState<readonly Filling[]>([]);
  const answers = useMemo(() => known(scale, now.answers), [scale, now.answers]);
  const change = (next: Filling) => {
    setPast([...past.slice(-199), now]);
    setNow(next);
  };
  const score = useMemo(() => scored(scale, answers), [scale, answers]);
  const filledBy = (key: string) => {
    const found = start ? undefined : filled.find((each) => each.item === key);
    return found && answers[key] === found.answer && !now.own.includes(key) ? found : null;
  };
  const left = scale.items.filter((item) => answers[item.key] === undefined);
  const rest = left.flatMap(({ key, normal }) => (normal === undefined ? [] : [[key, normal] as const]));
  return {
    scale,
    answers,
    typed: now.typed,
    score,
    filledBy,
    provenance: (key) => filledBy(key)?.facts.map(inputWords).join("; ") ?? null,
    left,
    set: (key, answer) => {
      const { [key]: _, ...others } = answers;
      const own = [...now.own, key];
      change({ ...now, own, answers: answer === undefined ? others : { ...others, [key]: answer } });
    },
    type: (key, text) => {
      const { [key]: _, ...others } = answers;
      const number = text.trim() === "" ? undefined : Number(text.trim().replace(",", "."));
      const next = number === undefined ? others : { ...others, [key]: number };
      change({ answers: next, typed: { ...now.typed, [key]: text }, own: [...now.own, key] });
    },
    restNormal:
      left.length > 0 && rest.length === left.length
        ? () => change({ ...now, answers: { ...answers, ...Object.fromEntries(rest) } })
        : null,
    undo:
      past.length > 0
        ? () => {
            setNow(past.at(-1)!);
            setPast(past.slice(0, -1));
          }
        : null,
    clear: Object.keys(answers).length > 0 ? () => change({ answers: {}, typed: {}, own: [] }) : null,
  };
}
