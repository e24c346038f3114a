/** One attribute of a data set: its tag in hexadecimal and its DICOM JSON as text. */
export type Member = readonly [tag: string, json: string];

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN = new Set([91, 123]); // [ {
const CLOSE = new Set([93, 125]); // ] }

/**
 * The members of a JSON object as text, in their order, without building what they say: an answer of a thousand rows is
 * then put together from what the database gave, not parsed and written again. The text must be valid JSON of an object.
 */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  for (let at = text.indexOf('"'); at >= 0; ) {
    const keyEnd = endOfString(text, at);
    const from = text.indexOf(":", keyEnd) + 1;
    let depth = 0;
    let to = from;
    for (; to < text.length; to++) {
      const c = text.charCodeAt(to);
      if (c === QUOTE) to = endOfString(text, to);
      else if (OPEN.has(c)) depth++;
      else if (CLOSE.has(c) && --depth < 0) break;
      else if (c === COMMA && depth === 0) break;
    }
    members.push([text.slice(at + 1, keyEnd), text.slice(from, to).trim()]);
    at = depth < 0 ? -1 : text.indexOf('"', to);
  }
  return members;
}

/** The same in order of the tags; what the database gives is so already. */
export function membersInOrder(text: string): Member[] {
  const members = membersOf(text);
  return members.every(([tag], i) => i === 0 || members[i - 1]![0] < tag) ? members : inOrder(members);
}

/** Where the string that begins at this quote ends: its closing quote. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/** Two lists in order of their tags as one; where both have a tag, that of `upper` counts. */
export function laidOver(lower: readonly Member[], upper: readonly Member[]): Member[] {
  const out: Member[] = [];
  let l = 0;
  for (const member of upper) {
    for (let low = lower[l]; low && low[0] <= member[0]; low = lower[++l]) if (low[0] < member[0]) out.push(low);
    out.push(member);
  }
  for (; l < lower.length; l++) out.push(lower[l]!);
  return out;
}

export function inOrder(members: readonly Member[]): Member[] {
  return [...members].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function jsonOf(members: readonly Member[]): string {
  let text = "{";
  for (const [tag, json] of members) text += `${text.length > 1 ? "," : ""}"${tag}":${json}`;
  return `${text}}`;
}
