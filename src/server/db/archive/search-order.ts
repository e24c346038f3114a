import { WillisError } from "../../../core/errors.ts";
import { LEVELS, type Level } from "./match-keys.ts";

/** One column of the order of answers; rows without a value come last. */
export interface OrderKey {
  readonly column: string;
  readonly type: "date" | "integer" | "bigint";
  readonly descending: boolean;
  readonly nullable: boolean;
}

/** The values of the order keys of a row, as text. */
export type Place = readonly (string | null)[];

const ORDER: Readonly<Record<Level, readonly OrderKey[]>> = {
  study: [
    { column: "study.study_date", type: "date", descending: true, nullable: true },
    { column: "study.id", type: "bigint", descending: true, nullable: false },
  ],
  series: [
    { column: "series.number", type: "integer", descending: false, nullable: true },
    { column: "series.id", type: "bigint", descending: false, nullable: false },
  ],
  instance: [
    { column: "instance.number", type: "integer", descending: false, nullable: true },
    { column: "instance.id", type: "bigint", descending: false, nullable: false },
  ],
};

/** Newest study first, then by number; what is the same for all rows (the study, the series) is left out. */
export function orderKeys(level: Level, inStudy: boolean, inSeries: boolean): readonly OrderKey[] {
  const levels = LEVELS.slice(0, LEVELS.indexOf(level) + 1);
  const told = levels.filter((one) => one === level || !(one === "study" ? inStudy : inSeries));
  return told.flatMap((one) => ORDER[one]);
}

export function orderBy(keys: readonly OrderKey[]): string {
  return keys
    .map(({ column, descending, nullable }) => `${column}${descending ? " desc" : ""}${nullable ? " nulls last" : ""}`)
    .join(", ");
}

/** The rows that come after a place. Errors: `bad-request` when the place is of another order. */
export function behind(keys: readonly OrderKey[], place: Place, params: unknown[]): string {
  if (place.length !== keys.length) throw strange();
  const equal: string[] = [];
  const either: string[] = [];
  keys.forEach(({ column, type, descending, nullable }, i) => {
    const value = place[i] ?? null;
    if (value === null && !nullable) throw strange();
    if (value !== null && !(type === "date" ? /^\d{4}-\d\d-\d\d$/ : /^-?\d{1,18}$/).test(value)) throw strange();
    if (value === null)
      equal.push(`${column} is null`); // nothing but the next key comes after
    else {
      const at = `$${params.push(value)}::${type}`;
      const later = `${column} ${descending ? "<" : ">"} ${at}`;
      either.push([...equal, nullable ? `(${later} or ${column} is null)` : later].join(" and "));
      equal.push(`${column} = ${at}`);
    }
  });
  return `(${either.map((one) => `(${one})`).join(" or ")})`;
}

const strange = () =>
  new WillisError("bad-request", "This cursor is of another search: begin again without one.", { parameter: "cursor" });

/** A place as it travels in an address. */
export function cursorOf(level: Level, place: Place): string {
  return Buffer.from(JSON.stringify([level, ...place])).toString("base64url");
}

/** The place in a cursor. Errors: `bad-request` when it was not made by `cursorOf` for this level. */
export function placeOf(level: Level, cursor: string): Place {
  let read: unknown;
  try {
    read = cursor.length <= 400 ? JSON.parse(Buffer.from(cursor, "base64url").toString()) : null;
  } catch {
    throw strange();
  }
  if (!Array.isArray(read) || read[0] !== level) throw strange();
  const place = read.slice(1) as unknown[];
  if (!place.every((one): one is string | null => one === null || typeof one === "string")) throw strange();
  return place;
}
