import { type DataSet, has, items, number, text } from "./data-set.ts";
import { entryOf, tagOf } from "./dictionary.ts";

/** Modality Performed Procedure Step SOP class (PS3.4 annex F.7). */
export const PERFORMED_STEP = "1.2.840.10008.3.1.2.3.3";

/** Performed Procedure Step Status (0040,0252). */
export type PerformedStatus = "IN PROGRESS" | "COMPLETED" | "DISCONTINUED";
const STATUSES: readonly PerformedStatus[] = ["IN PROGRESS", "COMPLETED", "DISCONTINUED"];

/** Why a message is refused: a status of PS3.7 10.1.5.1.6 (N-CREATE) or 10.1.3.1.9 (N-SET) and what it is about. */
export interface PerformedRefusal {
  readonly status: number;
  readonly comment: string;
  /** Attributes at fault, for Attribute Identifier List. */
  readonly tags: readonly number[];
  /** Error ID, where the service defines one. */
  readonly errorId?: number;
}

/** The step as it is after a message. */
export interface PerformedState {
  readonly status: PerformedStatus;
  readonly attributes: DataSet;
}

const NO_SUCH_ATTRIBUTE = 0x0105;
const INVALID_VALUE = 0x0106;
const PROCESSING_FAILURE = 0x0110;
const MISSING_ATTRIBUTE = 0x0120;
const MISSING_VALUE = 0x0121;
/** Performed Procedure Step Object may no longer be updated (PS3.4 F.7.2.2.4). */
const NO_LONGER = 0xa710;

/** Type 1 of N-CREATE (PS3.4 table F.7.2-1). */
const CREATED_WITH = [
  ...["ScheduledStepAttributesSequence", "PerformedProcedureStepID", "PerformedStationAETitle"],
  ...["PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", "PerformedProcedureStepStatus", "Modality"],
];
/** What N-SET may not change (usage "not allowed" in the same table). */
const FIXED = [
  ...["ScheduledStepAttributesSequence", "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate"],
  ...["PatientSex", "ReferencedPatientSequence", "PerformedProcedureStepID", "PerformedStationAETitle"],
  ...[
    "PerformedStationName",
    "PerformedLocation",
    "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime",
  ],
  ...["Modality", "StudyID"],
].map(tagOf);
/** Type 1 of a step that has ended. */
const ENDED_WITH = ["PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime"];
const SERIES_WITH = ["ProtocolName", "SeriesInstanceUID"];

/**
 * What N-CREATE makes, or why it is refused: an attribute of type 1 is missing (0120) or empty (0121), the status is not
 * IN PROGRESS (0106). Attributes of type 2 that are missing are taken as empty: a procedure that runs is not lost for that.
 */
export function createPerformed(given: DataSet): PerformedState | PerformedRefusal {
  const absent = CREATED_WITH.filter((keyword) => !has(given, keyword));
  if (absent.length > 0) return refusal(MISSING_ATTRIBUTE, `missing: ${absent.join(", ")}`, absent);
  const empty = CREATED_WITH.filter((keyword) => isEmpty(given, keyword));
  if (empty.length > 0) return refusal(MISSING_VALUE, `empty: ${empty.join(", ")}`, empty);
  const steps = items(given, "ScheduledStepAttributesSequence");
  if (steps.some((step) => isEmpty(step, "StudyInstanceUID")))
    return refusal(MISSING_VALUE, "a scheduled step without Study Instance UID", ["StudyInstanceUID"]);
  const status = statusOf(given);
  if (status !== "IN PROGRESS")
    return refusal(INVALID_VALUE, "a step is created IN PROGRESS", ["PerformedProcedureStepStatus"]);
  return { status, attributes: withoutGroupLengths(given) };
}

/**
 * What N-SET makes of a step, or why it is refused: the step has ended (0110 with Error ID A710), an attribute that is fixed
 * would change (0105), the status is no status (0106), or a step would end without what a step that has ended must have
 * (0121): end date and time; series when it is COMPLETED, each with its UID and protocol name. A sequence is replaced whole.
 */
