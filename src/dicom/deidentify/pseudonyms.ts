import { type DataSet, text } from "../data-set.ts";
import { uidOfHash } from "../uid.ts";

/** Where new names come from. All are the same for the same value, and tell nothing of it without the secret. */
export interface Pseudonyms {
  /** One to 16 characters of A-Z and 0-9. */
  readonly pseudonym: (kind: "patient" | "person" | "id", value: string) => string;
  /** A valid UID for any UID. */
  readonly uid: (original: string) => string;
  /** Whole days by which all dates of a patient move; never zero. */
  readonly dayShift: (patient: string) => number;
}

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // no I, O, 0, 1: they are read out over the telephone

/**
 * Pseudonyms from a keyed hash. `mac` is HMAC-SHA-256 (or as good) under a secret of the project and gives at least 16
 * bytes: this room has no key and no chance. Patients are `P` and ten letters (50 bits); UIDs are `2.25.` and 122 bits;
 * dates move 365 to 3649 days into the past.
 */
export function keyedPseudonyms(mac: (message: string) => Uint8Array): Pseudonyms {
  const prefix = { patient: "P", person: "N", id: "A" } as const;
  return {
    pseudonym: (kind, value) => prefix[kind] + letters(mac(`${kind}\n${value}`), 10),
    uid: (original) => uidOfHash(mac(`uid\n${original}`)),
    dayShift(patient) {
      const [a = 0, b = 0, c = 0, d = 0] = mac(`shift\n${patient}`);
      return -(365 + ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % 3285));
    },
  };
}

function letters(bytes: Uint8Array, count: number): string {
  let out = "";
  for (let bit = 0; out.length < count; bit += 5) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    out += LETTERS[(pair >> (11 - (bit & 7))) & 31];
  }
  return out;
}

/**
 * Who an object is about, as one text: issuer and id; without an id, name and birth date; without a name, the study. The
 * same patient with the same identifier gets the same pseudonym.
 */
export function patientKey(ds: DataSet): string {
  const id = text(ds, "PatientID")?.trim();
  if (id) return `id\n${text(ds, "IssuerOfPatientID")?.trim() ?? ""}\n${id}`;
  const name = text(ds, "PatientName")?.trim().toUpperCase();
  if (name) return `name\n${name}\n${text(ds, "PatientBirthDate") ?? ""}`;
  return `study\n${text(ds, "StudyInstanceUID") ?? ""}`;
}
