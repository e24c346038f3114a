import { tagHex, tagOf, tagOfKeyword } from "../../../dicom/dictionary.ts";
import { foldName } from "../../ingest/patient-name.ts";
import { INSTANCE_KEYWORDS, SERIES_KEYWORDS, STUDY_KEYWORDS } from "../../ingest/return-attributes.ts";
import { dateBounds, timeBounds } from "./match-ranges.ts";

export type Level = "study" | "series" | "instance";
export const LEVELS: readonly Level[] = ["study", "series", "instance"];

type Kind = "uid" | "text" | "date" | "date-text" | "time" | "name" | "number" | "any-of";

/** How one attribute is matched: where its value lies and by which rule of PS3.4 C.2.2.2. */
export interface MatchKey {
  readonly level: Level;
  readonly column: string;
  readonly kind: Kind;
  /** Sequence matching: the items, of which one (`item` in `column`) must match. */
  readonly items?: string;
}

/** How names are matched beyond wildcards: not, by how words begin and sound, or also by their letters (pg_trgm). */
export type Fuzzy = boolean | "words" | "trigrams";

/** What the client asked of all matches (PS3.18 8.3.4.2, 8.3.4.5, 8.3.4.6). */
export interface MatchManner {
  readonly fuzzy: Fuzzy;
  /** `""` finds what is there without a value. */
  readonly empty?: boolean;
  /** Backslashes separate values of which one must match. */
  readonly multiple?: boolean;
}

const KEYS: Readonly<Record<string, MatchKey>> = {
  StudyInstanceUID: { level: "study", column: "study.study_uid", kind: "uid" },
  StudyDate: { level: "study", column: "study.study_date", kind: "date" },
  StudyTime: { level: "study", column: "study.study_time", kind: "time" },
  AccessionNumber: { level: "study", column: "study.accession", kind: "text" },
  StudyDescription: { level: "study", column: "study.description", kind: "text" },
  StudyID: { level: "study", column: "study.study_id", kind: "text" },
  ReferringPhysicianName: { level: "study", column: "'=' || lower(study.referring_physician) || '='", kind: "name" },
  ModalitiesInStudy: { level: "study", column: "study.modalities", kind: "any-of" },
  PatientName: { level: "study", column: "patient.name_search", kind: "name" },
  PatientID: { level: "study", column: "patient.patient_id", kind: "text" },
  IssuerOfPatientID: { level: "study", column: "patient.issuer", kind: "text" },
  PatientBirthDate: { level: "study", column: "patient.birth_date", kind: "date" },
  PatientSex: { level: "study", column: "patient.sex", kind: "text" },
  SeriesInstanceUID: { level: "series", column: "series.series_uid", kind: "uid" },
  Modality: { level: "series", column: "series.modality", kind: "text" },
  SeriesNumber: { level: "series", column: "series.number", kind: "number" },
  SeriesDescription: { level: "series", column: "series.description", kind: "text" },
  PerformedProcedureStepStartDate: { level: "series", column: kept("series", "00400244"), kind: "date-text" },
  PerformedProcedureStepStartTime: { level: "series", column: kept("series", "00400245"), kind: "time" },
  SeriesDate: { level: "series", column: kept("series", "00080021"), kind: "date-text" },
  SeriesTime: { level: "series", column: kept("series", "00080031"), kind: "time" },
  SOPInstanceUID: { level: "instance", column: "instance.sop_uid", kind: "uid" },
  SOPClassUID: { level: "instance", column: "instance.sop_class", kind: "uid" },
  InstanceNumber: { level: "instance", column: "instance.number", kind: "number" },
  Rows: { level: "instance", column: "instance.rows", kind: "number" },
  Columns: { level: "instance", column: "instance.columns", kind: "number" },
  AvailableTransferSyntaxUID: { level: "instance", column: "instance.transfer_syntax", kind: "uid" },
  AcquisitionDate: { level: "instance", column: kept("instance", "00080022"), kind: "date-text" },
  AcquisitionTime: { level: "instance", column: kept("instance", "00080032"), kind: "time" },
  ContentDate: { level: "instance", column: kept("instance", "00080023"), kind: "date-text" },
  ContentTime: { level: "instance", column: kept("instance", "00080033"), kind: "time" },
};

const KEPT: Readonly<Record<Level, readonly string[]>> = {
  study: STUDY_KEYWORDS,
  series: SERIES_KEYWORDS,
  instance: INSTANCE_KEYWORDS,
};

function kept(level: Level, tag: string): string {
  return `${level}.attributes #>> '{${tag},Value,0}'`;
}

/** The rule for a keyword at this level or above; undefined when it cannot be searched there. `A.B`: B in items of A. */
export function matchKey(keyword: string, level: Level): MatchKey | undefined {
  const key = KEYS[keyword] ?? itemKey(keyword) ?? keptKey(keyword);
  return key && LEVELS.indexOf(key.level) <= LEVELS.indexOf(level) ? key : undefined;
}

