import { WillisError } from "../../core/errors.ts";
import { entryOf, tagHex, tagOfKeyword } from "../../dicom/dictionary.ts";
import { type Level, type MatchKey, matchKey } from "../db/archive/match-keys.ts";

export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface QidoQuery {
  readonly matches: readonly { readonly key: MatchKey; readonly value: string }[];
  readonly fuzzy: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Tags (hexadecimal) asked for beyond those that are always answered; "all" for the whole header. */
  readonly include: "all" | ReadonlySet<string>;
  /** Keys that cannot be matched at this level: said to the client, not passed over. */
  readonly ignored: readonly string[];
}

const MOST: Readonly<Record<Level, number>> = { study: 1000, series: 5000, instance: 10_000 };

/** Reads the query of a search (PS3.18 8.3.4). Errors: `bad-request` for a limit, offset or attribute that is none. */
export function qidoQuery(raw: RawQuery, level: Level): QidoQuery {
  const matches: { key: MatchKey; value: string }[] = [];
  const ignored: string[] = [];
  const include = new Set<string>();
  let all = false;
  let fuzzy = false;
  let limit = MOST[level];
  let offset = 0;
  for (const [name, given] of Object.entries(raw)) {
    const values = given === undefined ? [] : typeof given === "string" ? [given] : given;
    const last = values.at(-1) ?? "";
    if (name === "accept" || name === "charset") continue;
    if (name === "limit") limit = Math.min(natural(name, last), MOST[level]);
    else if (name === "offset") offset = natural(name, last);
    else if (name === "fuzzymatching") fuzzy = last.toLowerCase() === "true";
    else if (name === "includefield") {
      for (const field of values.flatMap((value) => value.split(","))) {
        if (field.trim().toLowerCase() === "all") all = true;
        else if (field.trim() !== "") include.add(tagOfName(field.trim()));
      }
    } else {
      const keyword = keywordOf(name);
      const key = keyword === undefined ? undefined : matchKey(keyword, level);
      if (!key) {
        if (keyword !== undefined && !last) include.add(tagOfName(keyword));
        else ignored.push(name);
      } else if (last !== "" && last !== "*") matches.push({ key, value: values.join("\\") });
    }
  }
  return { matches, fuzzy, limit, offset, include: all ? "all" : include, ignored };
}

function natural(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new WillisError("bad-request", `${name} is "${text.slice(0, 40)}": give a whole number from 0.`);
  return Number(text);
}

/** Keyword of a query name: the keyword itself or eight hexadecimal digits. */
function keywordOf(name: string): string | undefined {
  if (/^[0-9a-fA-F]{8}$/.test(name)) return entryOf(Number.parseInt(name, 16))?.keyword;
  return tagOfKeyword(name) === undefined ? undefined : name;
}

function tagOfName(field: string): string {
  const last = field.split(".")[0] ?? "";
  if (/^[0-9a-fA-F]{8}$/.test(last)) return last.toUpperCase();
  const tag = tagOfKeyword(last);
  if (tag === undefined)
    throw new WillisError("bad-request", `includefield "${field.slice(0, 60)}" is no attribute of PS3.6.`);
  return tagHex(tag);
}