export function setPerformed(before: PerformedState, given: DataSet): PerformedState | PerformedRefusal {
  if (before.status !== "IN PROGRESS") {
    const comment = `the step is ${before.status} and may no longer be updated`;
    return { ...refusal(PROCESSING_FAILURE, comment, []), errorId: NO_LONGER };
  }
  const changed = FIXED.filter((tag) => given.has(tag) && !same(given, before.attributes, tag));
  if (changed.length > 0) {
    const words = changed.map((tag) => entryOf(tag)?.keyword ?? "").join(", ");
    return { status: NO_SUCH_ATTRIBUTE, comment: `may not be set: ${words}`, tags: changed };
  }
  const status = has(given, "PerformedProcedureStepStatus") ? statusOf(given) : before.status;
  if (!status)
    return refusal(INVALID_VALUE, `status is "${text(given, "PerformedProcedureStepStatus") ?? ""}"`, [
      "PerformedProcedureStepStatus",
    ]);
  const attributes: DataSet = new Map([...before.attributes, ...withoutGroupLengths(given)]);
  return status === "IN PROGRESS" ? { status, attributes } : (lacksAtEnd(status, attributes) ?? { status, attributes });
}

/** Whether a message is refused. */
export function isRefused(result: PerformedState | PerformedRefusal): result is PerformedRefusal {
  return "comment" in result;
}

function lacksAtEnd(status: PerformedStatus, attributes: DataSet): PerformedRefusal | null {
  const empty = ENDED_WITH.filter((keyword) => isEmpty(attributes, keyword));
  if (empty.length > 0) return refusal(MISSING_VALUE, `${status} without ${empty.join(", ")}`, empty);
  const series = items(attributes, "PerformedSeriesSequence");
  if (status === "COMPLETED" && series.length === 0)
    return refusal(MISSING_VALUE, "COMPLETED without a performed series", ["PerformedSeriesSequence"]);
  for (const one of series) {
    const lacks = SERIES_WITH.filter((keyword) => isEmpty(one, keyword));
    if (lacks.length > 0) return refusal(MISSING_VALUE, `a performed series without ${lacks.join(", ")}`, lacks);
  }
  return null;
}

/** What a performed step says in figures; null where it says nothing. */
export interface PerformedFigures {
  readonly series: number;
  readonly images: number;
  /** Dose area product, Gy·cm² (Image and Fluoroscopy Area Dose Product (0018,115E) is in dGy·cm²). */
  readonly doseAreaProduct: number | null;
  /** Total Time of Fluoroscopy (0040,0300), s. */
  readonly fluoroscopySeconds: number | null;
  /** Total Number of Exposures (0040,0301). */
  readonly exposures: number | null;
  /** Why it was discontinued. */
  readonly reason: string;
}

/** Figures of a step for people; the attributes themselves are kept whole. */
export function performedFigures(attributes: DataSet): PerformedFigures {
  const series = items(attributes, "PerformedSeriesSequence");
  const product = number(attributes, "ImageAndFluoroscopyAreaDoseProduct");
  const why = items(attributes, "PerformedProcedureStepDiscontinuationReasonCodeSequence")[0];
  const count = (keyword: string): number => series.reduce((sum, one) => sum + items(one, keyword).length, 0);
  return {
    series: series.length,
    images: count("ReferencedImageSequence") + count("ReferencedNonImageCompositeSOPInstanceSequence"),
    doseAreaProduct: product === undefined ? null : product / 10,
    fluoroscopySeconds: number(attributes, "TotalTimeOfFluoroscopy") ?? null,
    exposures: number(attributes, "TotalNumberOfExposures") ?? null,
    reason: (why && text(why, "CodeMeaning")) ?? "",
  };
}

function statusOf(ds: DataSet): PerformedStatus | undefined {
  const said = text(ds, "PerformedProcedureStepStatus")?.trim();
  return STATUSES.find((one) => one === said);
}

function isEmpty(ds: DataSet, keyword: string): boolean {
  const element = ds.get(tagOf(keyword));
  if (!element || element.value.length === 0) return true;
  return element.vr !== "SQ" && (text(ds, keyword) ?? "").trim() === "";
}

function same(one: DataSet, other: DataSet, tag: number): boolean {
  return JSON.stringify(plain(one.get(tag)?.value)) === JSON.stringify(plain(other.get(tag)?.value));
}

/** Values as something that can be compared: data sets are maps, which JSON does not show. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].sort(([a], [b]) => a - b).map(([tag, { value }]) => [tag, plain(value)]);
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "string" ? value.trim() : (value ?? []);
}

function withoutGroupLengths(ds: DataSet): DataSet {
  return new Map([...ds].filter(([tag]) => (tag & 0xffff) !== 0));
}

function refusal(status: number, comment: string, keywords: readonly string[]): PerformedRefusal {
  return { status, comment, tags: keywords.map(tagOf) };
}
