import { WillisError } from "../core/errors.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { charsetOf } from "./charset.ts";
import type { DataSet, Element, ElementValue } from "./data-set.ts";
import { tagHex } from "./dictionary.ts";
import { readValue } from "./value.ts";
import { VR_FACTS, VRS, type Vr } from "./vr.ts";

/** A person name of DICOM JSON: its component groups (PS3.18 F.2.2). */
export interface JsonName {
  Alphabetic?: string;
  Ideographic?: string;
  Phonetic?: string;
}

/** One attribute of DICOM JSON (PS3.18 F.2.2). At most one of Value, InlineBinary and BulkDataURI is there. */
export interface JsonElement {
  vr: string;
  Value?: (string | number | null | JsonName | DicomJson)[];
  InlineBinary?: string;
  BulkDataURI?: string;
}

/** A data set as DICOM JSON: tags as eight upper-case hexadecimal digits. */
export type DicomJson = { [tag: string]: JsonElement };

/** What `toDicomJson` may be told. */
export interface ToJsonOptions {
  /** The URI under which bytes can be fetched, or undefined to write them inline. `path` is `00480105/1/00282000`. */
  readonly bulkData?: (path: string, bytes: Uint8Array, vr: Vr) => string | undefined;
}

/** What `fromDicomJson` may be told. */
export interface FromJsonOptions {
  /** The bytes behind a BulkDataURI. */
  readonly bulkData?: (uri: string) => Uint8Array | undefined;
  /** Data elements in all sequences together; more are refused. */
  readonly elements?: number;
}

/**
 * A data set as DICOM JSON (PS3.18 annex F): IS and DS as numbers (as text when a number would lose digits), names in
 * component groups, empty values as null, present and empty attributes with their VR alone. Group lengths are left out
 * and Specific Character Set, where present, says ISO_IR 192. Numbers that JSON cannot hold become text: "nan", "inf",
 * "-inf", and integers beyond 2^53.
 */
export function toDicomJson(ds: DataSet, options: ToJsonOptions = {}): DicomJson {
  return objectOf(ds, options, "");
}

const CHARACTER_SET = 0x00080005;
const UNICODE = charsetOf(["ISO_IR 192"]);

function objectOf(ds: DataSet, options: ToJsonOptions, path: string): DicomJson {
  const out: DicomJson = {};
  const tags = [...ds.keys()].filter((tag) => (tag & 0xffff) !== 0).sort((a, b) => a - b);
  for (const tag of tags) {
    const hex = tagHex(tag);
    out[hex] =
      tag === CHARACTER_SET ? { vr: "CS", Value: ["ISO_IR 192"] } : attributeOf(ds.get(tag)!, options, path + hex);
  }
  return out;
}

function attributeOf({ vr, value }: Element, options: ToJsonOptions, path: string): JsonElement {
  if (value.length === 0) return { vr };
  if (value instanceof Uint8Array) {
    const uri = options.bulkData?.(path, value, vr);
    return uri === undefined ? { vr, InlineBinary: toBase64(value) } : { vr, BulkDataURI: uri };
  }
  if (vr === "SQ") {
    const items = value as readonly DataSet[];
    return { vr, Value: items.map((item, i) => objectOf(item, options, `${path}/${i + 1}/`)) };
  }
  const list = value as readonly (string | number)[];
  const values = list.map((v) => jsonValue(vr, v));
  return values.every((v) => v === null) && vr === "PN" ? { vr } : { vr, Value: values };
}

/** One value of an element in DICOM JSON; null for an empty one. Errors: none. */
export function jsonValue(vr: Vr, v: string | number): string | number | JsonName | null {
  if (v === "" || (vr === "PN" && /^[=^ ]+$/.test(String(v)))) return null;
  if (vr === "AT") return tagHex(Number(v));
  if (typeof v === "number") {
    if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "-inf";
    return vr === "UV" || vr === "SV" ? (Number.isSafeInteger(v) ? v : String(BigInt(v))) : v;
  }
  if (vr === "PN") return nameOf(v);
  if (vr === "IS" || vr === "DS") {
    const n = Number(v);
    return v.trim() !== "" && Number.isFinite(n) && (vr === "DS" || Number.isSafeInteger(n)) ? n : v;
  }
  return v;
}

/** The component groups of a raw PN value `A^B=C^D=E^F`; empty groups and trailing empty components are left out. */
export function nameOf(raw: string): JsonName {
  const [alphabetic, ideographic, phonetic] = raw.split("=").map((group) => group.replace(/[\^ ]+$/, ""));
  return {
    ...(alphabetic ? { Alphabetic: alphabetic } : {}),
    ...(ideographic ? { Ideographic: ideographic } : {}),
    ...(phonetic ? { Phonetic: phonetic } : {}),
  };
}

/**
 * A data set from DICOM JSON. Takes numbers or text for IS and DS, and names as text too. Errors: `bad-request` (with
 * the tag) for what is no DICOM JSON, for numbers that the VR cannot hold, and for a BulkDataURI that `options.bulkData`
 * does not know; `too-deep` beyond 64; `too-large` beyond `options.elements`.
 */
