import { WillisError } from "../core/index.ts";
import type { PatientValues } from "./two-identifiers.ts";

/** What identifies and describes a study and may be corrected; `date` is `YYYY-MM-DD`, `time` DICOM TM. */
export interface StudyValues {
  readonly accession: string;
  readonly description: string;
  readonly studyId: string;
  readonly date: string | null;
  readonly time: string;
  readonly referringPhysician: string;
}

type Rule = (value: string) => string | null;

const text =
  (most: number): Rule =>
  (value) =>
    value.length > most ? `has ${value.length} characters, at most ${most} fit` : unwritable(value);
const name: Rule = (value) =>
  value.split("=").length > 3
    ? "has more than three component groups"
    : value.split("=").some((group) => group.length > 64 || group.split("^").length > 5)
      ? "has a group of more than 64 characters or five components"
      : unwritable(value);
const day: Rule = (value) => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
    ? null
    : "is no day; give it as YYYY-MM-DD";
};
const clock: Rule = (value) =>
  /^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?$/.test(value) ? null : "is no time; give it as HHMMSS";
const sex: Rule = (value) => (["M", "F", "O"].includes(value) ? null : "is no sex of DICOM; give M, F or O");

function unwritable(value: string): string | null {
  const bad = [...value].some((c) => c === "\\" || c.charCodeAt(0) < 32 || c.charCodeAt(0) === 127);
  return bad ? "holds a backslash or a control character" : null;
}

const PATIENT: Readonly<Record<keyof PatientValues, Rule>> = {
  issuer: text(64),
  patientId: text(64),
  name,
  birthDate: day,
  sex,
};
const STUDY: Readonly<Record<keyof StudyValues, Rule>> = {
  accession: text(16),
  description: text(64),
  studyId: text(16),
  date: day,
  time: clock,
  referringPhysician: name,
};

/**
 * The fields of a patient that a person changes, trimmed; "" or null empties one. Errors: `bad-request` naming the field,
 * its value and the rule of its value representation (PS3.5 6.2); a day of birth after `today`.
 */
export function patientChange(given: Readonly<Record<string, unknown>>, today: string): Partial<PatientValues> {
  const change = checked(given, PATIENT) as Partial<PatientValues>;
  if (change.birthDate && change.birthDate > today) throw refused("birthDate", change.birthDate, "lies in the future");
  return change;
}

/** The fields of a study that a person changes; rules and errors as `patientChange`. */
export function studyChange(given: Readonly<Record<string, unknown>>): Partial<StudyValues> {
  return checked(given, STUDY) as Partial<StudyValues>;
}

const NULLABLE = ["birthDate", "date"];

function checked(given: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, Rule>>) {
  const change: Record<string, string | null> = {};
  for (const [field, raw] of Object.entries(given)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (!rule) throw new WillisError("bad-request", `"${field}" cannot be corrected`, { field });
    if (raw !== null && typeof raw !== "string") throw refused(field, String(raw), "is no text");
    const value = (raw ?? "").trim();
    const wrong = value === "" ? null : rule(value);
    if (wrong) throw refused(field, value, wrong);
    change[field] = value === "" && NULLABLE.includes(field) ? null : value;
  }
  return change;
}

function refused(field: string, value: string, wrong: string): WillisError {
  return new WillisError("bad-request", `${field} "${value.slice(0, 80)}" ${wrong}`, { field });
}
