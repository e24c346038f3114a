import type { DataSet, Element } from "./data-set.ts";
import { tagOf } from "./dictionary.ts";
import type { Vr } from "./vr.ts";

const NOT_KEYS: ReadonlySet<number> = new Set(
  ["SpecificCharacterSet", "TimezoneOffsetFromUTC", "QueryRetrieveLevel"].map(tagOf),
);
const WILDCARDS: ReadonlySet<Vr> = new Set(["AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"]);
const TIMES: ReadonlySet<Vr> = new Set(["DA", "TM", "DT"]);
/** Date and time that make one range when both are given as ranges (PS3.4 table K.6-1). */
const TOGETHER: readonly (readonly [date: number, time: number])[] = [
  [tagOf("ScheduledProcedureStepStartDate"), tagOf("ScheduledProcedureStepStartTime")],
];

/**
 * Whether a data set matches the keys of an identifier (PS3.4 C.2.2.2): single value, list of UIDs, universal (empty or
 * `*`), wildcards `*` and `?`, ranges of dates and times, sequences (any item that matches all keys of the item). An element
 * with several values matches when one does. Names are compared without case and accents, other text as it is. A key that
 * the data set does not have at all is not looked at. Start date and start time of a scheduled step, both ranges, are one.
 */
export function matchesKeys(keys: DataSet, found: DataSet): boolean {
  const done = new Set<number>();
  for (const [date, time] of TOGETHER) {
    const [day, hour] = [rangeOf(keys.get(date)), rangeOf(keys.get(time))];
    if (!day || !hour) continue;
    const at = `${valuesOf(found.get(date))[0] ?? ""}${padTime(valuesOf(found.get(time))[0] ?? "", "0")}`;
    const from = day.from ? day.from + padTime(hour.from, "0") : "";
    const to = day.to ? day.to + padTime(hour.to || "235959", "9") : "";
    if (at.length < 9 || at < from || (to !== "" && at > to)) return false;
    done.add(date).add(time);
  }
  for (const [tag, key] of keys) {
    if (done.has(tag) || NOT_KEYS.has(tag) || (tag & 0xffff) === 0) continue;
    const element = found.get(tag);
    if (element && !matchesElement(key, element)) return false;
  }
  return true;
}

function matchesElement(key: Element, element: Element): boolean {
  if (key.vr === "SQ") {
    const wanted = (key.value as readonly DataSet[])[0];
    if (!wanted || ![...wanted.values()].some(isAsked)) return true;
    return element.vr === "SQ" && (element.value as readonly DataSet[]).some((item) => matchesKeys(wanted, item));
  }
  const wanted = valuesOf(key).filter((value) => value !== "");
  if (!isAsked(key)) return true;
  const values = valuesOf(element);
  return wanted.some((one) => values.some((value) => matchesValue(element.vr, one, value)));
}

/** Whether a key asks for something, or is empty and so only to be returned. */
function isAsked(key: Element): boolean {
  if (key.vr === "SQ") return (key.value as readonly DataSet[]).some((item) => [...item.values()].some(isAsked));
  return valuesOf(key).some((value) => value !== "" && !(WILDCARDS.has(key.vr) && /^\*+$/.test(value)));
}

function matchesValue(vr: Vr, wanted: string, value: string): boolean {
  if (value === "") return false;
  if (TIMES.has(vr)) return matchesTime(vr, wanted, value);
  if (vr === "IS" || vr === "DS") return Number(wanted) === Number(value);
  if (!WILDCARDS.has(vr)) return wanted === value;
  if (vr !== "PN") return wildcard(wanted, value);
  const plain = plainName(wanted);
  return [value, ...value.split("=")].some((name) => wildcard(plain, plainName(name)));
}

function matchesTime(vr: Vr, wanted: string, value: string): boolean {
  const range = wanted.includes("-") ? split(wanted) : null;
  if (vr === "DA") {
    const day = value.replaceAll(".", "");
    if (!range) return wanted.replaceAll(".", "") === day;
    return day >= range.from && (range.to === "" || day <= range.to);
  }
  const at = padTime(value, "0");
  if (!range) return padTime(wanted, "0") <= at && at <= padTime(wanted, "9");
  return at >= padTime(range.from, "0") && (range.to === "" || at <= padTime(range.to, "9"));
}

interface Range {
  readonly from: string;
  readonly to: string;
}

function rangeOf(element: Element | undefined): Range | null {
  const value = element && valuesOf(element)[0];
  return value?.includes("-") ? split(value) : null;
}

function split(value: string): Range {
  const [from = "", to = ""] = value.split("-").map((part) => part.trim());
  return { from, to };
}

/** A time of day as nine digits or more, so that texts compare as times do. */
function padTime(time: string, digit: "0" | "9"): string {
  return time.replace(/[:.]/g, "").padEnd(12, digit);
}

function wildcard(pattern: string, value: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === value;
  // Two pointers and one step back: linear in practice, whatever the pattern.
  let [p, v, star, from] = [0, 0, -1, 0];
  while (v < value.length) {
    if (p < pattern.length && (pattern[p] === "?" || (pattern[p] === value[v] && pattern[p] !== "*"))) {
      p++;
      v++;
    } else if (pattern[p] === "*") {
      star = p++;
      from = v;
    } else if (star >= 0) {
      p = star + 1;
      v = ++from;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function plainName(name: string): string {
  return name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/\^+$/, "").trim();
}

function valuesOf(element: Element | undefined): string[] {
  if (!element || element.vr === "SQ" || element.value instanceof Uint8Array) return [];
  return (element.value as readonly (string | number)[]).map((value) => String(value).trim());
}
