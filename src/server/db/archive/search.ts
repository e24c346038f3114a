import type { QueryConfig } from "pg";
import type { Overlay } from "../../../dicom/corrected.ts";
import type { Sql } from "../pool.ts";
import { condition, type Fuzzy, LEVELS, type Level, type MatchKey, type MatchManner } from "./match-keys.ts";
import { dateBounds, isRange, momentCondition, timeBounds } from "./match-ranges.ts";
import { newestFirst, type RowsOf } from "./search-newest.ts";
import { behind, orderBy, orderKeys, type Place } from "./search-order.ts";
import type { ArchiveScope } from "./visible.ts";

export interface Match {
  readonly key: MatchKey;
  readonly value: string;
}

export interface Search {
  readonly level: Level;
  /** Rows that the person may see; not needed below a study that authorisation has let through. */
  readonly scope?: ArchiveScope;
  readonly studyId?: number;
  readonly seriesId?: number;
  readonly matches: readonly Match[];
  readonly fuzzy: Fuzzy;
  readonly empty?: boolean;
  readonly multiple?: boolean;
  /** Ranges of a date and of its time are matched each for itself (C-FIND), not as one moment. */
  readonly apart?: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Only rows behind this one, as `FoundRow.place` told it. */
  readonly after?: Place;
  /** Also read the whole header: of each instance, or of one that stands for the study or series. */
  readonly metadata?: boolean;
}

/** A row with the attributes of the levels that are answered as JSON text, to be put together without parsing it. */
export type TextRow = Pick<
  FoundRow,
  "studyUid" | "place" | "seriesUid" | "sopUid" | "transferSyntax" | "metadata" | "overlay"
> &
  Partial<Pick<FoundRow, "modalities" | "seriesCount" | "studyInstances" | "seriesInstances">> & {
    readonly [level in Level]?: string;
  };

type Attributes = Record<string, { vr: string; Value?: unknown[] }>;

export interface FoundRow {
  readonly studyUid: string;
  readonly study: Attributes;
  readonly modalities: string[];
  readonly seriesCount: number;
  readonly studyInstances: number;
  readonly seriesUid?: string;
  readonly series?: Attributes;
  readonly seriesInstances?: number;
  readonly sopUid?: string;
  readonly instance?: Attributes;
  readonly transferSyntax?: string;
  readonly frames?: number;
  readonly metadata?: Buffer;
  /** With `metadata`: what people corrected since it came. */
  readonly overlay?: Overlay | null;
  /** Where this row stands in the order of the answer. */
  readonly place: Place;
}

const SELECT: Readonly<Record<Level, string>> = {
  study: `study.study_uid as "studyUid", study.attributes as study, study.modalities, study.series_count as "seriesCount",
    study.instance_count as "studyInstances"`,
  series: `series.series_uid as "seriesUid", series.attributes as series, series.instance_count as "seriesInstances"`,
  instance: `instance.sop_uid as "sopUid", instance.attributes as instance, instance.transfer_syntax as "transferSyntax",
    instance.frames`,
};
const UIDS: Readonly<Record<Level, string>> = {
  study: 'study.study_uid as "studyUid"',
  series: 'series.series_uid as "seriesUid"',
  instance: 'instance.sop_uid as "sopUid"',
};
const FROM: Readonly<Record<Level, string>> = {
  study: "study join patient on patient.id = study.patient_ref",
  series: "join series on series.study_id = study.id",
  instance: "join instance on instance.series_id = series.id",
};
/** The header that stands for a row: any object has the attributes of its study and series. */
const HEADER: Readonly<Record<Level, string>> = {
  study: `(select one.metadata from series other join instance one on one.series_id = other.id where other.study_id = study.id
    order by other.id, one.id limit 1)`,
  series: "(select one.metadata from instance one where one.series_id = series.id order by one.id limit 1)",
  instance: "instance.metadata",
};
/** Dates whose time is matched with them, as one moment, when both are ranges. */
const MOMENTS: readonly (readonly [date: string, time: string])[] = [["study.study_date", "study.study_time"]];

/** Rows of one level with those above, from the index alone; one more than `limit` when there are more. */
export function search(sql: Sql, wanted: Search): Promise<FoundRow[]> {
  return select<FoundRow>(sql, wanted, (level) => SELECT[level]);
}

/** The same with attributes as text, of the wanted level and of those levels `above` that are answered with it. */
export function searchTexts(sql: Sql, wanted: Search, above: readonly Level[]): Promise<TextRow[]> {
  return select<TextRow>(sql, wanted, (level) =>
    level === wanted.level || above.includes(level)
      ? SELECT[level].replace(`${level}.attributes as`, `${level}.attributes::text as`)
      : UIDS[level],
  );
}

