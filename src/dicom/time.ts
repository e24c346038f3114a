import type { Seconds } from "../core/units.ts";
import { type DataSet, text } from "./data-set.ts";

/** Seconds since midnight of a TM value `HHMMSS.FFFFFF` (also `HH:MM:SS`); undefined when it is none. */
export function secondsOfTime(tm: string): Seconds | undefined {
  const m = /^(\d\d):?(\d\d)?:?(\d\d)?(\.\d{1,6})?/.exec(tm.trim());
  if (!m) return undefined;
  return Number(m[1]) * 3600 + Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0) + Number(m[4] ?? 0);
}

/** Seconds since 1970 of a DT value `YYYYMMDDHHMMSS.FFFFFF&ZZXX`; without a zone the local clock is taken as UTC. */
export function secondsOfDateTime(dt: string): Seconds | undefined {
  const m = /^(\d{4})(\d\d)(\d\d)(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?/.exec(dt.trim());
  if (!m) return undefined;
  const day = Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3])) / 1000;
  const zone = m[5] ? Number(m[5].slice(0, 3)) * 3600 + Number(m[5][0] + m[5].slice(3)) * 60 : 0;
  return day + (secondsOfTime(m[4] ?? "00") ?? 0) - zone;
}

/**
 * A moment of a data set in seconds: its DateTime element, else Date and Time, else Time alone (seconds of its day).
 * `what` is "Acquisition", "Content", "Series" or "Study". Undefined when no time is stated.
 */
export function momentOf(ds: DataSet, what: "Acquisition" | "Content" | "Series" | "Study"): Seconds | undefined {
  const dateTime = what === "Acquisition" ? text(ds, "AcquisitionDateTime") : undefined;
  if (dateTime !== undefined) return secondsOfDateTime(dateTime);
  const time = text(ds, `${what}Time`);
  if (time === undefined) return undefined;
  const date = text(ds, `${what}Date`);
  const day = date === undefined ? 0 : secondsOfDateTime(date);
  const seconds = secondsOfTime(time);
  return day === undefined || seconds === undefined ? undefined : day + seconds;
}
