import { gzipSync } from "node:zlib";
import { WillisError } from "../../core/errors.ts";
import { type DataSet, number, put, text } from "../../dicom/data-set.ts";
import { tagHex, tagOf } from "../../dicom/dictionary.ts";
import { frameCount } from "../../dicom/frames.ts";
import { jsonAttributes, jsonOf } from "../../dicom/json-text.ts";
import type { Part10 } from "../../dicom/parse.ts";
import { roleOf } from "../../dicom/series-role.ts";
import type { IndexEntry } from "../db/archive/index-instance.ts";
import type { StoredPixels } from "../db/archive/stored-pixels.ts";
import { searchableName } from "./patient-name.ts";
import { INSTANCE_KEYWORDS, SERIES_KEYWORDS, STUDY_KEYWORDS, tagsOf } from "./return-attributes.ts";

const INLINE = 1024; // bytes; what is longer goes out by its own URI
const MOST_FRAMES = 1_000_000;
/** Hanging protocols, colour palettes, implant templates (PS3.4 annex GG). */
const OF_NO_PATIENT = /^1\.2\.840\.10008\.5\.1\.4\.(38|39|43|44|45)\.1$/;

/** Everything that the index keeps of one object. Errors: `not-dicom` when it does not say which object it is. */
export function indexEntry(part10: Part10): IndexEntry {
  const { dataSet } = part10;
  if (OF_NO_PATIENT.test(text(dataSet, "SOPClassUID") ?? ""))
    throw new WillisError(
      "not-dicom",
      "A palette, template or protocol is of no patient and no study: not stored here.",
    );
  const studyUid = uid(dataSet, "StudyInstanceUID");
  const seriesUid = uid(dataSet, "SeriesInstanceUID");
  const sopUid = uid(dataSet, "SOPInstanceUID");
  const sopClass = uid(dataSet, "SOPClassUID");
  const issuer = words(dataSet, "IssuerOfPatientID");
  const patientId = words(dataSet, "PatientID");
  const name = words(dataSet, "PatientName");
  const pixels = storedPixels(part10);
  const uri = `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}/bulkdata/`;
  const header = headerOf(part10, uri);
  return {
    patient: {
      identity: patientId ? `${issuer}|${patientId}` : `study ${studyUid}`,
      issuer,
      patientId,
      name,
      nameSearch: searchableName(name),
      birthDate: date(dataSet, "PatientBirthDate"),
      sex: words(dataSet, "PatientSex"),
    },
    study: {
      uid: studyUid,
      date: date(dataSet, "StudyDate"),
      time: words(dataSet, "StudyTime"),
      accession: words(dataSet, "AccessionNumber"),
      description: words(dataSet, "StudyDescription"),
      id: words(dataSet, "StudyID"),
      referringPhysician: words(dataSet, "ReferringPhysicianName"),
      attributes: some(header, dataSet, STUDY_KEYWORDS),
    },
    series: {
      uid: seriesUid,
      modality: words(dataSet, "Modality"),
      number: integer(dataSet, "SeriesNumber"),
      description: words(dataSet, "SeriesDescription"),
      role: roleOf(dataSet),
      attributes: some(header, dataSet, SERIES_KEYWORDS),
    },
    instance: {
      sopUid,
      sopClass,
      number: integer(dataSet, "InstanceNumber"),
      transferSyntax: part10.transferSyntax.slice(0, 64),
      rows: integer(dataSet, "Rows"),
      columns: integer(dataSet, "Columns"),
      frames: pixels ? framesOf(part10) : 0,
      pixels,
      attributes: some(header, dataSet, INSTANCE_KEYWORDS),
      metadata: gzipSync(jsonOf(header), { level: 1 }),
    },
  };
}

/** The whole header as DICOM JSON by tag; long bytes and the pixels by URI. */
function headerOf(part10: Part10, uri: string): Map<number, string> {
  const dataSet: DataSet = new Map(part10.dataSet);
  put(dataSet, tagOf("AvailableTransferSyntaxUID"), "UI", part10.transferSyntax);
  const header = jsonAttributes(dataSet, {
    bulkData: (path, bytes) => (bytes.length > INLINE ? uri + path : undefined),
  });
  const { pixels } = part10;
  if (pixels) header.set(pixels.tag, JSON.stringify({ vr: pixels.vr, BulkDataURI: uri + tagHex(pixels.tag) }));
  return header;
}

function storedPixels(part10: Part10): StoredPixels | null {
  if (!part10.pixels) return null;
  const { tag, vr, offset, length, encapsulated, frames } = part10.pixels;
  return { tag, vr, offset, length, encapsulated, frames, deflatedAt: part10.inflated ? part10.dataSetOffset : null };
}

function framesOf(part10: Part10): number {
  const { pixels, dataSet } = part10;
  const table = pixels?.frames;
  if (!table) return Math.min(frameCount(dataSet), MOST_FRAMES);
  if (table.kind === "encapsulated" || table.bits === 0) return Math.min(table.frames, MOST_FRAMES);
  return Math.min(table.frames, Math.max(1, Math.floor((pixels.length * 8) / table.bits)), MOST_FRAMES);
}

function uid(dataSet: DataSet, keyword: string): string {
  const value = (text(dataSet, keyword) ?? "").trim();
  if (/^[0-9.]{1,64}$/.test(value)) return value;
  const what = value === "" ? "is missing" : `is "${value.slice(0, 80)}", which is no UID`;
  throw new WillisError(
    "not-dicom",
    `${keyword} ${what}: the object cannot be told from others. Correct it at its source.`,
  );
}

function words(dataSet: DataSet, keyword: string): string {
  return clean(text(dataSet, keyword) ?? "").slice(0, 256);
}

function integer(dataSet: DataSet, keyword: string): number | null {
  const value = number(dataSet, keyword);
  return value !== undefined && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
}

/** A DA value as a date of the calendar, or null. */
function date(dataSet: DataSet, keyword: string): string | null {
  const parts = /^(\d{4})\.?(\d\d)\.?(\d\d)$/.exec((text(dataSet, keyword) ?? "").trim());
  if (!parts || parts[1] === "0000") return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day) ? day : null;
}

/** These attributes as JSON; long bytes are left out. */
function some(header: ReadonlyMap<number, string>, dataSet: DataSet, keywords: readonly string[]): string {
  const tags = tagsOf(keywords).filter((tag) => {
    const value = dataSet.get(tag)?.value;
    return value !== undefined && !(value instanceof Uint8Array && value.length > INLINE);
  });
  const json = jsonOf(header, tags);
  // escapes of what PostgreSQL does not keep: hardly any object has them
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(JSON.parse(json), (_, value) => (typeof value === "string" ? clean(value) : value));
}

/** PostgreSQL keeps neither NUL nor half surrogates. */
function clean(value: string): string {
  return value.replaceAll("\0", "").toWellFormed();
}
