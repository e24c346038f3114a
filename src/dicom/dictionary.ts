import { TABLE } from "./dictionary-table.ts";
import type { Vr } from "./vr.ts";

/** One row of PS3.6. `vr` is the first choice when the standard allows several; `choices` then lists them. */
export interface DictionaryEntry {
  readonly keyword: string;
  readonly vr: Vr;
  readonly choices?: readonly Vr[];
  /** Value multiplicity as in PS3.6: "1", "2", "1-n", "3-3n" ... */
  readonly vm: string;
  /** The keyword in words, e.g. "Patient Name". */
  readonly name: string;
}

const CHOICES: Readonly<Record<string, readonly Vr[]>> = {
  xs: ["US", "SS"],
  ox: ["OB", "OW"],
  px: ["OB", "OW"],
  lt: ["US", "OW"],
  up: ["UL"],
  na: ["UN"],
};

let byTag: Map<number, DictionaryEntry> | null = null;
let byKeyword: Map<string, number> | null = null;
const repeating = new Map<number, DictionaryEntry>();

function entryFrom(code: string, vm: string, keyword: string): DictionaryEntry {
  const choices = CHOICES[code];
  const name = keyword.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2");
  if (choices) return { keyword, vr: choices[0]!, choices, vm, name };
  return { keyword, vr: code as Vr, vm, name };
}

function load(): { byTag: Map<number, DictionaryEntry>; byKeyword: Map<string, number> } {
  if (byTag && byKeyword) return { byTag, byKeyword };
  byTag = new Map();
  byKeyword = new Map();
  for (const [group, row] of Object.entries(TABLE)) {
    const repeats = group.endsWith("xx");
    const high = Number.parseInt(repeats ? `${group.slice(0, 2)}00` : group, 16);
    for (const cell of row.split(";")) {
      const space = cell.indexOf(" ");
      const tag = ((high << 16) | Number.parseInt(cell.slice(0, 4), 16)) >>> 0;
      const entry = entryFrom(cell.slice(4, 6), cell.slice(6, space), cell.slice(space + 1));
      if (repeats) repeating.set(tag, entry);
      else byTag.set(tag, entry);
      if (!byKeyword.has(entry.keyword)) byKeyword.set(entry.keyword, tag);
    }
  }
  return { byTag, byKeyword };
}

/**
 * Tag of a PS3.6 keyword as `(group << 16 | element) >>> 0`. Repeating groups give their first group (5000, 6000).
 * A keyword that is not in PS3.6 is a programming error and throws a `RangeError`.
 */
export function tagOf(keyword: string): number {
  const tag = load().byKeyword.get(keyword);
  if (tag === undefined) throw new RangeError(`"${keyword}" is not a keyword of PS3.6`);
  return tag;
}

/** As `tagOf`, but undefined for a word that is no keyword (use it on input from outside, e.g. QIDO query keys). */
export function tagOfKeyword(keyword: string): number | undefined {
  return load().byKeyword.get(keyword);
}

/** All keywords of PS3.6 that the dictionary holds, in the order of their tags. */
export function keywords(): string[] {
  return [...load().byKeyword.keys()];
}

/**
 * The PS3.6 row of a tag; undefined when the tag is private or unknown. Even groups 50xx and 60xx map to their
 * repeating row, (gggg,0000) to the group length, (odd,0010-00FF) to the private creator (PS3.5 7.8).
 */
export function entryOf(tag: number): DictionaryEntry | undefined {
  const hit = load().byTag.get(tag);
  if (hit) return hit;
  const group = tag >>> 16;
  const element = tag & 0xffff;
  if (group & 1) return element >= 0x10 && element <= 0xff ? PRIVATE_CREATOR : undefined;
  if ((group & 0xff00) === 0x5000 || (group & 0xff00) === 0x6000) {
    const entry = repeating.get(((group & 0xff00) * 0x10000 + element) >>> 0);
    if (entry) return entry;
  }
  return element === 0 ? GROUP_LENGTH : undefined;
}

const PRIVATE_CREATOR: DictionaryEntry = { keyword: "PrivateCreator", vr: "LO", vm: "1", name: "Private Creator" };
const GROUP_LENGTH: DictionaryEntry = {
  keyword: "GenericGroupLength",
  vr: "UL",
  vm: "1",
  name: "Generic Group Length",
};

/** A tag as people write it: `(0028,0010)`, with the keyword behind it when there is one. */
export function tagText(tag: number): string {
  const hex = (tag >>> 0).toString(16).toUpperCase().padStart(8, "0");
  const entry = entryOf(tag);
  return `(${hex.slice(0, 4)},${hex.slice(4)})${entry ? ` ${entry.keyword}` : ""}`;
}

/** A tag as DICOM JSON and QIDO write it: eight upper-case hexadecimal digits. */
export function tagHex(tag: number): string {
  return (tag >>> 0).toString(16).toUpperCase().padStart(8, "0");
}
