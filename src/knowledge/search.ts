import type { LibraryDocument } from "./search-documents.ts";
import { type Mark, marksIn } from "./search-highlight.ts";
import type { SearchIndex } from "./search-index.ts";
import { LIBRARY_KINDS, type LibraryKind } from "./search-kinds.ts";
import { type QueryUnit, readQuery } from "./search-query.ts";

/** One thing found, with the found words marked (offsets into `title` and `text`). */
export interface SearchHit extends Omit<LibraryDocument, "fields"> {
  readonly titleMarks: readonly Mark[];
  readonly textMarks: readonly Mark[];
}

/** What was found of one kind: the best of it, and how many in all. */
export interface SearchGroup {
  readonly kind: LibraryKind;
  readonly total: number;
  readonly hits: readonly SearchHit[];
}

/** Answer to a query. `groups` with the best hit come first. */
export interface SearchAnswer {
  readonly query: string;
  readonly total: number;
  readonly groups: readonly SearchGroup[];
  /** Words that were read as others because nothing is called so. */
  readonly corrected: readonly { readonly from: string; readonly to: string }[];
  /** Words of the query that nothing found says, though other words were found. */
  readonly ignored: readonly string[];
}

/** How much of a query a document must answer, as a share of what the best one answers. */
const COVERAGE = 0.6;

interface Scored {
  readonly number: number;
  readonly score: number;
  readonly coverage: number;
}

function unitScores(index: SearchIndex, unit: QueryUnit): ReadonlyMap<number, number> {
  const scores = new Map<number, number>();
  for (const { term, weight } of unit.terms) {
    for (const [number, value] of index.postings.get(term) ?? [])
      scores.set(number, Math.max(scores.get(number) ?? 0, weight * value));
  }
  // A document that uses the very words of the query is a little nearer than one that says the same in others.
  for (const term of unit.own) {
    for (const [number, value] of index.postings.get(term) ?? [])
      if (scores.has(number)) scores.set(number, scores.get(number)! + (0.35 * value) / unit.own.length);
  }
  return scores;
}

function score(index: SearchIndex, units: readonly QueryUnit[], wanted: LibraryKind | null, stems: string): Scored[] {
  const needed = units.filter((unit) => !unit.optional);
  const sums = new Map<number, { score: number; covered: number }>();
  let whole = 0;
  for (const unit of units) {
    const found = unitScores(index, unit);
    const rarity = Math.log(1 + index.documents.length / (1 + found.size));
    if (!unit.optional) whole += rarity;
    for (const [number, value] of found) {
      const sum = sums.get(number) ?? { score: 0, covered: 0 };
      sum.score += rarity * value * (unit.optional ? 0.4 : 1);
      if (!unit.optional) sum.covered += rarity;
      sums.set(number, sum);
    }
  }
  const scored: Scored[] = [];
  for (const [number, sum] of sums) {
    const coverage = needed.length === 0 ? 1 : sum.covered / whole;
    if (coverage === 0) continue;
    const document = index.documents[number]!;
    let value = sum.score * coverage * coverage;
    if (document.readOnly !== null) value *= 0.4;
    if (document.kind === wanted) value *= 3;
    if (document.kind === "pack" && wanted !== "pack") value *= 0.6;
    if (index.titles[number] === stems || document.id === stems.replaceAll(" ", "-")) value *= 3;
    scored.push({ number, score: value, coverage });
  }
  return scored;
}

function hitOf(document: LibraryDocument, units: readonly QueryUnit[]): SearchHit {
  const { fields: _, ...shown } = document;
  return { ...shown, titleMarks: marksIn(document.title, units), textMarks: marksIn(document.text, units) };
}

/**
 * Searches the library in ordinary words: spelling, endings, synonyms and slips of the keyboard are seen through; the
 * last word may be only begun. At most `limit` hits a kind, best first; `kind` asks for one kind alone. An empty query
 * gives every document, in the order of groups and titles, so that a shelf can be looked through.
 */
export function searchLibrary(
  index: SearchIndex,
  query: string,
  options: { readonly kind?: LibraryKind; readonly limit?: number } = {},
): SearchAnswer {
  const { kind, limit = 8 } = options;
  const { units, corrected, wanted, stems } = readQuery(index, query);
  const empty = query.trim() === "";
  let ranked: Scored[];
  if (empty) {
    ranked = index.documents.map((_, number) => ({ number, score: 0, coverage: 1 }));
    const name = ({ number }: Scored) => `${index.documents[number]!.group}\n${index.documents[number]!.title}`;
    ranked.sort((a, b) => name(a).localeCompare(name(b), "en") || a.number - b.number);
  } else {
    ranked = score(index, units, wanted, stems).sort((a, b) => b.score - a.score || a.number - b.number);
    const most = Math.max(0, ...ranked.map((each) => each.coverage));
    ranked = ranked.filter((each) => each.coverage >= COVERAGE * most);
  }
  const groups: SearchGroup[] = LIBRARY_KINDS.filter((each) => kind === undefined || each === kind)
    .map((each) => {
      const of = ranked.filter(({ number }) => index.documents[number]!.kind === each);
      return {
        kind: each,
        total: of.length,
        best: of[0]?.score ?? 0,
        hits: of.slice(0, limit).map(({ number }) => hitOf(index.documents[number]!, units)),
      };
    })
    .filter((group) => group.total > 0)
    .sort((a, b) => b.best - a.best)
    .map(({ best: _, ...group }) => group);
  const answered = new Set(ranked.map(({ number }) => number));
  const ignored = empty
    ? []
    : units
        .filter((unit) => !unit.optional && ![...unitScores(index, unit).keys()].some((number) => answered.has(number)))
        .map((unit) => unit.words);
  return { query, total: groups.reduce((sum, group) => sum + group.total, 0), groups, corrected, ignored };
}
