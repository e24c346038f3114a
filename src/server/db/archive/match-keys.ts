import { tagHex, tagOf, tagOfKeyword } from "../../../dicom/dictionary.ts";
import { foldName } from "../../ingest/patient-name.ts";
import { INSTANCE_KEYWORDS, SERIES_KEYWORDS, STUDY_KEYWORDS } from "../../ingest/return-attributes.ts";

export type Level = "study" | "series" | "instance";
export const LEVELS: readonly Level[] = ["study", "series", "instance"];

type Kind = "uid" | "text" | "date" | "time" | "name" | "number" | "any-of";

/** How one attribute is matched: where its value lies and by which rule of PS3.4 C.2.2.2. */
export interface MatchKey {
  readonly level: Level;
  readonly column: string;
  readonly kind: Kind;
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
  SOPInstanceUID: { level: "instance", column: "instance.sop_uid", kind: "uid" },
  SOPClassUID: { level: "instance", column: "instance.sop_class", kind: "uid" },
  InstanceNumber: { level: "instance", column: "instance.number", kind: "number" },
  Rows: { level: "instance", column: "instance.rows", kind: "number" },
  Columns: { level: "instance", column: "instance.columns", kind: "number" },
  AvailableTransferSyntaxUID: { level: "instance", column: "instance.transfer_syntax", kind: "uid" },
};

const KEPT: Readonly<Record<Level, readonly string[]>> = {
  study: STUDY_KEYWORDS,
  series: SERIES_KEYWORDS,
  instance: INSTANCE_KEYWORDS,
};

/** The rule for a keyword at this level or above; undefined when it cannot be searched there. */
export function matchKey(keyword: string, level: Level): MatchKey | undefined {
  const key = KEYS[keyword] ?? keptKey(keyword);
  return key && LEVELS.indexOf(key.level) <= LEVELS.indexOf(level) ? key : undefined;
}

/** Every other attribute that the index keeps is matched as text, from its first value. */
function keptKey(keyword: string): MatchKey | undefined {
  const level = LEVELS.find((one) => KEPT[one].includes(keyword));
  if (!level || tagOfKeyword(keyword) === undefined) return undefined;
  return { level, column: `${level}.attributes #>> '{${tagHex(tagOf(keyword))},Value,0}'`, kind: "text" };
}

/**
 * The condition of one match, its parameters pushed to `params`. Undefined when the value cannot be of that kind (a
 * date that is none): then nothing can match. `fuzzy`: each typed word must begin a word of the name.
 */
export function condition(key: MatchKey, value: string, params: unknown[], fuzzy: boolean): string | undefined {
  const param = (v: unknown): string => `$${params.push(v)}`;
  switch (key.kind) {
    case "uid":
      return `${key.column} = any(${param(list(value))}::text[])`;
    case "any-of":
      return `${key.column} && ${param(list(value))}::text[]`;
    case "number":
      return /^[+-]?\d{1,9}$/.test(value.trim()) ? `${key.column} = ${param(Number(value))}` : undefined;
    case "date":
      return range(value, toDate, (bound, sign) => `${key.column} ${sign} ${param(bound)}::date`);
    case "time":
      return range(
        value,
        toTime,
        (bound, sign) => `${key.column} ${sign} ${param(sign === "<=" ? `${bound}~` : bound)}`,
      );
    case "name":
      return nameCondition(key.column, value, param, fuzzy);
    case "text":
      if (/[*?]/.test(value)) return `${key.column} ilike ${param(pattern(value))}`;
      return `${key.column} = any(${param(value.includes("\\") ? value.split("\\") : [value])}::text[])`;
  }
}

function nameCondition(column: string, value: string, param: (v: unknown) => string, fuzzy: boolean): string {
  const folded = foldName(value);
  if (!fuzzy) return `${column} like ${param(`%=${pattern(folded.replace(/\^+$/, ""))}=%`)}`;
  const words = folded.split(/[\s^=,*?]+/).filter(Boolean);
  const starts = words.map((word) => `${column} ~ ${param(`(^|[ ^=-])${word.replace(/[^\p{L}\p{N}]/gu, "\\$&")}`)}`);
  return starts.length === 0 ? "true" : starts.join(" and ");
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

/** `A-B`, `A-`, `-B` or one value (PS3.4 C.2.2.2.5). */
function range(
  value: string,
  read: (text: string) => string | undefined,
  compare: (bound: string, sign: ">=" | "<=" | "=") => string,
): string | undefined {
  const text = value.trim();
  const dash = text.indexOf("-");
  if (dash < 0) {
    const one = read(text);
    return one === undefined
      ? undefined
      : one.length < 8
        ? `${compare(one, ">=")} and ${compare(one, "<=")}`
        : compare(one, "=");
  }
  const [from, to] = [text.slice(0, dash).trim(), text.slice(dash + 1).trim()];
  const bounds = [from && read(from), to && read(to)];
  if (bounds.includes(undefined) || (!from && !to)) return undefined;
  return [bounds[0] && compare(bounds[0], ">="), bounds[1] && compare(bounds[1], "<=")].filter(Boolean).join(" and ");
}

function toDate(text: string): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (!parts) return undefined;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const time = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day) ? day : undefined;
}

function toTime(text: string): string | undefined {
  return /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/.test(text) ? text : undefined;
}
