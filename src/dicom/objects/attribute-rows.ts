import type { DataSet, Element } from "../data-set.ts";
import { entryOf, tagHex } from "../dictionary.ts";

/** One attribute of an object as a row to read. */
export interface AttributeRow {
  readonly depth: number;
  /** `(0028,0010)`. */
  readonly tag: string;
  /** In words, e.g. "Rows"; "Private" or "Unknown" for what PS3.6 does not have. */
  readonly name: string;
  readonly vr: string;
  readonly value: string;
}

const MOST_ROWS = 20_000;
const MOST_TEXT = 400;

/**
 * Every attribute of a data set as rows, sequences followed by their items, in the order of tags. Iterative; after `most`
 * rows the rest is left out and `more` is true. Bytes are told by their number.
 */
export function attributeRows(
  ds: DataSet,
  most = MOST_ROWS,
): { readonly rows: readonly AttributeRow[]; readonly more: boolean } {
  const rows: AttributeRow[] = [];
  type Step =
    | { readonly depth: number; readonly tag: number; readonly element: Element }
    | { readonly depth: number; readonly item: DataSet; readonly index: number };
  const open: Step[] = [];
  const enter = (set: DataSet, depth: number) => {
    const tags = [...set.keys()].sort((a, b) => b - a);
    for (const tag of tags) open.push({ depth, tag, element: set.get(tag)! });
  };
  enter(ds, 0);
  for (let step = open.pop(); step; step = open.pop()) {
    if (rows.length >= most) return { rows, more: true };
    if ("item" in step) {
      rows.push({ depth: step.depth, tag: "", name: `Item ${step.index + 1}`, vr: "", value: "" });
      enter(step.item, step.depth + 1);
      continue;
    }
    const { depth, tag, element } = step;
    const hex = tagHex(tag);
    const name = entryOf(tag)?.name ?? ((tag >>> 16) & 1 ? "Private" : "Unknown");
    rows.push({ depth, tag: `(${hex.slice(0, 4)},${hex.slice(4)})`, name, vr: element.vr, value: valueWords(element) });
    if (element.vr !== "SQ") continue;
    const list = element.value as readonly DataSet[];
    for (let k = list.length - 1; k >= 0; k--) open.push({ depth: depth + 1, item: list[k]!, index: k });
  }
  return { rows, more: false };
}

function valueWords({ vr, value }: Element): string {
  if (value instanceof Uint8Array) return value.length === 0 ? "" : `${value.length} bytes`;
  if (vr === "SQ") return value.length === 1 ? "1 item" : `${value.length} items`;
  let out = "";
  for (const one of value as readonly (string | number)[]) {
    out += `${out ? " \\ " : ""}${vr === "AT" ? tagHex(Number(one)) : one}`;
    if (out.length > MOST_TEXT) return `${out.slice(0, MOST_TEXT)}... (${value.length} values)`;
  }
  return out;
}
