import { WillisError } from "../../core/errors.ts";
import { entryOf, tagHex, tagOf, tagOfKeyword } from "../../dicom/dictionary.ts";
import { condition, type Level, matchKey } from "../db/archive/match-keys.ts";
import type { Match } from "../db/archive/search.ts";
import { type Place, placeOf } from "../db/archive/search-order.ts";

export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface QidoQuery {
  readonly matches: readonly Match[];
  readonly fuzzy: boolean;
  readonly empty: boolean;
  readonly multiple: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly after?: Place;
  /** Tags (hexadecimal) asked for beyond those that are always answered; "all" for the whole header. */
  readonly include: "all" | ReadonlySet<string>;
  /** Keys that cannot be matched at this level: said to the client, not passed over. */
  readonly ignored: readonly string[];
}

const MOST: Readonly<Record<Level, number>> = { study: 1000, series: 5000, instance: 10_000 };
const MOST_KEYS = 100;

/**
 * Reads the query of a search (PS3.18 8.3.4). Keys that are unknown or cannot be searched at this level are ignored and
 * told. Errors: `bad-request`, naming the parameter, for a value that is none: a limit, a switch, a date, an attribute.
 */
export function qidoQuery(raw: RawQuery, level: Level): QidoQuery {
  const given = Object.entries(raw).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, values: typeof value === "string" ? [value] : value }],
  );
  if (given.length > MOST_KEYS)
    throw new WillisError("bad-request", `The query has ${given.length} parameters: give at most ${MOST_KEYS}.`);
  const single = (name: string): string | undefined => given.find((one) => one.name === name)?.values.at(-1);
  const fuzzy = yes("fuzzymatching", single("fuzzymatching"));
  const empty = yes("emptyvaluematching", single("emptyvaluematching"));
  const multiple = yes("multiplevaluematching", single("multiplevaluematching"));
  const limit = Math.min(natural("limit", single("limit") ?? String(MOST[level])), MOST[level]);
  const offset = natural("offset", single("offset") ?? "0");
  const cursor = single("cursor");
  const matches: Match[] = [];
  const ignored: string[] = [];
  const include = new Set<string>();
  let all = false;
  for (const { name, values } of given) {
    if (PARAMETERS.includes(name)) continue;
    if (name === "includefield") {
      for (const field of values.flatMap((value) => value.split(",")).map((one) => one.trim())) {
        if (field.toLowerCase() === "all") all = true;
        else if (field !== "") include.add(tagOfField(field));
      }
      continue;
    }
    const path = pathOf(name);
    const key = path && matchKey(path, level);
    const value = values.join("\\");
    if (key && values.length > 1 && key.kind !== "uid" && key.kind !== "any-of")
      throw new WillisError("bad-request", `${name.slice(0, 60)} is given ${values.length} times: give it once.`);
    if (!key && path && value === "") include.add(tagOfField(path));
    else if (!key) ignored.push(name);
    else if (value !== "" && value !== "*") {
      const match = { key, value };
      if (condition(key, value, [], { fuzzy, empty, multiple }) === undefined) throw unreadable(name, value, key.kind);
      matches.push(match);
    }
  }
  return {
    ...{ matches, fuzzy, empty, multiple, limit, offset, include: all ? "all" : include, ignored },
    ...(cursor === undefined ? {} : { after: placeOf(level, cursor) }),
  };
}

const PARAMETERS: readonly string[] = [
  ...["accept", "charset", "limit", "offset", "cursor"],
  ...["fuzzymatching", "emptyvaluematching", "multiplevaluematching"],
];

const HOW: Readonly<Record<string, string>> = {
  date: "give a day of the calendar as YYYYMMDD, or a range: YYYYMMDD-YYYYMMDD, YYYYMMDD-, -YYYYMMDD",
  "date-text": "give a day of the calendar as YYYYMMDD, or a range: YYYYMMDD-YYYYMMDD, YYYYMMDD-, -YYYYMMDD",
  time: "give a time as HH, HHMM or HHMMSS, or a range: HHMM-HHMM, HHMM-, -HHMM",
  number: "give a whole number",
};

function unreadable(name: string, value: string, kind: string): WillisError {
  const how = HOW[kind] ?? "give a value of that kind";
  return new WillisError("bad-request", `${name.slice(0, 60)} is "${value.slice(0, 60)}": ${how}.`, {
    parameter: name.slice(0, 60),
  });
}

function yes(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw new WillisError("bad-request", `${name} is "${text.slice(0, 40)}": give true or false.`, { parameter: name });
}

function natural(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new WillisError("bad-request", `${name} is "${text.slice(0, 40)}": give a whole number from 0.`);
  return Number(text);
}

/** Keywords of a query name, `A.B`: each a keyword of PS3.6 or eight hexadecimal digits. */
function pathOf(name: string): string | undefined {
  const steps = name.split(".").map((step) => {
    if (/^[0-9a-fA-F]{8}$/.test(step)) return entryOf(Number.parseInt(step, 16))?.keyword;
    return tagOfKeyword(step) === undefined ? undefined : step;
  });
  return steps.length > 8 || steps.includes(undefined) ? undefined : steps.join(".");
}

/** The attribute at the top of a field: an attribute in a sequence is answered with its sequence. */
function tagOfField(field: string): string {
  const [top = "", ...inner] = field.split(".");
  for (const step of [top, ...inner]) {
    if (!/^[0-9a-fA-F]{8}$/.test(step) && tagOfKeyword(step) === undefined)
      throw new WillisError("bad-request", `includefield "${field.slice(0, 60)}" is no attribute of PS3.6.`);
  }
  return /^[0-9a-fA-F]{8}$/.test(top) ? top.toUpperCase() : tagHex(tagOf(top));
}
