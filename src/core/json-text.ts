/** What `jsonTextProblem` allows. */
export interface JsonLimits {
  /** Levels of nested objects and lists. */
  readonly depth: number;
}

const NO_PATH = "the outermost object";

/**
 * What `JSON.parse` would take without a word and a reader must not: a key that occurs twice in one object (the last one
 * would win silently), nesting deeper than `limits.depth`, and characters that no database keeps (U+0000, half of a pair of
 * surrogates), written as an escape. Reads `text` once, without recursion; returns a sentence that
 * names the key and its line, or null. The text need not be valid JSON: what is not is left to `JSON.parse`.
 */
export function jsonTextProblem(text: string, limits: JsonLimits): string | null {
  const open: (Map<string, true> | null)[] = []; // the keys of each open object; null for a list
  let key = false; // whether the next string of the innermost object is a key
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 10) line++;
    else if (c === 0x7b || c === 0x5b) {
      open.push(c === 0x7b ? new Map() : null);
      key = c === 0x7b;
      if (open.length > limits.depth) return `it is nested deeper than ${limits.depth} levels in line ${line}`;
    } else if (c === 0x7d || c === 0x5d) {
      open.pop();
      key = false;
    } else if (c === 0x2c) key = open.at(-1) instanceof Map;
    else if (c === 0x22) {
      const end = endOfString(text, at);
      if (!keepable(text.slice(at + 1, end)))
        return `a text in line ${line} holds a character that cannot be kept (U+0000, or half of a pair of surrogates)`;
      if (key) {
        const raw = text.slice(at + 1, end);
        const name = raw.includes("\\") ? unescaped(raw) : raw;
        const names = open.at(-1);
        if (names?.has(name))
          return `the key "${name.slice(0, 80)}" occurs twice in ${open.length === 1 ? NO_PATH : "one object"}, the second time in line ${line}`;
        names?.set(name, true);
        key = false;
      }
      at = end;
    }
  }
  return null;
}

function keepable(raw: string): boolean {
  if (!raw.includes("\\u")) return raw.isWellFormed();
  const text = unescaped(raw);
  return text.isWellFormed() && !text.includes("\0");
}

/** Place of the quotation mark that ends the string that begins at `at`; the end of the text when none does. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const c = text.charCodeAt(end);
    if (c === 0x5c) end++;
    else if (c === 0x22) return end;
  }
  return text.length;
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw; // no valid JSON: JSON.parse will say so of the whole
  }
}
