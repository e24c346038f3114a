import { type DataSet, text } from "../data-set.ts";
import { type ParseLimits, parsePart10 } from "../parse.ts";
import type { Change } from "./changes.ts";
import { deidentifyDataSet } from "./data-set-walk.ts";
import { markDeidentified } from "./method.ts";
import { type Flag, pixelFlags } from "./pixel-risk.ts";
import { writeWithPixels } from "./pixels-out.ts";
import type { DeidentifyOptions } from "./profile.ts";
import { type Pseudonyms, patientKey } from "./pseudonyms.ts";
import { withheldReason } from "./withheld.ts";

/** What de-identifying one file came to. */
export type Deidentified =
  | {
      readonly state: "done";
      /** A whole DICOM file: preamble zero, file meta new, pixels as they were. */
      readonly bytes: Uint8Array;
      readonly dataSet: DataSet;
      readonly changes: readonly Change[];
      readonly removedWords: readonly string[];
      /** What a person must look at before the object is given out. */
      readonly flags: readonly Flag[];
      readonly subject: Subject;
    }
  | { readonly state: "withheld"; readonly sopClass: string; readonly reason: string };

/** Which original stands behind the new names: for a vault, never for the object. */
export interface Subject {
  readonly pseudonym: string;
  readonly dayShift: number;
  readonly patientId: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  /** New UID and original of study, series and object. */
  readonly uids: { readonly [level in "study" | "series" | "instance"]: readonly [made: string, original: string] };
}

const LEVELS = { study: "StudyInstanceUID", series: "SeriesInstanceUID", instance: "SOPInstanceUID" } as const;

/**
 * De-identify a DICOM file by the Basic Application Level Confidentiality Profile of PS3.15 Annex E with options. The
 * transfer syntax stays (big endian becomes little endian); decoded pixels stay as they were, text beside them in the code
 * stream is overwritten. What the profile cannot look into is withheld with a reason. Pixels are not searched for text: see
 * `flags`. Errors: as `parsePart10`.
 */
export function deidentify(
  file: Uint8Array,
  options: DeidentifyOptions,
  names: Pseudonyms,
  limits: Partial<ParseLimits> = {},
): Deidentified {
  const part10 = parsePart10(file, limits);
  const source = part10.dataSet;
  const sopClass = text(source, "SOPClassUID") ?? "";
  const reason = withheldReason(sopClass, options);
  if (reason) return { state: "withheld", sopClass, reason };
  if (!text(source, "SOPInstanceUID"))
    return { state: "withheld", sopClass, reason: "it has no SOP instance UID to take the place of" };
  const treated = deidentifyDataSet(source, options, names);
  const out = treated.dataSet;
  const flags = pixelFlags(source, part10.transferSyntax, options);
  for (const group of treated.overlays)
    flags.push({ kind: "overlay", risk: "possible", why: `overlay ${group.toString(16)} stays: it may be drawn text` });
  markDeidentified(out, options);
  const bytes = writeWithPixels(out, part10, file, flags);
  const { changes, removedWords } = treated;
  return { state: "done", bytes, dataSet: out, changes, removedWords, flags, subject: subjectOf(source, out, names) };
}

function subjectOf(source: DataSet, out: DataSet, names: Pseudonyms): Subject {
  const key = patientKey(source);
  const pair = (keyword: string) => [text(out, keyword) ?? "", text(source, keyword) ?? ""] as const;
  return {
    pseudonym: names.pseudonym("patient", key),
    dayShift: names.dayShift(key),
    patientId: text(source, "PatientID") ?? "",
    issuer: text(source, "IssuerOfPatientID") ?? "",
    name: text(source, "PatientName") ?? "",
    birthDate: text(source, "PatientBirthDate") ?? "",
    uids: { study: pair(LEVELS.study), series: pair(LEVELS.series), instance: pair(LEVELS.instance) },
  };
}
