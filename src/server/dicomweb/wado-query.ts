import { WillisError } from "../../core/errors.ts";
import type { DicomJson } from "../../dicom/json.ts";
import { isUid } from "../../dicom/uid.ts";
import { numbersOf, type PictureOptions } from "./rendered-options.ts";

const NAMES = [
  ...["requestType", "studyUID", "seriesUID", "objectUID", "contentType", "charset", "anonymize", "annotation"],
  ...["rows", "columns", "region", "windowCenter", "windowWidth", "frameNumber", "imageQuality", "transferSyntax"],
  ...["presentationUID", "presentationSeriesUID"],
] as const;
type Name =
  | ("requestType" | "studyUID" | "seriesUID" | "objectUID" | "contentType" | "charset" | "anonymize" | "annotation")
  | ("rows" | "columns" | "region" | "windowCenter" | "windowWidth" | "frameNumber" | "imageQuality")
  | ("transferSyntax" | "presentationUID" | "presentationSeriesUID");

/** The parameters of the URI service (PS3.18 9.1.2); names are compared without case, as old clients write them. */
export type WadoQuery = Readonly<Partial<Record<Name, string>>>;

const BY_LOWER = new Map(NAMES.map((name) => [name.toLowerCase(), name as Name]));

/** Reads them. Errors: `bad-request` for one that is missing, given twice or makes no sense; `not-acceptable`. */
export function wadoQuery(raw: Readonly<Record<string, unknown>>): WadoQuery {
  const query: Partial<Record<Name, string>> = {};
  for (const [given, value] of Object.entries(raw)) {
    const name = BY_LOWER.get(given.toLowerCase());
    if (!name) continue; // the standard lets servers ignore what they do not know
    if (typeof value !== "string" || query[name] !== undefined)
      throw new WillisError("bad-request", `${name} is given more than once: give it once.`);
    if (value !== "") query[name] = value;
  }
  if (query.requestType !== "WADO")
    throw new WillisError("bad-request", `requestType is "${query.requestType?.slice(0, 20) ?? ""}": give WADO.`);
  if (query.objectUID === undefined || !isUid(query.objectUID))
    throw new WillisError("bad-request", `objectUID is "${query.objectUID?.slice(0, 70) ?? ""}": give the UID.`);
  if (query.anonymize !== undefined && query.anonymize !== "yes")
    throw new WillisError("bad-request", `anonymize is "${query.anonymize.slice(0, 20)}": give yes, or leave it out.`);
  if (query.presentationUID !== undefined || query.presentationSeriesUID !== undefined)
    throw new WillisError("not-acceptable", "Presentation states are not applied by this service: ask without one.");
  return query;
}

/**
 * How a picture is made: rows and columns are the most that it may have, region is left, top, right, bottom as parts of
 * the image, a window has centre and width. Errors: `bad-request`.
 */
export function pictureOptions(query: WadoQuery, header: DicomJson): PictureOptions {
  const number = (name: Name, least: number, most: number): number | undefined => {
    const text = query[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || value > most)
      throw new WillisError("bad-request", `${name} is "${text.slice(0, 40)}": give ${least} to ${most}.`);
    return value;
  };
  const [rows, columns] = [number("rows", 1, 8192), number("columns", 1, 8192)];
  const center = number("windowCenter", -1e9, 1e9);
  const width = number("windowWidth", 1e-9, 1e9);
  if ((center === undefined) !== (width === undefined))
    throw new WillisError("bad-request", "windowCenter and windowWidth are given together.");
  const whole = { rows: sizeOf(header, "00280010"), columns: sizeOf(header, "00280011") };
  const region = query.region === undefined ? undefined : regionOf(query.region, whole);
  return {
    quality: number("imageQuality", 1, 100) ?? 90,
    ...(center === undefined || width === undefined ? {} : { window: { center, width, shape: "LINEAR" as const } }),
    ...(rows === undefined && columns === undefined ? {} : { fit: { width: columns ?? 8192, height: rows ?? 8192 } }),
    ...(region ? { crop: region } : {}),
  };
}

function regionOf(text: string, { rows, columns }: { readonly rows: number; readonly columns: number }) {
  const [left = 0, top = 0, right = 0, bottom = 0] = numbersOf("region", text, [4]);
  const inside = left >= 0 && top >= 0 && right <= 1 && bottom <= 1 && left < right && top < bottom;
  if (!inside)
    throw new WillisError(
      "bad-request",
      `region is "${text.slice(0, 60)}": give left,top,right,bottom between 0 and 1.`,
    );
  const x = Math.min(columns - 1, Math.floor(left * columns));
  const y = Math.min(rows - 1, Math.floor(top * rows));
  return {
    x,
    y,
    width: Math.max(1, Math.round(right * columns) - x),
    height: Math.max(1, Math.round(bottom * rows) - y),
  };
}

function sizeOf(header: DicomJson, tag: string): number {
  const value = Number(header[tag]?.Value?.[0]);
  return Number.isInteger(value) && value > 0 ? value : 1;
}
