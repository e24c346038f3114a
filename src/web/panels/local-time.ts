/** Between the moments a server keeps (UTC ISO) and the local wall time of a browser's input. Pure but for the zone. */

const two = (n: number) => String(n).padStart(2, "0");

/** "2026-11-24T22:14" in local time. */
export function toLocalInput(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** UTC ISO of a local wall time; null when it is none. */
export function fromLocalInput(text: string): string | null {
  const ms = text ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/**
 * The last moment at or before `now` at which the clock showed `text` ("22:14", "2214", "7:05"): how a person tells the
 * time of onset. Null when it is no time of day.
 */
export function lastTimeOfDay(text: string, now: Date): Date | null {
  const match = /^\s*(\d{1,2})[:.h ]?(\d{2})\s*$/.exec(text);
  if (!match) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2]);
  if (hour > 23 || minute > 59) return null;
  const at = new Date(now);
  at.setHours(hour, minute, 0, 0);
  if (at.getTime() > now.getTime()) at.setDate(at.getDate() - 1);
  return at;
}

/**
 * The ISO day of a birth date as people write it: "12.03.1945", "12.3.1945", "1945-03-12", "12 Mar 1945". Null for what is
 * no day of the calendar, lies after `now`, or could mean two days ("03/12/1945").
 */
export function birthDay(text: string, now: Date): string | null {
  const clean = text.trim();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(clean);
  const dotted = /^(\d{1,2})[. ]\s?(\d{1,2}|[A-Za-z]{3,9})[. ]\s?(\d{4})$/.exec(clean);
  const parts = iso ? [iso[1], iso[2], iso[3]] : dotted ? [dotted[3], monthNumber(dotted[2]!), dotted[1]] : null;
  if (!parts) return null;
  const [year, month, day] = parts.map(Number) as [number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day));
  const real = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  if (!real || year < 1880 || at.getTime() > now.getTime()) return null;
  return `${year}-${two(month)}-${two(day)}`;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function monthNumber(word: string): string {
  const at = MONTHS.indexOf(word.slice(0, 3).toLowerCase());
  return at < 0 ? word : String(at + 1);
}
