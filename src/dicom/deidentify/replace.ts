import type { Element, ElementValue } from "../data-set.ts";
import { VR_FACTS, type Vr } from "../vr.ts";

/** What stands for a text that had to stay present. Fits every text VR. */
export const DUMMY_TEXT = "DEIDENTIFIED";

const DUMMIES: Partial<Record<Vr, string>> = {
  ...{ AE: "ANON", AS: "000Y", CS: "REMOVED", DA: "19000101", DS: "0", DT: "19000101000000", IS: "0", TM: "000000" },
  UR: "urn:removed",
};

/** A value of the same VR that says nothing: fixed text, zeros of the same length. Sequences are not replaced here. */
export function dummyOf(element: Element): Element {
  const { vr, value } = element;
  const { kind } = VR_FACTS[vr];
  if (kind === "bytes") return { vr, value: new Uint8Array((value as Uint8Array).length) };
  if (kind === "numbers") return { vr, value: (value as readonly number[]).map(() => 0) };
  return { vr, value: [DUMMIES[vr] ?? DUMMY_TEXT] };
}

/** The same VR with nothing in it. */
export function emptied(vr: Vr): Element {
  return { vr, value: VR_FACTS[vr].kind === "bytes" ? new Uint8Array(0) : [] };
}

/** Whether an element holds nothing. */
export function isEmpty(value: ElementValue): boolean {
  return value.length === 0 || (Array.isArray(value) && value.every((one) => one === ""));
}

const DAY = 86_400_000;

/**
 * A DA or DT value moved by whole days; its time, fraction and zone stay. Dates of year or month alone move from their first
 * day and keep their precision. Undefined when the text is no date.
 */
export function shiftDate(value: string, days: number): string | undefined {
  const m = /^(\d{4})[.\-/]?(\d{2})?[.\-/]?(\d{2})?(\d{0,6}(?:\.\d{1,6})?(?:[+-]\d{4})?)$/.exec(value.trim());
  if (!m) return undefined;
  const [, year, month, day, rest = ""] = m;
  const moved = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)) + days * DAY);
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() < 1000) return undefined;
  const digits = moved.toISOString().slice(0, 10).replaceAll("-", "");
  return digits.slice(0, day ? 8 : month ? 6 : 4) + (day ? rest : "");
}

const TIME = /^\d{2}(:?\d{2}(:?\d{2}(\.\d{1,6})?)?)?$/;
const ZONE = /^[+-]\d{4}$/;

/**
 * A date, time, date and time, or time zone moved by whole days (0: only checked). Times and zones stay. What is none, and so
 * may say anything, becomes a dummy.
 */
export function shifted(element: Element, days: number): Element {
  const { vr, value } = element;
  if (VR_FACTS[vr].kind !== "text") return dummyOf(element);
  const move = (one: string): string => {
    if (one === "") return "";
    if (vr === "DA" || vr === "DT")
      return (days === 0 && shiftDate(one, 0) ? one : shiftDate(one, days)) ?? DUMMIES[vr]!;
    if (vr === "TM" ? TIME.test(one.trim()) : ZONE.test(one.trim())) return one;
    return DUMMIES[vr] ?? "";
  };
  return { vr, value: (value as readonly string[]).map(move) };
}
