import { WillisError } from "../../core/errors.ts";
import type { DicomJson, JsonElement, JsonName } from "../../dicom/json.ts";
import { xmlTokens } from "./xml-tokens.ts";

const MOST_DEPTH = 64; // sequences within sequences, as everywhere
const GROUPS: readonly string[] = ["Alphabetic", "Ideographic", "Phonetic"];
const COMPONENTS: readonly string[] = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"];

/** What is open while the document is read. */
type Level =
  | { readonly in: "model" | "item"; readonly dataSet: DicomJson }
  | { readonly in: "attribute"; readonly element: JsonElement; readonly tag: string }
  | { readonly in: "value" | "inline"; text: string; readonly number: number }
  | { readonly in: "name"; readonly name: JsonName; readonly number: number }
  | { readonly in: "group"; readonly parts: string[]; readonly group: string }
  | { readonly in: "component"; text: string; readonly place: number }
  | { readonly in: "bulk" | "nothing" };

function bad(what: string): WillisError {
  return new WillisError("bad-request", `Native DICOM Model: ${what}.`);
}

/**
 * A data set in the Native DICOM Model (PS3.19 A.1) as DICOM JSON. Iterative: nesting costs no stack. Errors:
 * `bad-request` for what is no such document, `too-deep` beyond 64 sequences, `too-large` beyond `elements`.
 */
export function parseNativeXml(text: string, elements = 1_000_000): DicomJson {
  const root: DicomJson = {};
  const open: Level[] = [];
  let [items, count, done] = [0, 0, false];
  for (const token of xmlTokens(text)) {
    const top = open.at(-1);
    if (token.kind === "text") {
      if (top?.in === "value" || top?.in === "inline" || top?.in === "component") top.text += token.text;
      else if (token.text.trim() !== "") throw bad(`text "${token.text.trim().slice(0, 40)}" where no value stands`);
      continue;
    }
    if (token.kind === "close") {
      if (!top) throw bad(`</${token.name}> closes nothing`);
      open.pop();
      if (top.in === "item") items--;
      if (top.in === "model") done = true;
      finish(top, open.at(-1));
      continue;
    }
    if (++count > elements) throw new WillisError("too-large", `The document has more than ${elements} elements.`);
    if (done) throw bad("something follows its end");
    const level = enter(token.name, token.attributes, top, root);
    if (level.in === "item" && ++items > MOST_DEPTH)
      throw new WillisError("too-deep", `The document has sequences more than ${MOST_DEPTH} deep.`);
    open.push(level);
  }
  if (!done || open.length > 0) throw bad("it ends before it is closed");
  return root;
}

function enter(name: string, at: Readonly<Record<string, string>>, top: Level | undefined, root: DicomJson): Level {
  if (!top) {
    if (name !== "NativeDicomModel") throw bad(`it begins with <${name.slice(0, 40)}>`);
    return { in: "model", dataSet: root };
  }
  if ((top.in === "model" || top.in === "item") && name === "DicomAttribute") {
    const tag = (at.tag ?? "").toUpperCase();
    if (!/^[0-9A-F]{8}$/.test(tag)) throw bad(`"${tag.slice(0, 20)}" is no tag`);
    const element: JsonElement = { vr: at.vr ?? "UN" };
    top.dataSet[tag] = element;
    return { in: "attribute", element, tag };
  }
  if (top.in === "attribute") return content(name, at, top.element, top.tag);
  if (top.in === "name" && GROUPS.includes(name)) return { in: "group", parts: [], group: name };
  if (top.in === "group" && COMPONENTS.includes(name))
    return { in: "component", text: "", place: COMPONENTS.indexOf(name) };
  throw bad(`<${name.slice(0, 40)}> has no place in ${top.in === "nothing" ? "an empty element" : `a ${top.in}`}`);
}

function content(name: string, at: Readonly<Record<string, string>>, element: JsonElement, tag: string): Level {
  const number = at.number === undefined ? (element.Value?.length ?? 0) + 1 : Number(at.number);
  if (!Number.isInteger(number) || number < 1 || number > 100_000) throw bad(`${tag} has a value number ${at.number}`);
  switch (name) {
    case "Value":
      return { in: "value", text: "", number };
    case "InlineBinary":
      return { in: "inline", text: "", number };
    case "PersonName":
      return { in: "name", name: {}, number };
    case "Item": {
      const dataSet: DicomJson = {};
      place(element, number, dataSet);
      return { in: "item", dataSet };
    }
    case "BulkData":
      if (at.uri === undefined) throw bad(`the BulkData of ${tag} has no uri`);
      element.BulkDataURI = at.uri;
      return { in: "bulk" };
    default:
      throw bad(`<${name.slice(0, 40)}> has no place in attribute ${tag}`);
  }
}

function finish(level: Level, parent: Level | undefined): void {
  if (level.in === "value" && parent?.in === "attribute") place(parent.element, level.number, level.text);
  if (level.in === "inline" && parent?.in === "attribute") parent.element.InlineBinary = level.text.replace(/\s+/g, "");
  if (level.in === "name" && parent?.in === "attribute") place(parent.element, level.number, level.name);
  if (level.in === "component" && parent?.in === "group") parent.parts[level.place] = level.text;
  if (level.in === "group" && parent?.in === "name") {
    const parts = Array.from(level.parts, (part) => part ?? "");
    parent.name[level.group as keyof JsonName] = parts.join("^").replace(/\^+$/, "");
  }
}

/** Values stand where their number says; numbers that are left out are empty values. */
function place(element: JsonElement, number: number, value: string | JsonName | DicomJson): void {
  element.Value ??= [];
  while (element.Value.length < number) element.Value.push(null);
  element.Value[number - 1] = value;
}
