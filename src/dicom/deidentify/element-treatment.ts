import { type DataSet, dataSet, type Element, text } from "../data-set.ts";
import { VR_FACTS } from "../vr.ts";
import { resolve } from "./attribute-types.ts";
import type { Change } from "./changes.ts";
import { cleanText } from "./clean-text.ts";
import type { Decision, Deed } from "./profile.ts";
import type { Pseudonyms } from "./pseudonyms.ts";
import { DUMMY_TEXT, dummyOf, emptied, isEmpty, shifted } from "./replace.ts";

/** What all elements of one object share. */
export interface ObjectContext {
  readonly sopClass: string;
  readonly patient: string;
  readonly days: number;
  readonly names: Pseudonyms;
  /** Words that were cleaned out. */
  readonly words: Set<string>;
}

/** What becomes of an element: gone when `to` is null. `items`: treat them one by one and put them in its place. */
export interface Outcome {
  readonly did: Change["did"] | null;
  readonly to: Element | null;
  readonly items?: readonly DataSet[];
}

const CONTENT = 0x0040a730;
const ANNOTATIONS = 0x00700001;
/** Person Identification Code Sequence: its code is the person. */
const PERSON_CODE = 0x00401101;
const PATIENT_NAME = 0x00100010;
const PATIENT_ID = 0x00100020;
const PATIENT_AGE = 0x00101010;
/** Identifiers that stay linked: the same value has the same pseudonym. */
const LINKED = new Set([0x00080050, 0x00200010]);
/** SOP class of key object notes, whose content is references. */
export const KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59";
const REFERENCES = new Set(["IMAGE", "COMPOSITE", "WAVEFORM"]);

const GONE: Outcome = { did: "removed", to: null };

/** Do to one element what was decided. `typeTwo`: where it stands it may be empty but not absent. */
export function treatElement(
  tag: number,
  element: Element,
  decision: Decision,
  typeTwo: boolean,
  context: ObjectContext,
): Outcome {
  const { names } = context;
  const { vr, value } = element;
  let deed: Deed = decision.deed === "conditional" ? resolve(decision.basic, tag, context.sopClass) : decision.deed;
  if (deed === "remove" && typeTwo) deed = "empty";
  if (deed === "remove") return GONE;
  if (isEmpty(value)) return { did: null, to: element };
  if (tag === PATIENT_NAME || tag === PATIENT_ID)
    return { did: "replaced", to: { vr, value: [names.pseudonym("patient", context.patient)] } };
  if (LINKED.has(tag)) return { did: "replaced", to: { vr, value: [names.pseudonym("id", `${value[0]}`)] } };
  switch (deed) {
    case "empty":
      return { did: "emptied", to: emptied(vr) };
    case "replace":
      return replace(tag, element, context);
    case "shift":
      return moved(element, context.days);
    case "uid":
      return newUids(element, names);
    case "clean":
      return clean(element, decision.basic, context.words);
    default:
      return keep(tag, element, decision);
  }
}

function moved(element: Element, days: number): Outcome {
  const to = shifted(element, days);
  const [before, after] = [element.value as readonly unknown[], to.value as readonly unknown[]];
  const same = before.length === after.length && after.every((one, i) => one === before[i]);
  return { did: same ? "kept" : "moved", to };
}

function through(element: Element, did: Change["did"] | null = null): Outcome {
  return { did, to: element, items: element.value as readonly DataSet[] };
}

function replace(tag: number, element: Element, { names, sopClass }: ObjectContext): Outcome {
  if (tag === CONTENT) return contentOf(element, sopClass);
  if (tag === ANNOTATIONS) return GONE;
  if (tag === PERSON_CODE) return { did: "replaced", to: { vr: "SQ", value: [nobody()] } };
  if (element.vr === "SQ") return through(element);
  if (element.vr !== "PN") return { did: "replaced", to: dummyOf(element) };
  const value = (element.value as readonly string[]).map((name) => (name ? names.pseudonym("person", name) : ""));
  return { did: "replaced", to: { vr: "PN", value } };
}

/** A code for a person that is none. */
function nobody(): DataSet {
  return dataSet({ CodeValue: "0", CodingSchemeDesignator: "99WILLIS", CodeMeaning: DUMMY_TEXT });
}

/** A report whose tree is not cleaned: references of a key object note stay, anything else becomes one dummy line. */
function contentOf(element: Element, sopClass: string): Outcome {
  const items = element.value as readonly DataSet[];
  const kept = sopClass === KEY_OBJECTS ? items.filter((item) => REFERENCES.has(text(item, "ValueType") ?? "")) : [];
  if (kept.length > 0) return { did: "replaced", to: { vr: "SQ", value: kept }, items: kept };
  const name = dataSet({ CodeValue: "121106", CodingSchemeDesignator: "DCM", CodeMeaning: "Comment" });
  const line = dataSet({
    ...{ RelationshipType: "CONTAINS", ValueType: "TEXT", ConceptNameCodeSequence: [name], TextValue: DUMMY_TEXT },
  });
  return { did: "replaced", to: { vr: "SQ", value: [line] } };
}

function newUids(element: Element, names: Pseudonyms): Outcome {
  const before = element.value as readonly string[];
  const value = before.map((uid) => (uid === "" || /^1\.2\.840\.10008\.[\d.]+$/.test(uid) ? uid : names.uid(uid)));
  const same = value.every((uid, i) => uid === before[i]);
  return same ? { did: null, to: element } : { did: "new UID", to: { vr: "UI", value } };
}

function clean(element: Element, basic: string, words: Set<string>): Outcome {
  const { vr } = element;
  if (VR_FACTS[vr].kind !== "text") return GONE;
  const cleaned = (element.value as readonly string[]).map((value) => {
    const { text: left, removed } = cleanText(value);
    for (const word of removed) words.add(word);
    return left;
  });
  if (cleaned.some((one) => one !== "")) return { did: "cleaned", to: { vr, value: cleaned } };
  if (basic.includes("X")) return GONE;
  return basic.includes("Z") ? { did: "emptied", to: emptied(vr) } : { did: "replaced", to: dummyOf(element) };
}

function keep(tag: number, element: Element, { rule }: Decision): Outcome {
  const did = rule === "not listed" ? null : "kept";
  if (element.vr === "SQ") return through(element, did);
  if (rule !== "private" && ["DA", "TM", "DT"].includes(element.vr)) return { did: "kept", to: shifted(element, 0) };
  if (tag === PATIENT_AGE) return { did: "kept", to: { vr: "AS", value: [cappedAge(`${element.value[0]}`)] } };
  return { did, to: element };
}

/** Ages over 89 are one age (45 CFR 164.514(b)(2)(i)(C)). What is no age is dropped. */
function cappedAge(age: string): string {
  const m = /^(\d{3})([DWMY])$/.exec(age.trim());
  if (!m) return "";
  return m[2] === "Y" && Number(m[1]) > 89 ? "090Y" : age.trim();
}
