import type { ReactNode } from "react";

/** The five meanings a colour may have; each comes with a shape and, beside it, a word. */
export type Meaning = "wait" | "look" | "fine" | "unknown" | "none";

/** Filled: wait, fine. Half: needs a look. Dotted ring: not known. Ring: nothing to do. */
const DOTS: Readonly<Record<Meaning, string>> = { wait: "●", look: "◐", fine: "●", unknown: "◌", none: "○" };

/** A state in words with its shape: "● answer due in 12 min". */
export function State({ is, children }: { readonly is: Meaning; readonly children: ReactNode }) {
  return (
    <span className={`state ${is}`}>
      <i aria-hidden="true">{DOTS[is]}</i>
      <span>{children}</span>
    </span>
  );
}

export type Met = "met" | "not-met" | "unknown";

const MET: Readonly<Record<Met, { shape: string; word: string; meaning: Meaning }>> = {
  met: { shape: "●", word: "met", meaning: "fine" },
  "not-met": { shape: "✕", word: "not met", meaning: "wait" },
  unknown: { shape: "◌", word: "cannot determine", meaning: "unknown" },
};

/** One criterion: ● met, ✕ not met, ◌ cannot determine; the word is there for those who cannot see the shape. */
export function Criterion({ is, children }: { readonly is: Met; readonly children: ReactNode }) {
  const { shape, word, meaning } = MET[is];
  return (
    <span className={`mark ${meaning}`}>
      <i title={word} aria-hidden="true">
        {shape}
      </i>
      <span>
        <span className="hidden-visually">{word}: </span>
        {children}
      </span>
    </span>
  );
}
