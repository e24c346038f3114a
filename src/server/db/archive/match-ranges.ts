/** One or both ends of a range; equal ends are a single value. */
export interface Bounds {
  readonly from?: string;
  readonly to?: string;
}

/** `A-B`, `A-`, `-B` or one date (PS3.4 C.2.2.2.5) as ISO days; undefined when one of them is no day of the calendar. */
export function dateBounds(value: string): Bounds | undefined {
  const ends = endsOf(value, toDate);
  if (!ends) return undefined;
  return ends.one === undefined ? ends : { from: ends.one, to: ends.one };
}

/**
 * The same of times, for comparison as text in the order of bytes: `0930` means all of that minute, as one value and as
 * the end of a range ("~" sorts behind every digit).
 */
export function timeBounds(value: string): Bounds | undefined {
  const ends = endsOf(value, toTime);
  if (!ends) return undefined;
  if (ends.one !== undefined) return { from: ends.one, to: `${ends.one}~` };
  return { ...ends, ...(ends.to === undefined ? {} : { to: `${ends.to}~` }) };
}

/** Whether a value is a range and not a single date or time. */
export function isRange(value: string): boolean {
  return value.includes("-");
}

/**
 * Date and time as one moment (combined date-time matching, PS3.4 C.2.2.2.5.3): from the time of the first day to the
 * time of the last. The date stands alone first, so that an index on it is used.
 */
export function momentCondition(
  dateColumn: string,
  timeColumn: string,
  dates: Bounds,
  times: Bounds,
  param: (value: unknown) => string,
): string {
  const parts: string[] = [];
  const time = `(${timeColumn}) collate "C"`;
  if (dates.from !== undefined) {
    const day = param(dates.from);
    parts.push(`${dateColumn} >= ${day}::date`);
    if (times.from !== undefined) parts.push(`(${dateColumn} > ${day}::date or ${time} >= ${param(times.from)})`);
  }
  if (dates.to !== undefined) {
    const day = param(dates.to);
    parts.push(`${dateColumn} <= ${day}::date`);
    if (times.to !== undefined) parts.push(`(${dateColumn} < ${day}::date or ${time} <= ${param(times.to)})`);
  }
  return parts.join(" and ");
}

function endsOf(
  value: string,
  read: (text: string) => string | undefined,
): (Bounds & { readonly one?: string }) | undefined {
  const text = value.trim();
  const dash = text.indexOf("-");
  if (dash < 0) {
    const one = read(text);
    return one === undefined ? undefined : { one };
  }
  const [first, last] = [text.slice(0, dash).trim(), text.slice(dash + 1).trim()];
  const [from, to] = [first ? read(first) : undefined, last ? read(last) : undefined];
  if ((first && from === undefined) || (last && to === undefined) || (!first && !last)) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function toDate(text: string): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (!parts) return undefined;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const time = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day) ? day : undefined;
}

function toTime(text: string): string | undefined {
  return /^(?:[01]\d|2[0-3])(?:[0-5]\d(?:(?:[0-5]\d|60)(?:\.\d{1,6})?)?)?$/.test(text) ? text : undefined;
}
