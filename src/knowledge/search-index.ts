import type { LibraryDocument } from "./search-documents.ts";
import { ideasIn } from "./search-synonyms.ts";
import { namesNothing, wordsIn } from "./search-words.ts";

/** How strongly each document speaks of a term: document number to weight. */
type Postings = ReadonlyMap<number, number>;

/** Documents made ready to be searched; pure data, built once for a set of packs. */
export interface SearchIndex {
  readonly documents: readonly LibraryDocument[];
  readonly postings: ReadonlyMap<string, Postings>;
  /** Stems of words (not ideas) in alphabetical order, for beginnings of words. */
  readonly vocabulary: readonly string[];
  /** The words of each title, joined by spaces, for a query that is a title. */
  readonly titles: readonly string[];
}

/** The more often a field says a word the more it counts, but never more than twice as much as once. */
function saturate(times: number): number {
  return (2 * times) / (times + 1);
}

/** All terms of a text: stems, ideas that phrases name (begun with "="), and hyphened words written as one. */
function termsOf(text: string): ReadonlyMap<string, number> {
  const terms = new Map<string, number>();
  const add = (term: string) => terms.set(term, (terms.get(term) ?? 0) + 1);
  const words = wordsIn(text);
  words.forEach((word, i) => {
    if (!namesNothing(word.stem)) add(word.stem);
    if (word.joined) add(words[i - 1]!.stem + word.stem);
  });
  if (words.length > 1 && words.length <= 3) add(words.map((word) => word.stem).join(""));
  for (const { ideas } of ideasIn(words.map((word) => word.stem))) ideas.forEach(add);
  return terms;
}

/**
 * Builds the index. A term weighs in a document the sum over its fields of the field's weight, saturated by how often it
 * is said and lessened in long fields (BM25F in spirit; Robertson and Zaragoza 2009). No documents give an empty index.
 */
export function buildSearchIndex(documents: readonly LibraryDocument[]): SearchIndex {
  const postings = new Map<string, Map<number, number>>();
  documents.forEach((document, number) => {
    for (const { text, weight } of document.fields) {
      const terms = termsOf(text);
      const length = [...terms.values()].reduce((sum, times) => sum + times, 0);
      for (const [term, times] of terms) {
        const at = postings.get(term) ?? new Map<number, number>();
        at.set(number, (at.get(number) ?? 0) + (weight * saturate(times)) / Math.sqrt(1 + length / 12));
        postings.set(term, at);
      }
    }
  });
  return {
    documents,
    postings,
    vocabulary: [...postings.keys()].filter((term) => !term.startsWith("=")).sort(),
    titles: documents.map((document) =>
      wordsIn(document.title)
        .map((word) => word.stem)
        .join(" "),
    ),
  };
}
