import { deflateSync } from "fflate";
import { WillisError } from "../core/errors.ts";
import { type DataSet, dataSet, type Element, items, put, text } from "./data-set.ts";
import { tagHex, tagOf } from "./dictionary.ts";
import { type DicomJson, fromDicomJson, type JsonElement, toDicomJson } from "./json.ts";
import { type Part10, parseHeader } from "./parse.ts";
import { TS, transferSyntaxOf } from "./transfer-syntax.ts";
import { writeDataSet, writeFileMeta } from "./write.ts";

/** Values that people gave over what an object says, and when and why: laid over its header as it leaves. */
export interface Overlay {
  /** DICOM JSON by tag; null takes the attribute away. */
  readonly set: Readonly<Record<string, JsonElement | null>>;
  /** Time of the change, ISO 8601 UTC. */
  readonly at: string;
  /** Defined term of (0400,0565): CORRECT wrong values, COERCE to the patient that the study was moved to. */
  readonly reason: "CORRECT" | "COERCE";
}

const ORIGINALS = "OriginalAttributesSequence";
const SYSTEM = "WILLIS";

/**
 * A header with the overlay: changed values replaced, the previous ones in a new last item of Original Attributes
 * Sequence (PS3.3 C.12.1.1.9). The same data set when nothing differs; an empty value is not added where there is none.
 */
export function correctedDataSet(ds: DataSet, overlay: Overlay): DataSet {
  const out: DataSet = new Map(ds);
  const previous: DataSet = new Map();
  const wanted = fromDicomJson(Object.fromEntries(Object.entries(overlay.set).filter(([, element]) => element)));
  for (const hex of Object.keys(overlay.set)) {
    const tag = Number.parseInt(hex, 16);
    const before = ds.get(tag);
    const after = wanted.get(tag);
    if (same(before, after)) continue;
    previous.set(tag, before ?? { ...after!, value: [] });
    if (after) out.set(tag, after);
    else out.delete(tag);
  }
  if (previous.size === 0) return ds;
  put(out, tagOf(ORIGINALS), "SQ", [...items(ds, ORIGINALS), originalItem(previous, overlay)]);
  return out;
}

/** As `correctedDataSet`, of a header in DICOM JSON. */
export function correctedJson(json: DicomJson, overlay: Overlay): DicomJson {
  const changed: DicomJson = {};
  const tags = Object.keys(overlay.set);
  const part = fromDicomJson(Object.fromEntries(tags.filter((tag) => json[tag]).map((tag) => [tag, json[tag]])));
  const corrected = correctedDataSet(part, overlay);
  if (corrected === part) return json;
  const own = toDicomJson(corrected);
  const hex = tagHex(tagOf(ORIGINALS));
  const earlier = json[hex]?.Value ?? [];
  for (const [tag, element] of Object.entries({ ...json, ...own })) if (!(tag in overlay.set)) changed[tag] = element;
  for (const tag of tags) if (own[tag]) changed[tag] = own[tag];
  changed[hex] = { vr: "SQ", Value: [...earlier, ...(own[hex]?.Value ?? [])] };
  return Object.fromEntries(Object.entries(changed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function same(before: Element | undefined, after: Element | undefined): boolean {
  if (!before || !after) return (before ?? after)?.value.length === 0 || before === after;
  if (before.value instanceof Uint8Array || before.vr === "SQ") return false;
  return before.value.length === after.value.length && [...before.value].join("\\") === [...after.value].join("\\");
}

function originalItem(previous: DataSet, { at, reason }: Overlay): DataSet {
  return dataSet({
    SourceOfPreviousValues: "",
    AttributeModificationDateTime: `${at.replace(/\..*$/, "").replace(/\D/g, "")}+0000`,
    ModifyingSystem: SYSTEM,
    ReasonForTheAttributeModification: reason,
    ModifiedAttributesSequence: [previous],
  });
}

/** The new head of an object: file meta and header up to Pixel Data; from `restAt` on the old bytes go on. */
export type NewHead =
  | { readonly status: "complete"; readonly head: Uint8Array; readonly restAt: number }
  | { readonly status: "more"; readonly bytes: number };

/**
 * The head of a file with the overlay, from its first bytes; asks for more as `parseHeader` does. Pixels stay where they
 * are and as they are; a deflated file is written whole. Errors: those of `parseHeader`; `unsupported-media` for big
 * endian, which is to be converted first.
 */
export function correctedHead(prefix: Uint8Array, total: number, overlay: Overlay): NewHead {
  const result = parseHeader(prefix, total);
  if (result.status === "more") return result;
  const { part10 } = result;
  const ts = transferSyntaxOf(part10.transferSyntax);
  if (ts.bigEndian)
    throw new WillisError("unsupported-media", "A big endian file cannot be corrected as it is: convert it first.");
  const header = correctedDataSet(part10.dataSet, overlay);
  const meta = metaOf(part10, header);
  const pixelsAt = part10.pixels ? part10.pixels.offset - (ts.explicit ? 12 : 8) : null;
  if (!part10.inflated) {
    return {
      status: "complete",
      head: joined(meta, writeDataSet(header, part10.transferSyntax)),
      restAt: pixelsAt ?? total,
    };
  }
  const pixels = part10.inflated.subarray(pixelsAt ?? part10.inflated.length);
  const body = deflateSync(joined(writeDataSet(header, TS.ExplicitLittle), pixels));
  return {
    status: "complete",
    head: joined(meta, body, new Uint8Array(body.length % 2)),
    restAt: total,
  };
}

function metaOf({ meta, transferSyntax }: Part10, header: DataSet): Uint8Array {
  const sopClass = text(header, "SOPClassUID") ?? text(meta, "MediaStorageSOPClassUID") ?? "";
  const sopInstance = text(header, "SOPInstanceUID") ?? text(meta, "MediaStorageSOPInstanceUID") ?? "";
  return writeFileMeta(sopClass, sopInstance, transferSyntax, text(meta, "SourceApplicationEntityTitle"));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