export function fromDicomJson(json: unknown, options: FromJsonOptions = {}): DataSet {
  return dataSetOf(json, { ...options, left: options.elements ?? Number.POSITIVE_INFINITY }, 0);
}

/** Options, and how many elements may still come. */
interface Reading extends FromJsonOptions {
  left: number;
}

function bad(tag: string, what: string): WillisError {
  return new WillisError("bad-request", `DICOM JSON ${tag}: ${what}.`);
}

function dataSetOf(json: unknown, options: Reading, depth: number): DataSet {
  if (depth > 64) throw new WillisError("too-deep", "DICOM JSON is nested more than 64 deep.");
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw bad("object", "not an object of attributes");
  const ds: DataSet = new Map();
  for (const [key, attribute] of Object.entries(json)) {
    if (!/^[0-9A-Fa-f]{8}$/.test(key)) throw bad(key.slice(0, 20), "a tag has eight hexadecimal digits");
    if (--options.left < 0)
      throw new WillisError("too-large", `DICOM JSON has more than ${options.elements} elements.`);
    ds.set(Number.parseInt(key, 16), elementOf(key, attribute, options, depth));
  }
  return ds;
}

function elementOf(key: string, json: unknown, options: Reading, depth: number): Element {
  if (typeof json !== "object" || json === null) throw bad(key, "not an object");
  const { vr, Value, InlineBinary, BulkDataURI } = json as Record<string, unknown>;
  if (typeof vr !== "string" || !(VRS as readonly string[]).includes(vr)) throw bad(key, `"${String(vr)}" is no VR`);
  const known = vr as Vr;
  if (typeof InlineBinary === "string") return bytesElement(key, known, fromBase64(InlineBinary));
  if (typeof BulkDataURI === "string") {
    const bytes = options.bulkData?.(BulkDataURI);
    if (!bytes) throw bad(key, `BulkDataURI "${BulkDataURI.slice(0, 100)}" does not come with the request`);
    return bytesElement(key, known, bytes);
  }
  if (Value === undefined) return { vr: known, value: VR_FACTS[known].kind === "bytes" ? new Uint8Array(0) : [] };
  if (!Array.isArray(Value)) throw bad(key, "Value is not a list");
  return { vr: known, value: valueFrom(key, known, Value, options, depth) };
}

function bytesElement(key: string, vr: Vr, bytes: Uint8Array): Element {
  const { kind } = VR_FACTS[vr];
  if (kind === "items") throw bad(key, "a sequence has items, not bytes");
  // Long text and lists of numbers may come as bulk data too (PS3.18 F.2.6): UTF-8, little endian.
  return { vr, value: kind === "bytes" ? bytes : readValue(vr, bytes, false, UNICODE) };
}

function valueFrom(key: string, vr: Vr, list: unknown[], options: Reading, depth: number): ElementValue {
  const { kind } = VR_FACTS[vr];
  if (kind === "items") return list.map((item) => dataSetOf(item ?? {}, options, depth + 1));
  if (kind === "bytes") throw bad(key, `VR ${vr} needs InlineBinary or BulkDataURI`);
  if (kind === "numbers") {
    return list.map((v) => numberFrom(key, vr, v));
  }
  return list.map((v) => {
    if (v === null || v === undefined) return "";
    if (typeof v === "string") return v;
    if (typeof v === "number") return String(v);
    if (vr !== "PN" || typeof v !== "object") throw bad(key, `${JSON.stringify(v).slice(0, 60)} is no value of ${vr}`);
    const { Alphabetic = "", Ideographic = "", Phonetic = "" } = v as Record<string, unknown>;
    return [Alphabetic, Ideographic, Phonetic].map(String).join("=").replace(/=+$/, "");
  });
}

const NOT_FINITE: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };

/** What each VR of whole numbers holds; 64-bit ones as far as a number is exact. */
const RANGES: Partial<Record<Vr, readonly [number, number]>> = {
  US: [0, 0xffff],
  SS: [-0x8000, 0x7fff],
  UL: [0, 0xffffffff],
  SL: [-0x80000000, 0x7fffffff],
  AT: [0, 0xffffffff],
  UV: [0, Number.MAX_SAFE_INTEGER],
  SV: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function numberFrom(key: string, vr: Vr, v: unknown): number {
  const n = anyNumber(key, vr, v);
  const range = RANGES[vr];
  if (range && !(Number.isInteger(n) && n >= range[0] && n <= range[1]))
    throw bad(key, `${String(v).slice(0, 40)} does not fit into ${vr}`);
  return n;
}

function anyNumber(key: string, vr: Vr, v: unknown): number {
  if (typeof v === "number") return v;
  if (typeof v === "string" && v.trim() !== "") {
    const special = NOT_FINITE[v.toLowerCase()];
    if (special !== undefined) return special;
    const n = vr === "AT" ? Number.parseInt(v, 16) : Number(v);
    if (!Number.isNaN(n)) return n;
  }
  throw bad(key, `${String(JSON.stringify(v)).slice(0, 60)} is not a number`);
}
