import { type DataSet, dataSet, items, put, text, texts } from "../data-set.ts";
import { tagOf } from "../dictionary.ts";
import type { DeidentifyOptions } from "./profile.ts";

/** Codes of CID 7050 that say what was done; those of what was not asked for are left out. */
const CODES: readonly (readonly [keyof DeidentifyOptions | "basic", string, string])[] = [
  ["basic", "113100", "Basic Application Confidentiality Profile"],
  ["graphics", "113103", "Clean Graphics Option"],
  ["structured", "113104", "Clean Structured Content Option"],
  ["descriptors", "113105", "Clean Descriptors Option"],
  ["patient", "113108", "Retain Patient Characteristics Option"],
  ["device", "113109", "Retain Device Identity Option"],
  ["uids", "113110", "Retain UIDs Option"],
  ["safePrivate", "113111", "Retain Safe Private Option"],
  ["institution", "113112", "Retain Institution Identity Option"],
];

function codesOf(options: DeidentifyOptions): (readonly [string, string])[] {
  const codes = CODES.filter(([key]) => key === "basic" || options[key] === true).map(
    ([, code, meaning]) => [code, meaning] as const,
  );
  if (options.dates === "full") codes.push(["113106", "Retain Longitudinal Temporal Information Full Dates Option"]);
  if (options.dates === "modified")
    codes.push(["113107", "Retain Longitudinal Temporal Information Modified Dates Option"]);
  return codes;
}

/**
 * Say in the object what was done to it: Patient Identity Removed, De-identification Method and its codes (CID 7050, those
 * of an earlier treatment stay), Longitudinal Temporal Information Modified. Source: PS3.15 E.1.1, PS3.3 C.7.1.1.
 */
export function markDeidentified(ds: DataSet, options: DeidentifyOptions): void {
  const before = items(ds, "DeidentificationMethodCodeSequence");
  const known = new Set(before.map((item) => text(item, "CodeValue")));
  const added = codesOf(options).filter(([code]) => !known.has(code));
  const method = texts(ds, "DeidentificationMethod");
  const ours = "PS3.15 Annex E by Willis";
  put(ds, tagOf("PatientIdentityRemoved"), "CS", "YES");
  put(ds, tagOf("DeidentificationMethod"), "LO", method.includes(ours) ? method : [...method, ours]);
  put(ds, tagOf("DeidentificationMethodCodeSequence"), "SQ", [
    ...before,
    ...added.map(([CodeValue, CodeMeaning]) => dataSet({ CodeValue, CodingSchemeDesignator: "DCM", CodeMeaning })),
  ]);
  const state = { remove: "REMOVED", modified: "MODIFIED", full: "UNMODIFIED" }[options.dates];
  put(ds, tagOf("LongitudinalTemporalInformationModified"), "CS", state);
}
