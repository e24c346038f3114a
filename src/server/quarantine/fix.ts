import { WillisError } from "../../core/errors.ts";
import type { Overlay } from "../../dicom/corrected.ts";
import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import { type DicomJson, type JsonElement, nameOf } from "../../dicom/json.ts";
import { uidOfUuid } from "../../dicom/uid.ts";
import { deleteQuarantine, type QuarantineRow } from "../db/archive/quarantine.ts";
import type { Services } from "../http/services.ts";
import { type Origin, type StoreResult, storeObject } from "../ingest/store-object.ts";
import { corrected } from "../retrieve/corrected-object.ts";

/** What a person may give to a file that says it wrongly or not at all. */
export const FIXABLE = [
  ...["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "Modality"],
  ...["PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber"],
] as const;
export type Fixable = (typeof FIXABLE)[number];
export type FixValues = Readonly<Partial<Record<Fixable, string>>>;

/** The value that asks for a new UID. */
const NEW = "new";

/** The values of a header that can be fixed, as text; "" where there is none. */
export function fixableValues(header: DicomJson): Record<Fixable, string> {
  const of = (keyword: Fixable): string => {
    const first = header[tagHex(tagOf(keyword))]?.Value?.[0];
    if (first === null || first === undefined) return "";
    if (typeof first !== "object") return String(first);
    const { Alphabetic = "", Ideographic = "", Phonetic = "" } = first as Record<string, unknown>;
    return [Alphabetic, Ideographic, Phonetic].map(String).join("=").replace(/=+$/, "");
  };
  return Object.fromEntries(FIXABLE.map((keyword) => [keyword, of(keyword)])) as Record<Fixable, string>;
}

/**
 * Stores a copy of a file with values that a person gives; the file itself stays as it came, and the copy says in Original
 * Attributes what it said. A UID "new" is made here. Returns what became of the copy, and the values as they were written.
 */
export async function storeFixed(
  services: Services,
  file: QuarantineRow,
  values: FixValues,
  personId: string,
): Promise<{ readonly result: StoreResult; readonly written: FixValues }> {
  const written: Record<string, string> = {};
  const set: Record<string, JsonElement> = {};
  for (const [keyword, given] of Object.entries(values)) {
    const value = checked(keyword, (given ?? "").trim());
    const { vr = "LO" } = entryOf(tagOf(keyword)) ?? {};
    written[keyword] = value;
    set[tagHex(tagOf(keyword))] = value === "" ? { vr } : { vr, Value: [vr === "PN" ? nameOf(value) : value] };
  }
  const overlay: Overlay = { set, at: services.now().toISOString(), reason: "CORRECT" };
  const stored = { transferSyntax: "", size: file.size, body: services.blobs.stream(file.blobKey) };
  const copy = await corrected(stored, overlay);
  const origin: Origin = {
    ...{ organisationId: file.organisationId, via: "upload", who: personId, name: file.name },
    ...(file.caseId === null ? {} : { caseId: file.caseId }),
  };
  const result = await storeObject(services, copy.body as AsyncIterable<Uint8Array>, origin);
  // Our own copy that still does not fit is no second file to look after.
  if (result.state === "quarantined" && result.id !== file.id) await deleteQuarantine(services.pool, result.id);
  return { result, written };
}

function checked(keyword: string, value: string): string {
  const refuse = (what: string): never => {
    throw new WillisError("bad-request", `${keyword} "${value.slice(0, 80)}" ${what}`, { field: keyword });
  };
  if (keyword.endsWith("UID")) {
    if (value === NEW && keyword !== "SOPClassUID") return uidOfUuid(crypto.randomUUID());
    if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(value) || value.length > 64)
      refuse('is no UID: give digits and dots, at most 64, or "new" to have one made');
  } else if (keyword === "PatientBirthDate") {
    if (value !== "" && !/^\d{8}$/.test(value)) refuse("is no day: give it as YYYYMMDD");
  } else if (keyword === "PatientSex") {
    if (!["", "M", "F", "O"].includes(value)) refuse("is no sex of DICOM: give M, F or O");
  } else if (keyword === "Modality" && !/^[A-Z0-9_ ]{0,16}$/.test(value)) refuse("is no code: capitals, at most 16");
  const most = keyword === "AccessionNumber" ? 16 : 64;
  if (value.length > most) refuse(`has ${value.length} characters, at most ${most} fit`);
  if ([...value].some((c) => c === "\\" || c.charCodeAt(0) < 32)) refuse("holds a backslash or a control character");
  return value;
}
