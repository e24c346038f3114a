import type { SearchIndex } from "./search-index.ts";
import type { LibraryKind } from "./search-kinds.ts";
import { ideasIn, ideasOfWord, type NamedIdea, SYNONYM_STEMS } from "./search-synonyms.ts";
import { editsBetween, namesNothing, wordsIn } from "./search-words.ts";

/** A part of a query that a document may answer: a word, or a phrase that names an idea. */
export interface QueryUnit {
  /** As the reader wrote it. */
  readonly words: string;
  /** Terms of the index that answer it, each with how well. */
  readonly terms: readonly { readonly term: string; readonly weight: number }[];
  /** The stems as written. */
  readonly own: readonly string[];
  /** True for a word that says which kind is sought ("trial"): it helps and is not required. */
  readonly optional: boolean;
}

/** A query as it is searched for. */
export interface ReadQuery {
  readonly units: readonly QueryUnit[];
  readonly corrected: readonly { readonly from: string; readonly to: string }[];
  /** The kind the words ask for, or null. */
  readonly wanted: LibraryKind | null;
  /** All stems of the query in order, joined by spaces. */
  readonly stems: string;
}

/** Words that say when, not what: they put the nearer of two first and find nothing alone. */
const WHEN: ReadonlySet<string> = new Set(["after", "befor", "during", "around", "within", "until", "first", "new"]);

const KIND_WORDS: Readonly<Record<string, LibraryKind>> = {
  trial: "trial",
  rct: "trial",
  study: "trial",
  studi: "trial",
  guidelin: "recommendation",
  recommendation: "recommendation",
  recommend: "recommendation",
  guidance: "recommendation",
  scal: "scale",
  scale: "scale",
  scor: "scale",
  score: "scale",
  grad: "scale",
  grade: "scale",
  classification: "scale",
  metr: "metric",
  metric: "metric",
  target: "metric",
  benchmark: "metric",
  indicator: "metric",
  rate: "metric",
  quality: "metric",
  indication: "indication",
  step: "indication",
  procedure: "indication",
  alternativ: "indication",
  complication: "indication",
  pack: "pack",
};

/** First place in a sorted list whose word is not less than `word`. */
function placeOf(list: readonly string[], word: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

function begunWith(index: SearchIndex, start: string): readonly string[] {
  const found: string[] = [];
  for (let i = placeOf(index.vocabulary, start); i < index.vocabulary.length; i++) {
    if (!index.vocabulary[i]!.startsWith(start)) break;
    if (index.vocabulary[i] !== start) found.push(index.vocabulary[i]!);
  }
  for (const stem of SYNONYM_STEMS)
    if (stem.startsWith(start) && stem !== start && !found.includes(stem)) found.push(stem);
  return found;
}

/** The known word that was probably meant: one edit up to seven letters, two beyond; the one more often said first. */
function meant(index: SearchIndex, stem: string): string | null {
  if (stem.length < 4 || /^\d+$/.test(stem)) return null;
  const limit = stem.length > 7 ? 2 : 1;
  let best: string | null = null;
  let least = limit + 1;
  let most = -1;
  for (const word of new Set([...index.vocabulary, ...SYNONYM_STEMS])) {
    if (word.length < 4) continue;
    const edits = editsBetween(stem, word, limit);
    const said = index.postings.get(word)?.size ?? 0;
    if (edits > limit || edits > least || (edits === least && said <= most)) continue;
    [best, least, most] = [word, edits, said];
  }
  return best;
}

function known(index: SearchIndex, stem: string): boolean {
  return index.postings.has(stem) || SYNONYM_STEMS.has(stem) || stem in KIND_WORDS;
}

/** The phrase of several words that the last, unfinished word may become the end of: "clot retr" begins "clot retrieval". */
function begunPhrase(index: SearchIndex, stems: readonly string[]): NamedIdea | null {
  const last = stems.at(-1)!;
  if (stems.length < 2 || known(index, last)) return null;
  for (const word of begunWith(index, last)) {
    const phrase = ideasIn([...stems.slice(0, -1), word]).at(-1);
    if (phrase && phrase.to === stems.length && phrase.to - phrase.from > 1) return phrase;
  }
  return null;
}

/**
 * Reads a query: words that name nothing are left out, mistyped ones are read as the nearest known word (and said so),
 * phrases that name an idea become one unit, a last word without a space after it may be only begun.
 */
export function readQuery(index: SearchIndex, query: string): ReadQuery {
  const written = wordsIn(query.slice(0, 200));
  const corrected: { from: string; to: string }[] = [];
  const last = written.length - 1;
  const open = /[\p{L}\p{N}]$/u.test(query);
  const stems = written.map((word, i) => {
    const { stem } = word;
    if (known(index, stem) || namesNothing(query.slice(word.start, word.end).toLowerCase())) return stem;
    if (i === last && open && begunWith(index, stem).length > 0) return stem;
    const other = meant(index, stem);
    if (other === null) return stem;
    corrected.push({ from: query.slice(word.start, word.end), to: other });
    return other;
  });
  const phrases = [...ideasIn(stems)];
  const begun = open ? begunPhrase(index, stems) : null;
  if (begun) phrases.push(begun);
  const units: QueryUnit[] = [];
  let wanted: LibraryKind | null = null;
  for (let i = 0; i < stems.length; ) {
    const named = phrases.filter((each) => each.from === i).sort((a, b) => b.to - a.to)[0];
    // An idea that nothing here speaks of is no use: its words are sought one by one.
    const phrase = named?.ideas.some((idea) => index.postings.has(idea)) ? named : undefined;
    const to = phrase?.to ?? i + 1;
    const words = query.slice(written[i]!.start, written[to - 1]!.end);
    const own = stems.slice(i, to);
    const terms = new Map<string, number>();
    const put = (term: string, weight: number) => terms.set(term, Math.max(terms.get(term) ?? 0, weight));
    if (phrase) for (const idea of phrase.ideas) put(idea, 1);
    if (own.length === 1) {
      put(own[0]!, 1);
      if (to - 1 === last && open && own[0]!.length > 1) {
        for (const word of begunWith(index, own[0]!)) {
          const nearness = Math.max(0.3, own[0]!.length / word.length) * (phrase ? 0.3 : 0.8);
          put(word, nearness);
          for (const idea of ideasOfWord(word)) put(idea, nearness);
        }
      }
    }
    const kind = own.length === 1 ? KIND_WORDS[own[0]!] : undefined;
    if (kind !== undefined) wanted = kind;
    const nothing = !phrase && own.every(namesNothing);
    if (!nothing)
      units.push({
        words,
        terms: [...terms].map(([term, weight]) => ({ term, weight })),
        own,
        optional: (kind !== undefined || (!phrase && WHEN.has(own[0]!))) && stems.length > 1,
      });
    i = to;
  }
  return { units, corrected, wanted, stems: stems.join(" ") };
}
