import { type DataSet, items, numbers, text, texts } from "../data-set.ts";

/** A code as it is written in an object. */
export interface CodeWords {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** An object that another refers to; frames counted from 1, empty for all. */
export interface Reference {
  readonly sopClass: string;
  readonly sopUid: string;
  readonly frames: readonly number[];
}

/** One item of a structured report (PS3.3 C.17.3) with its depth; the root is 0. */
export interface ContentItem {
  readonly depth: number;
  /** E.g. "CONTAINS", "HAS OBS CONTEXT"; empty for the root. */
  readonly relation: string;
  /** CONTAINER, TEXT, CODE, NUM, PNAME, DATE, IMAGE, SCOORD ...; "REFERENCE" for an item by reference. */
  readonly kind: string;
  readonly concept: CodeWords | null;
  /** The value for a reader, without its unit. A number is written as it came; empty for a container. */
  readonly value: string;
  readonly code: CodeWords | null;
  /** UCUM unit of a number, and what it is called. */
  readonly unit: CodeWords | null;
  /** Why a number is missing, or what qualifies it, e.g. "Not a number". */
  readonly qualifier: string;
  readonly reference: Reference | null;
}

/** The items in the order of reading (parents before children), and how many were left out by the limit. */
export interface ContentTree {
  readonly items: readonly ContentItem[];
  /** Items beyond the limit: the object is longer than what is listed. */
  readonly more: boolean;
}

const MOST_ITEMS = 20_000;
const MOST_COORDINATES = 8;

/** The first code of a code sequence of this item; null when there is none. Long and URN codes count too. */
export function codeOf(ds: DataSet | undefined, keyword: string): CodeWords | null {
  const item = ds && items(ds, keyword)[0];
  if (!item) return null;
  const value = text(item, "CodeValue") ?? text(item, "LongCodeValue") ?? text(item, "URNCodeValue") ?? "";
  return { value, scheme: text(item, "CodingSchemeDesignator") ?? "", meaning: text(item, "CodeMeaning") ?? value };
}

/** What an object says of another: the items of a sequence of SOP references. */
export function referencesOf(ds: DataSet | undefined, keyword = "ReferencedSOPSequence"): Reference[] {
  if (!ds) return [];
  return items(ds, keyword).flatMap((item) => {
    const sopUid = text(item, "ReferencedSOPInstanceUID");
    const frames = numbers(item, "ReferencedFrameNumber").filter((frame) => Number.isInteger(frame));
    return sopUid ? [{ sopClass: text(item, "ReferencedSOPClassUID") ?? "", sopUid, frames }] : [];
  });
}

/** "20260102" as "2026-01-02"; other text as it is. */
export function dayWords(value: string | undefined): string {
  return (value ?? "").replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
}

/** "20260102030405.5+0100" as "2026-01-02 03:04:05"; other text as it is. */
export function momentWords(value: string | undefined): string {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?/.exec(value ?? "");
  if (!parts) return dayWords(value);
  return `${parts[1]}-${parts[2]}-${parts[3]} ${parts.slice(4).filter(Boolean).join(":")}`;
}

/** "030405.5" as "03:04:05"; other text as it is. */
export function timeWords(value: string | undefined): string {
  return (value ?? "").replace(/^(\d{2})(\d{2})(\d{2})?.*$/, (_, h, m, s) => [h, m, s].filter(Boolean).join(":"));
}

/** "Family^Given^^Dr" as "Family, Given"; the first component group that says something. */
export function nameWords(value: string | undefined): string {
  const group = (value ?? "").split("=").find((one) => one.replace(/\^/g, "").trim() !== "") ?? "";
  const [family = "", ...given] = group.split("^").map((part) => part.trim());
  return [family, given.slice(0, 2).filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/**
 * The content tree of a structured report in the order of reading. Iterative: nesting costs no stack; after `most` items
 * the rest is left out and `more` says so.
 */
export function contentTree(root: DataSet, most = MOST_ITEMS): ContentTree {
  const out: ContentItem[] = [];
  const open: { readonly ds: DataSet; readonly depth: number }[] = [{ ds: root, depth: 0 }];
  let more = false;
  for (let next = open.pop(); next; next = open.pop()) {
    if (out.length >= most) {
      more = true;
      break;
    }
    out.push(contentItem(next.ds, next.depth));
    const children = items(next.ds, "ContentSequence");
    for (let k = children.length - 1; k >= 0; k--) open.push({ ds: children[k]!, depth: next.depth + 1 });
  }
  return { items: out, more };
}

function contentItem(ds: DataSet, depth: number): ContentItem {
  const by = numbers(ds, "ReferencedContentItemIdentifier");
  const kind = text(ds, "ValueType") ?? (by.length > 0 ? "REFERENCE" : "");
  const measured = items(ds, "MeasuredValueSequence")[0];
  const qualifier = codeOf(ds, "NumericValueQualifierCodeSequence")?.meaning ?? "";
  const value = kind === "REFERENCE" ? `item ${by.join(".")}` : valueWords(ds, kind, measured);
  return {
    depth,
    relation: text(ds, "RelationshipType") ?? "",
    kind,
    concept: codeOf(ds, "ConceptNameCodeSequence"),
    value,
    code: kind === "CODE" ? codeOf(ds, "ConceptCodeSequence") : null,
    unit: kind === "NUM" ? codeOf(measured, "MeasurementUnitsCodeSequence") : null,
    qualifier,
    reference: referencesOf(ds)[0] ?? null,
  };
}

function valueWords(ds: DataSet, kind: string, measured: DataSet | undefined): string {
  switch (kind) {
    case "TEXT":
      return text(ds, "TextValue") ?? "";
    case "CODE":
      return codeOf(ds, "ConceptCodeSequence")?.meaning ?? "";
    case "NUM":
      return (measured && text(measured, "NumericValue")) ?? "";
    case "PNAME":
      return nameWords(text(ds, "PersonName"));
    case "DATE":
      return dayWords(text(ds, "Date"));
    case "TIME":
      return timeWords(text(ds, "Time"));
    case "DATETIME":
      return momentWords(text(ds, "DateTime"));
    case "UIDREF":
      return text(ds, "UID") ?? "";
    case "SCOORD":
    case "SCOORD3D":
      return coordinateWords(ds, kind === "SCOORD" ? 2 : 3);
    case "TCOORD":
      return [text(ds, "TemporalRangeType"), ...texts(ds, "ReferencedTimeOffsets").slice(0, 4)]
        .filter(Boolean)
        .join(" ");
    case "IMAGE":
    case "COMPOSITE":
    case "WAVEFORM":
      return referencesOf(ds)[0]?.sopUid ?? "";
    default:
      return "";
  }
}

/** "polyline of 4 points: 12, 40.5; 16, 44; ..." */
function coordinateWords(ds: DataSet, per: 2 | 3): string {
  const all = numbers(ds, "GraphicData");
  const points = Math.floor(all.length / per);
  const shown = Array.from({ length: Math.min(points, MOST_COORDINATES / 2) }, (_, k) =>
    all
      .slice(k * per, k * per + per)
      .map((v) => Number(v.toFixed(2)))
      .join(", "),
  );
  const rest = points > shown.length ? "; ..." : "";
  const type = (text(ds, "GraphicType") ?? "shape").toLowerCase();
  return `${type} of ${points} ${points === 1 ? "point" : "points"}: ${shown.join("; ")}${rest}`;
}

/** The first number under an item whose concept has one of these codes, with its unit; undefined when it is not there. */
export function measuredIn(
  tree: readonly ContentItem[],
  codes: readonly string[],
): { readonly value: number; readonly unit: string } | undefined {
  const found = tree.find(
    (item) => item.kind === "NUM" && item.value !== "" && codes.includes(item.concept?.value ?? ""),
  );
  const value = Number(found?.value);
  return found && Number.isFinite(value) ? { value, unit: found.unit?.value ?? "" } : undefined;
}
