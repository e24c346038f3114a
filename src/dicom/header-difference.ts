import { entryOf } from "./dictionary.ts";
import type { DicomJson, JsonElement } from "./json.ts";

/** One attribute that differs between two headers; null: it is not there. */
export interface HeaderDifference {
  readonly tag: string;
  readonly name: string;
  readonly one: string | null;
  readonly other: string | null;
}

/**
 * What differs between two headers in DICOM JSON, in the order of the tags, values as text. Sequences are compared whole
 * and said by the number of their items. Bytes given by URI are compared by being there, not by their content.
 */
export function headerDifferences(one: DicomJson, other: DicomJson): HeaderDifference[] {
  const tags = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return tags.flatMap((tag) => {
    const [a, b] = [one[tag], other[tag]];
    if (content(a) === content(b)) return [];
    const name = entryOf(Number.parseInt(tag, 16))?.name ?? "private or unknown";
    return [{ tag, name, one: words(a), other: words(b) }];
  });
}

function content(element: JsonElement | undefined): string {
  if (!element) return "";
  const { Value, InlineBinary, BulkDataURI } = element;
  return JSON.stringify([Value ?? null, InlineBinary ?? null, BulkDataURI !== undefined]);
}

function words(element: JsonElement | undefined): string | null {
  if (!element) return null;
  const { vr, Value, InlineBinary, BulkDataURI } = element;
  if (vr === "SQ") return `${Value?.length ?? 0} items`;
  if (BulkDataURI !== undefined) return "bytes";
  if (InlineBinary !== undefined) return `${Math.floor((InlineBinary.length * 3) / 4)} bytes`;
  return (Value ?? [])
    .map((value) => (value === null ? "" : typeof value === "object" ? Object.values(value).join("=") : String(value)))
    .join(" \\ ");
}
