import type { DataSet, Element } from "../../dicom/data-set.ts";
import { entryOf, tagHex } from "../../dicom/dictionary.ts";
import { type Level, matchKey } from "../db/archive/match-keys.ts";
import type { Match } from "../db/archive/search.ts";
import {
  INSTANCE_KEYWORDS,
  SERIES_IN_HEADER,
  SERIES_KEYWORDS,
  STUDY_IN_HEADER,
  STUDY_KEYWORDS,
} from "../ingest/return-attributes.ts";
import type { QueryLevel } from "./query-model.ts";

/** A requested attribute: its tag, and for a sequence with an item the attributes that are wanted of it. */
export interface ReturnKey {
  readonly tag: string;
  readonly vr: string;
  readonly items: readonly ReturnKey[];
}

/** What an identifier asks for. */
export interface FindKeys {
  readonly matches: readonly Match[];
  readonly returns: readonly ReturnKey[];
  /** Some attributes are in the header only. */
  readonly beyondIndex: boolean;
  /** Keys that are not matched or not held at this level: answered with FF01. */
  readonly unsupported: readonly string[];
}

export const INDEX_LEVEL: Readonly<Record<QueryLevel, Level>> = {
  PATIENT: "study",
  STUDY: "study",
  SERIES: "series",
  IMAGE: "instance",
};

/** Not keys, but about the query and its answers. */
const ABOUT = new Set(["SpecificCharacterSet", "QueryRetrieveLevel", "RetrieveAETitle", "InstanceAvailability"]);
const COUNTED: Readonly<Record<QueryLevel, readonly string[]>> = {
  PATIENT: ["NumberOfPatientRelatedStudies", "NumberOfPatientRelatedSeries", "NumberOfPatientRelatedInstances"],
  STUDY: ["NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances", "ModalitiesInStudy"],
  SERIES: ["NumberOfSeriesRelatedInstances"],
  IMAGE: ["AvailableTransferSyntaxUID"],
};
const PATIENT = ["PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex"];

/** The matching and return keys of an identifier at its level (PS3.4 C.2.2.2, C.6.1, C.6.2). */
export function findKeys(identifier: DataSet, level: QueryLevel): FindKeys {
  const indexLevel = INDEX_LEVEL[level];
  const matches: Match[] = [];
  const unsupported: string[] = [];
  const returns: ReturnKey[] = [];
  let beyondIndex = false;
  const match = (keyword: string, value: string): void => {
    const key = matchKey(keyword, indexLevel);
    if (!key || (level === "PATIENT" && !PATIENT.includes(keyword))) unsupported.push(keyword);
    else matches.push({ key, value });
  };
  for (const [tag, element] of identifier) {
    if ((tag & 0xffff) === 0) continue;
    const keyword = entryOf(tag)?.keyword;
    if (keyword && ABOUT.has(keyword)) continue;
    returns.push(returnKey(tag, element));
    for (const [path, value] of matchedValues(keyword ?? tagHex(tag), element)) match(path, value);
    const where = keyword ? placeOf(keyword, level) : level === "IMAGE" ? "header" : null;
    if (where === "header") beyondIndex = true;
    if (where === null) unsupported.push(keyword ?? tagHex(tag));
  }
  return { matches, returns, beyondIndex, unsupported };
}

/** Where an attribute lies at a level: in the index row, in the header of the object, or nowhere. */
function placeOf(keyword: string, level: QueryLevel): "index" | "header" | null {
  const counted = ["PATIENT", "STUDY", "SERIES", "IMAGE"].slice(level === "PATIENT" ? 0 : 1) as QueryLevel[];
  const down = counted.slice(0, counted.indexOf(level) + 1);
  if (down.some((one) => COUNTED[one].includes(keyword))) return "index";
  if (level === "PATIENT") return PATIENT.includes(keyword) ? "index" : null;
  if (STUDY_KEYWORDS.includes(keyword)) return "index";
  if (level === "STUDY") return STUDY_IN_HEADER.includes(keyword) ? "header" : null;
  if (SERIES_KEYWORDS.includes(keyword)) return "index";
  if (level === "SERIES") return [...STUDY_IN_HEADER, ...SERIES_IN_HEADER].includes(keyword) ? "header" : null;
  return INSTANCE_KEYWORDS.includes(keyword) ? "index" : "header";
}

function returnKey(tag: number, { vr, value }: Element): ReturnKey {
  const first = vr === "SQ" ? (value as readonly DataSet[])[0] : undefined;
  return { tag: tagHex(tag), vr, items: first ? [...first].map(([inner, element]) => returnKey(inner, element)) : [] };
}

/** Values to match by path of keywords; universal matching (empty, or only `*`) is left out. */
function* matchedValues(path: string, { vr, value }: Element): Generator<[string, string]> {
  if (value.length === 0 || value instanceof Uint8Array) return;
  if (vr === "SQ") {
    for (const [tag, element] of (value as readonly DataSet[])[0] ?? [])
      yield* matchedValues(`${path}.${entryOf(tag)?.keyword ?? tagHex(tag)}`, element);
    return;
  }
  const whole = (value as readonly (string | number)[]).map(String).join("\\").trim();
  if (whole !== "" && !/^\*+$/.test(whole)) yield [path, whole];
}
