/** Times as an acute page says them. Pure: the time now is passed in. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (n: number) => String(n).padStart(2, "0");

/** "42 min", "6 h 42", "3 d 4 h": whole minutes, never rounded up. A time in the future is 0 min. */
export function elapsed(sinceMs: number, nowMs: number): string {
  const ms = Math.max(0, nowMs - sinceMs);
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h ${two(Math.floor((ms % HOUR) / MINUTE))}`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/** As `elapsed` with its last unit spelled: "6 h 42 min". */
export function elapsedWhole(sinceMs: number, nowMs: number): string {
  const short = elapsed(sinceMs, nowMs);
  return /^\d+ h \d+$/.test(short) ? `${short} min` : short;
}

export interface Due {
  /** "answer due in 7:42", "answer late by 3 min" */
  readonly text: string;
  readonly late: boolean;
  /** Less than five minutes left, or late. */
  readonly pressing: boolean;
}

/** How long until an answer is due: minutes and seconds in the last hour, then hours, then days. */
export function due(dueMs: number, nowMs: number): Due {
  const left = dueMs - nowMs;
  if (left < 0) return { text: `answer late by ${elapsed(dueMs, nowMs)}`, late: true, pressing: true };
  if (left < HOUR) {
    const seconds = Math.floor(left / 1000);
    const text = `answer due in ${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    return { text, late: false, pressing: left < 5 * MINUTE };
  }
  return { text: `answer due in ${elapsed(nowMs, dueMs)}`, late: false, pressing: false };
}

/** "22:14" today, "22:14 yesterday", else "22:14 on 12 Mar" (with the year when it is another). Local time. */
export function clockTime(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const days = daysApart(ms, nowMs);
  if (days === 0) return time;
  if (days === 1) return `${time} yesterday`;
  return `${time} on ${shortDate(ms, nowMs)}`;
}

/** "12 Mar", or "12 Mar 2024" in another year. Local time. */
export function shortDate(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const sameYear = at.getFullYear() === new Date(nowMs).getFullYear();
  const options: Intl.DateTimeFormatOptions = {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  };
  return at.toLocaleDateString("en-GB", options);
}

/** Calendar days between two moments, local time; negative when the first is later. */
export function daysApart(ms: number, nowMs: number): number {
  const midnight = (t: number) => {
    const d = new Date(t);
    return Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  };
  return Math.round((midnight(nowMs) - midnight(ms)) / DAY);
}

/** "04:45:12 on 24 Nov 2026, UTC+1": a moment that must not be mistaken. */
export function exactTime(ms: number): string {
  const at = new Date(ms);
  const offset = -at.getTimezoneOffset();
  const sign = offset < 0 ? "−" : "+";
  const hours = Math.floor(Math.abs(offset) / 60);
  const minutes = Math.abs(offset) % 60;
  const zone = offset === 0 ? "UTC" : `UTC${sign}${hours}${minutes ? `:${two(minutes)}` : ""}`;
  const date = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} on ${date}, ${zone}`;
}
