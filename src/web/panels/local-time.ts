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
