import { toBase64 } from "./base64.ts";
import type { DataSet, Element } from "./data-set.ts";
import { tagHex } from "./dictionary.ts";
import { jsonValue, type ToJsonOptions } from "./json.ts";
import type { Vr } from "./vr.ts";

const CHARACTER_SET = 0x00080005;
const UNICODE = '{"vr":"CS","Value":["ISO_IR 192"]}';

/**
 * The attributes of a data set as the text that `toDicomJson` would become, by tag in ascending order: what is written
 * once and needed in several selections (`jsonOf`) is made once. Source: PS3.18 annex F.
 */
export function jsonAttributes(ds: DataSet, options: ToJsonOptions = {}): Map<number, string> {
  return attributesOf(ds, options, "");
}

/** DICOM JSON of some of the attributes of `jsonAttributes`, of all when no tags are named; tags that are absent are left out. */
export function jsonOf(attributes: ReadonlyMap<number, string>, tags: Iterable<number> = attributes.keys()): string {
  let out = "";
  for (const tag of tags) {
    const attribute = attributes.get(tag);
    if (attribute !== undefined) out += `${out === "" ? "{" : ","}"${tagHex(tag)}":${attribute}`;
  }
  return out === "" ? "{}" : `${out}}`;
}

function attributesOf(ds: DataSet, options: ToJsonOptions, path: string): Map<number, string> {
  const out = new Map<number, string>();
  const tags = [...ds.keys()].sort((a, b) => a - b);
  for (const tag of tags) {
    if ((tag & 0xffff) === 0) continue; // group lengths
    out.set(tag, tag === CHARACTER_SET ? UNICODE : attributeOf(ds.get(tag)!, options, path, tag));
  }
  return out;
}

function attributeOf({ vr, value }: Element, options: ToJsonOptions, path: string, tag: number): string {
  if (value.length === 0) return `{"vr":"${vr}"}`;
  if (value instanceof Uint8Array) {
    const uri = options.bulkData?.(path + tagHex(tag), value, vr);
    return uri === undefined
      ? `{"vr":"${vr}","InlineBinary":"${toBase64(value)}"}`
      : `{"vr":"${vr}","BulkDataURI":${JSON.stringify(uri)}}`;
  }
  if (vr === "SQ") {
    const items = (value as readonly DataSet[]).map((item, i) =>
      jsonOf(attributesOf(item, options, `${path}${tagHex(tag)}/${i + 1}/`)),
    );
    return `{"vr":"SQ","Value":[${items.join(",")}]}`;
  }
  return listOf(vr, value as readonly (string | number)[]);
}

function listOf(vr: Vr, list: readonly (string | number)[]): string {
  let values = "";
  let anything = vr !== "PN"; // a name without any component is an empty value
  for (let i = 0; i < list.length; i++) {
    const value = jsonValue(vr, list[i]!);
    anything ||= value !== null;
    if (i > 0) values += ",";
    values += typeof value === "number" ? value : JSON.stringify(value);
  }
  return anything ? `{"vr":"${vr}","Value":[${values}]}` : `{"vr":"${vr}"}`;
}