async function select<Row extends object>(
  sql: Sql,
  wanted: Search,
  columnsOf: (level: Level) => string,
): Promise<Row[]> {
  const levels = LEVELS.slice(0, LEVELS.indexOf(wanted.level) + 1);
  const params: unknown[] = [...(wanted.scope?.params ?? [])];
  const where: string[] = [];
  if (wanted.studyId !== undefined) where.push(`study.id = $${params.push(wanted.studyId)}`);
  if (wanted.seriesId !== undefined) where.push(`series.id = $${params.push(wanted.seriesId)}`);
  const matched = conditions(wanted, params);
  if (!matched) return [];
  where.push(...matched);
  const keys = orderKeys(wanted.level, wanted.studyId !== undefined, wanted.seriesId !== undefined);
  if (wanted.after) where.push(behind(keys, wanted.after, params));
  const place = keys.map(({ column }) => `${column}::text`).join(", ");
  const columns = `${levels.map(columnsOf).join(", ")}, array[${place}] as place`;
  const header = wanted.metadata ? `, ${HEADER[wanted.level]} as metadata, study.overlay` : "";
  const from = levels.map((level) => FROM[level]).join(" ");
  const rowsOf: RowsOf = (more, order, { extra = "", hits } = {}) => {
    const source = hits ? from.replace(/^study/, `${hits} as hit join study on study.id = hit.study_id`) : from;
    return `select ${columns}${header}${extra} from ${source} where ${[...more, ...where].join(" and ") || "true"} order by ${order}`;
  };
  const [limit, offset] = [`$${params.push(wanted.limit + 1)}`, `$${params.push(wanted.offset)}`];
  const text =
    wanted.scope && walks(wanted)
      ? await newestFirst(sql, { ...wanted, scope: wanted.scope }, { params, keys, rowsOf, limit, offset })
      : `${rowsOf(wanted.scope ? [wanted.scope.where] : [], orderBy(keys))} limit ${limit} offset ${offset}`;
  const { rows } = await sql.query<Row>(statement(wanted, text, params));
  return rows;
}

/** Columns whose values tell one patient, study or object: an index finds them at once. */
const TELLING = new Set([
  "study.study_uid",
  "series.series_uid",
  "instance.sop_uid",
  "patient.patient_id",
  "study.accession",
]);

/** Whether the answer may be long: nothing tells the one patient or study that is meant. */
function walks({ scope, studyId, matches }: Search): boolean {
  return (
    scope !== undefined && studyId === undefined && !matches.some((one) => isWhole(one) && TELLING.has(one.key.column))
  );
}

/** A value that stands for itself, without wildcards. */
function isWhole({ key, value }: Match): boolean {
  return key.kind === "uid" || (key.kind === "text" && value !== "" && !/[*?"]/.test(value));
}

const names = new Map<string, string>();
const MOST_PREPARED = 40; // a connection keeps the plans of all of them

/**
 * Searches for whole values are prepared: planning them costs more than running them. Those for patterns and ranges are
 * not, as their best plan depends on the value.
 */
function statement(wanted: Search, text: string, values: unknown[]): QueryConfig {
  const whole = wanted.matches.every(isWhole);
  if (!whole) return { text, values };
  const known = names.get(text);
  if (known === undefined && names.size >= MOST_PREPARED) return { text, values };
  const name = known ?? `archive-search-${names.size}`;
  names.set(text, name);
  return { name, text, values };
}

/** Undefined when one of the values cannot match anything. */
function conditions(wanted: Search, params: unknown[]): string[] | undefined {
  const how: MatchManner = {
    fuzzy: wanted.fuzzy,
    ...{ empty: wanted.empty ?? false, multiple: wanted.multiple ?? false },
  };
  const out: string[] = [];
  let single = wanted.matches;
  for (const [dateColumn, timeColumn] of wanted.apart ? [] : MOMENTS) {
    const date = single.find(({ key, value }) => key.column === dateColumn && isRange(value));
    const time = single.find(({ key, value }) => key.column === timeColumn && isRange(value));
    const [dates, times] = [date && dateBounds(date.value), time && timeBounds(time.value)];
    if (!dates || !times) continue;
    out.push(`(${momentCondition(dateColumn, timeColumn, dates, times, (value) => `$${params.push(value)}`)})`);
    single = single.filter((one) => one !== date && one !== time);
  }
  for (const { key, value } of single) {
    const one = condition(key, value, params, how);
    if (one === undefined) return undefined;
    out.push(`(${one})`);
  }
  return out;
}
