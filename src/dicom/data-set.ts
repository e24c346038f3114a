import { entryOf, tagOf, tagText } from "./dictionary.ts";
import { VR_FACTS, type Vr } from "./vr.ts";

export type { Vr } from "./vr.ts";

/** What an element holds. Text is decoded Unicode without padding; IS and DS stay text; PN is raw `A^B=C=D`. */
export type ElementValue = readonly string[] | readonly number[] | Uint8Array | readonly DataSet[];

/** One data element. An element that is present and empty has an array (or bytes) of length 0. */
export interface Element {
  readonly vr: Vr;
  readonly value: ElementValue;
}

/** A data set: tag `(group << 16 | element) >>> 0` to element. Order does not matter, the writer sorts. */
export type DataSet = Map<number, Element>;

/** What `dataSet` and `put` take. `undefined` leaves the element out; `""` and `[]` make it present and empty. */
export type FieldValue =
  | string
  | number
  | readonly (string | number)[]
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Float32Array
  | DataSet
  | readonly DataSet[]
  | undefined;

/**
 * A data set from PS3.6 keywords (or eight hexadecimal digits of a tag), VR from the dictionary. Where PS3.6 leaves a
 * choice: US or SS by PixelRepresentation of the same fields (else by a negative value), OB or OW by BitsAllocated.
 * Throws `RangeError` for an unknown keyword and `TypeError` for a value that the VR cannot hold.
 */
export function dataSet(fields: Readonly<Record<string, FieldValue>>): DataSet {
  const ds: DataSet = new Map();
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const tag = /^[0-9A-Fa-f]{8}$/.test(key) ? Number.parseInt(key, 16) : tagOf(key);
    const entry = entryOf(tag);
    if (!entry) throw new RangeError(`${key} is not in PS3.6: use put() with its VR`);
    let vr = entry.vr;
    if (entry.choices?.includes("SS")) {
      const list = typeof value === "number" ? [value] : Array.isArray(value) ? value : [];
      if (fields.PixelRepresentation === 1 || list.some((v) => Number(v) < 0)) vr = "SS";
    } else if (entry.choices?.includes("OW") && vr === "OB") {
      const wide = Number(fields.BitsAllocated ?? 8) > 8 || !(value instanceof Uint8Array);
      if (wide) vr = "OW";
    } else if (entry.choices?.includes("OW") && ArrayBuffer.isView(value)) vr = "OW";
    put(ds, tag, vr, value);
  }
  return ds;
}

/** Put one element with a stated VR into a data set. Throws `TypeError` when the VR cannot hold the value. */
export function put(ds: DataSet, tag: number, vr: Vr, value: FieldValue): void {
  if (value === undefined) return;
  ds.set(tag >>> 0, { vr, value: toElementValue(tag, vr, value) });
}

function toElementValue(tag: number, vr: Vr, value: Exclude<FieldValue, undefined>): ElementValue {
  const { kind } = VR_FACTS[vr];
  if (kind === "items") {
    if (value instanceof Map) return [value];
    if (Array.isArray(value) && value.every((v) => v instanceof Map)) return value as readonly DataSet[];
    if (value === "") return [];
    throw new TypeError(`${tagText(tag)} is a sequence: give a data set or a list of them`);
  }
  if (kind === "bytes") {
    if (value instanceof Uint8Array) return value;
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value === "" || (Array.isArray(value) && value.length === 0)) return new Uint8Array(0);
    throw new TypeError(`${tagText(tag)} has VR ${vr}: give bytes (or a typed array of the machine, little endian)`);
  }
  if (value instanceof Map || value instanceof Uint8Array)
    throw new TypeError(`${tagText(tag)} has VR ${vr}: no items`);
  const list: readonly unknown[] =
    typeof value === "string" || typeof value === "number" ? [value] : Array.from(value as Iterable<unknown>);
  if (kind === "numbers") {
    return list.filter((v) => v !== "").map((v) => finite(tag, typeof v === "number" ? v : Number(v)));
  }
  if (list.length === 1 && list[0] === "") return [];
  return list.map((v) => (typeof v === "number" ? numberText(tag, vr, v) : String(v)));
}

function finite(tag: number, value: number): number {
  if (Number.isNaN(value)) throw new TypeError(`${tagText(tag)}: NaN is not a value`);
  return value;
}

function numberText(tag: number, vr: Vr, value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${tagText(tag)}: ${value} cannot be written as ${vr}`);
  return vr === "IS" ? String(Math.round(value)) : decimalString(value);
}

/** A number as a DS value: the shortest text that reads back the same, else the closest within 16 characters. */
export function decimalString(value: number): string {
  const exact = String(value);
  if (exact.length <= 16) return exact;
  for (let digits = 15; digits > 0; digits--) {
    const tries = [value.toPrecision(digits), value.toExponential(digits - 1)];
    for (const t of tries) {
      const short = t.includes("e") ? t.replace(/\.?0+e/, "e") : t.includes(".") ? t.replace(/\.?0+$/, "") : t;
      if (short.length <= 16) return short;
    }
  }
  return "0";
}

function valueAt(ds: DataSet, keyword: string): ElementValue | undefined {
  return ds.get(tagOf(keyword))?.value;
}

/** Whether the element is there, even when it is empty. */
export function has(ds: DataSet, keyword: string): boolean {
  return ds.has(tagOf(keyword));
}

/** First value as text; undefined when the element is absent, empty, or holds bytes or items. */
export function text(ds: DataSet, keyword: string): string | undefined {
  const first = texts(ds, keyword)[0];
  return first === "" ? undefined : first;
}

/** All values as text; empty when the element is absent, or holds bytes or items. */
export function texts(ds: DataSet, keyword: string): string[] {
  const value = valueAt(ds, keyword);
  if (!value || value instanceof Uint8Array) return [];
  return (value as readonly unknown[]).filter((v) => typeof v !== "object").map(String);
}

/** First value as a finite number; undefined when it is absent, empty or does not read as one. */
export function number(ds: DataSet, keyword: string): number | undefined {
  const first = numbers(ds, keyword)[0];
  return first === undefined || Number.isNaN(first) ? undefined : first;
}

/** All values as numbers, in place: a value that does not read as a number is NaN. */
export function numbers(ds: DataSet, keyword: string): number[] {
  return texts(ds, keyword).map((v) => (v.trim() === "" ? Number.NaN : Number(v.trim())));
}

/** The items of a sequence; empty when it is absent or has none. */
export function items(ds: DataSet, keyword: string): readonly DataSet[] {
  const element = ds.get(tagOf(keyword));
  return element?.vr === "SQ" ? (element.value as readonly DataSet[]) : [];
}

/** The raw bytes of a bytes VR (OB, OW, UN ...); undefined when it is absent or of another kind. */
export function bytes(ds: DataSet, keyword: string): Uint8Array | undefined {
  const value = valueAt(ds, keyword);
  return value instanceof Uint8Array ? value : undefined;
}
