import type { QueryUnit } from "./search-query.ts";
import { ideasIn } from "./search-synonyms.ts";
import { wordsIn } from "./search-words.ts";

/** A stretch of a text: UTF-16 offsets, end exclusive. */
export type Mark = readonly [start: number, end: number];

/** The stretches of a text that answer a query: its words, words begun with it, and phrases that mean the same. */
export function marksIn(text: string, units: readonly QueryUnit[]): readonly Mark[] {
  const sought = units.filter((unit) => !unit.optional);
  const terms = new Set(sought.flatMap((unit) => unit.terms.map(({ term }) => term)));
  for (const unit of sought) for (const stem of unit.own) terms.add(stem);
  const words = wordsIn(text);
  const marked = words.map((word) => terms.has(word.stem));
  for (const { ideas, from, to } of ideasIn(words.map((word) => word.stem))) {
    if (ideas.some((idea) => terms.has(idea))) marked.fill(true, from, to);
  }
  const marks: [number, number][] = [];
  words.forEach(({ start, end }, i) => {
    if (!marked[i]) return;
    const before = marks.at(-1);
    if (before && marked[i - 1] && /^[\s-]$/.test(text.slice(before[1], start))) before[1] = end;
    else marks.push([start, end]);
  });
  return marks;
}
