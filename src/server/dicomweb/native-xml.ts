import { entryOf } from "../../dicom/dictionary.ts";
import type { DicomJson, JsonElement, JsonName } from "../../dicom/json.ts";

/** A data set in the Native DICOM Model (PS3.19 A.1), from its DICOM JSON. */
export function nativeXml(dataSet: DicomJson): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xml:space="preserve">${attributes(dataSet)}</NativeDicomModel>\n`;
}

function attributes(dataSet: DicomJson): string {
  return Object.entries(dataSet)
    .map(([tag, element]) => {
      const keyword = entryOf(Number.parseInt(tag, 16))?.keyword;
      const name = keyword ? ` keyword="${keyword}"` : "";
      return `<DicomAttribute tag="${tag}" vr="${element.vr}"${name}>${content(element)}</DicomAttribute>`;
    })
    .join("");
}

function content(element: JsonElement): string {
  if (element.BulkDataURI !== undefined) return `<BulkData uri="${escaped(element.BulkDataURI)}"/>`;
  if (element.InlineBinary !== undefined) return `<InlineBinary>${element.InlineBinary}</InlineBinary>`;
  return (element.Value ?? [])
    .map((value, i) => {
      const number = ` number="${i + 1}"`;
      if (element.vr === "SQ") return `<Item${number}>${attributes((value ?? {}) as DicomJson)}</Item>`;
      if (value === null) return `<Value${number}/>`;
      if (element.vr === "PN") return `<PersonName${number}>${personName(value as JsonName)}</PersonName>`;
      return `<Value${number}>${escaped(String(value))}</Value>`;
    })
    .join("");
}

const COMPONENTS = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"];

function personName(name: JsonName): string {
  return (["Alphabetic", "Ideographic", "Phonetic"] as const)
    .filter((group) => name[group])
    .map((group) => {
      const parts = name[group]!.split("^").map((part, i) =>
        part && COMPONENTS[i] ? `<${COMPONENTS[i]}>${escaped(part)}</${COMPONENTS[i]}>` : "",
      );
      return `<${group}>${parts.join("")}</${group}>`;
    })
    .join("");
}

/** XML 1.0 has no place for control characters, not even escaped: they are left out. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}
