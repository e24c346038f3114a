/** One word of a text: its stem, and where it stands (UTF-16 offsets, end exclusive). */
export interface Word {
  readonly stem: string;
  readonly start: number;
  readonly end: number;
  /** True when only a hyphen or slash parts it from the word before: "intra-arterial", "CREST-2". */
  readonly joined: boolean;
}

const WORD = /[\p{L}\p{N}]+/gu;

/** Words that name nothing; a query of these alone finds nothing. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and any are as at be been by can could did do does for from had has have how i if in into is it its may me my " +
    "of on or our patient patients should that the their them there these this to was we what when where which who why " +
    "will with would you your not than then about"
  ).split(" "),
);

/** Whether a word (lower case) names nothing by itself: "the", "with", "patient". */
export function namesNothing(word: string): boolean {
  return EMPTY_WORDS.has(word);
}

/** Lower case, without accents, American where the two spellings differ: "ischaemic" and "ischemic" become one. */
function spell(word: string): string {
  const plain = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  if (plain.length < 5) return plain;
  return plain
    .replace(/ae|oe/g, "e")
    .replace(/our$/, "or")
    .replace(/is(e|ed|es|ing|ation|ations)$/, (whole, end: string) =>
      // "embolise" is "embolize"; "raise", "disease" and "noise" keep their s.
      /(?:[lmnrtdc]|al)is(?:e|ed|es|ing|ation|ations)$/.test(plain) ? `iz${end}` : whole,
    );
}

/**
 * The stem of one word: lower case, no accents, one spelling, and the endings of number and verb gone ("coiling",
 * "coils", "coiled" give "coil"; "stenoses", "stenosis" give "stenos"). Light on purpose: two words that mean different
 * things stay apart ("arterial", "artery"); what means the same is said by the synonyms. Numbers stay as they are.
 */
export function stemOf(word: string): string {
  let s = spell(word);
  if (s.length < 4 || /\d/.test(s)) return s;
  if (/ies$/.test(s)) s = `${s.slice(0, -3)}y`;
  else if (/(?:x|ch|sh|ss|z|os)es$/.test(s)) s = s.slice(0, -2);
  else if (/[^sui]s$/.test(s)) s = s.slice(0, -1);
  else if (/[^aeiou]is$/.test(s) && s.length > 5) s = s.slice(0, -2);
  else if (/osis$/.test(s)) s = s.slice(0, -2);
  if (/iz(?:e|ed|ing|ation|er)$/.test(s)) return s.replace(/iz(?:e|ed|ing|ation|er)$/, "iz");
  for (const ending of ["ing", "ed"]) {
    const stem = s.slice(0, -ending.length);
    if (!s.endsWith(ending) || stem.length < 4 || !/[aeiouy]/.test(stem)) continue;
    s = /([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
    break;
  }
  if (s.length >= 7) s = s.replace(/(?:ic|ia)$/, "");
  return s.length > 4 ? s.replace(/e$/, "") : s;
}

/** The words of a text in order, each with its stem and place. Punctuation parts words; an empty text has none. */
export function wordsIn(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    const before = words.at(-1);
    const between = before ? text.slice(before.end, start) : " ";
    words.push({ stem: stemOf(match[0]), start, end: start + match[0].length, joined: /^[-–/]$/.test(between) });
  }
  return words;
}

/**
 * Edit distance (Damerau-Levenshtein with adjacent swaps; Damerau 1964) of two words, or `limit + 1` as soon as it is
 * certain to be more than `limit`.
 */
export function editsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      next.push(value);
      if (value < least) least = value;
    }
    if (least > limit) return limit + 1;
    before = row;
    row = next;
  }
  return Math.min(row[b.length]!, limit + 1);
}
