import { type DataSet, number, put, text } from "../data-set.ts";
import { frameCount, nativeFrameBits, scanFragments } from "../frames.ts";
import { type ParseLimits, type Part10, parsePart10 } from "../parse.ts";
import { TS, transferSyntaxOf } from "../transfer-syntax.ts";
import { swapped } from "../value.ts";
import { VR_FACTS } from "../vr.ts";
import { writePart10 } from "../write.ts";
import type { Change } from "./changes.ts";
import { cleanCodestream } from "./codestream.ts";
import { deidentifyDataSet } from "./data-set-walk.ts";
import { markDeidentified } from "./method.ts";
import { type Flag, pixelFlags } from "./pixel-risk.ts";
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
  const transferSyntax = withPixels(out, part10, file, flags);
  const bytes = writePart10(out, transferSyntax);
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

/** Puts the pixels back, without what stands beside them, and returns the transfer syntax that they are in. */
function withPixels(out: DataSet, part10: Part10, file: Uint8Array, flags: Flag[]): string {
  const { pixels, transferSyntax } = part10;
  const { bigEndian } = transferSyntaxOf(transferSyntax);
  const written = bigEndian ? TS.ExplicitLittle : transferSyntax;
  if (!pixels) return written;
  const source = part10.inflated ?? file;
  let value: Uint8Array = source.slice(pixels.offset, pixels.offset + pixels.length);
  if (pixels.encapsulated) {
    const { offsets, lengths, closed } = scanFragments(source, pixels.offset);
    offsets.forEach((offset, i) => {
      cleanCodestream(value.subarray(offset - pixels.offset, offset - pixels.offset + (lengths[i] ?? 0)));
    });
    if (!closed) value = joined(value, Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0));
  } else {
    const needed = Math.ceil((nativeFrameBits(part10.dataSet) * frameCount(part10.dataSet)) / 8);
    const even = needed + (needed & 1);
    // Bytes behind the last frame are no pixels: a place where text can hide.
    if (needed > 0 && value.length > even && pixels.tag === 0x7fe00010) value = value.slice(0, even);
    if (needed & 1 && value.length === even && !bigEndian) value[needed] = 0;
    if (bigEndian) value = swapped(value, wordSize(part10));
  }
  const planes = embeddedOverlays(part10.dataSet);
  if (planes.length > 0) {
    if (pixels.encapsulated || number(part10.dataSet, "BitsAllocated") !== 16)
      flags.push({ kind: "overlay", risk: "likely", why: "an overlay is coded in unused bits of the pixels" });
    else clearBits(value, planes);
  }
  put(out, pixels.tag, pixels.encapsulated ? "OB" : pixels.vr === "UN" ? "OW" : pixels.vr, value);
  return written;
}

function wordSize({ dataSet, pixels }: Part10): number {
  const bytes = (number(dataSet, "BitsAllocated") ?? 8) / 8;
  return Math.max(bytes, VR_FACTS[pixels?.vr ?? "OB"].size);
}

/** Bit positions of overlay planes that lie in the pixels themselves (retired, still seen). */
function embeddedOverlays(ds: DataSet): number[] {
  const positions: number[] = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const at = (element: number) => ds.get(((group << 16) | element) >>> 0);
    if (!at(0x0010) || at(0x3000)) continue;
    const position = Number(at(0x0102)?.value[0] ?? 0);
    if (position > 0 && position < 16) positions.push(position);
  }
  return positions;
}

function clearBits(value: Uint8Array, positions: readonly number[]): void {
  const mask = positions.reduce((bits, position) => bits | (1 << position), 0);
  const [low, high] = [~mask & 0xff, (~mask >> 8) & 0xff];
  for (let at = 0; at + 1 < value.length; at += 2) {
    value[at] = value[at]! & low;
    value[at + 1] = value[at + 1]! & high;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