/** Every other attribute that the index keeps is matched as text, from its first value. */
function keptKey(keyword: string): MatchKey | undefined {
  const level = LEVELS.find((one) => KEPT[one].includes(keyword));
  if (!level || tagOfKeyword(keyword) === undefined) return undefined;
  return { level, column: kept(level, tagHex(tagOf(keyword))), kind: "text" };
}

/** Attributes of the request that a series was made for (PS3.18 table 10.6.1-5). */
function itemKey(keyword: string): MatchKey | undefined {
  const [sequence, attribute = "", ...deeper] = keyword.split(".");
  const tag = tagOfKeyword(attribute);
  if (sequence !== "RequestAttributesSequence" || tag === undefined || deeper.length > 0) return undefined;
  const items = "series.attributes #> '{00400275,Value}'";
  return { level: "series", column: `item #>> '{${tagHex(tag)},Value,0}'`, kind: "text", items };
}

/**
 * The condition of one match, its parameters pushed to `params`. Undefined when the value cannot be of that kind (a
 * date that is none): then nothing can match.
 */
export function condition(
  key: MatchKey,
  value: string,
  params: unknown[],
  manner: Fuzzy | MatchManner,
): string | undefined {
  const how: MatchManner = typeof manner === "object" ? manner : { fuzzy: manner };
  const found = conditionOf(key, value, params, how);
  if (found === undefined || key.items === undefined) return found;
  return `exists (select from jsonb_array_elements(${key.items}) as item where ${found})`;
}

function conditionOf(key: MatchKey, value: string, params: unknown[], how: MatchManner): string | undefined {
  const { column, kind } = key;
  if (how.empty && value === '""') return emptiness(key);
  if (how.multiple && value.includes("\\") && kind !== "uid" && kind !== "any-of") {
    const each = value.split("\\").map((one) => conditionOf(key, one, params, { ...how, multiple: false }));
    return each.includes(undefined) ? undefined : `(${each.join(" or ")})`;
  }
  const param = (v: unknown): string => `$${params.push(v)}`;
  switch (kind) {
    case "uid":
      return `${column} = any(${param(list(value))}::text[])`;
    case "any-of":
      return `${column} && ${param(list(value))}::text[]`;
    case "number":
      return /^[+-]?\d{1,9}$/.test(value.trim()) ? `${column} = ${param(Number(value))}` : undefined;
    case "date":
      return between(dateBounds(value), (bound, sign) => `${column} ${sign} ${param(bound)}::date`);
    case "date-text":
      return between(dateBounds(value), (bound, sign) => {
        return `(${column}) collate "C" ${sign} ${param(bound.replaceAll("-", ""))}`;
      });
    case "time":
      return between(timeBounds(value), (bound, sign) => `(${column}) collate "C" ${sign} ${param(bound)}`);
    case "name":
      return nameCondition(column, value, param, how.fuzzy);
    case "text":
      if (/[*?]/.test(value)) return `${column} like ${param(pattern(value))}`;
      return `${column} = ${param(value)}`;
  }
}

function emptiness({ column, kind }: MatchKey): string {
  if (kind === "any-of") return `${column} = '{}'`;
  if (kind === "date" || kind === "number") return `${column} is null`;
  return kind === "name" ? `${column} in ('=', '==')` : `coalesce(${column}, '') = ''`;
}

function nameCondition(column: string, value: string, param: (v: unknown) => string, fuzzy: Fuzzy): string {
  const folded = foldName(value);
  if (!fuzzy) return `${column} like ${param(`%=${pattern(folded.replace(/\^+$/, ""))}=%`)}`;
  const words = folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const each = words.map((word) => {
    const sound = `name_sound(${param(word)}::text)`;
    const begins = `(name_sound(${column}) ~ ('(^|[ ^=-])' || ${sound}) or ${column} ~ ${param(`(^|[ ^=-])${word}`)})`;
    return fuzzy === "trigrams" ? `(${begins} or name_sound(${column}) %> ${sound})` : begins;
  });
  return each.length === 0 ? "true" : each.join(" and ");
}

/** A DICOM wildcard as a pattern of SQL. */
function pattern(value: string): string {
  return value
    .replace(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}

function list(value: string): string[] {
  return value
    .split(/[,\\]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

function between(
  bounds: { readonly from?: string; readonly to?: string } | undefined,
  compare: (bound: string, sign: ">=" | "<=" | "=") => string,
): string | undefined {
  if (!bounds) return undefined;
  const { from, to } = bounds;
  if (from !== undefined && from === to) return compare(from, "=");
  return [from !== undefined && compare(from, ">="), to !== undefined && compare(to, "<=")]
    .filter(Boolean)
    .join(" and ");
}
