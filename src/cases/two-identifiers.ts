import { nameWords, plainName } from "./identity.ts";

/** What identifies a patient as DICOM holds it: name raw (`A^B`), day of birth `YYYY-MM-DD`; "" and null: not known. */
export interface PatientValues {
  readonly issuer: string;
  readonly patientId: string;
  readonly name: string;
  readonly birthDate: string | null;
  readonly sex: string;
}

/** One value that differs between two records. */
export interface IdentityDifference {
  readonly what: "number" | "name" | "birth date" | "sex";
  readonly one: string;
  readonly other: string;
}

/** What the comparison of two records says; `different` is a clear disagreement that a person must confirm. */
export interface IdentityCheck {
  readonly verdict: "same" | "doubt" | "unproven" | "different";
  readonly agree: readonly ("number" | "name" | "birth date")[];
  readonly differences: readonly IdentityDifference[];
}

/**
 * Compares two records by number with issuer, name, day of birth and sex. Two identifiers must agree: then one that
 * differs is a doubt and none is the same person. Fewer agreeing ones with a difference, or two differences, are a clear
 * disagreement. Nothing that differs but fewer than two that agree is unproven. Numbers of two known issuers cannot be
 * compared; sex confirms nobody, it can only speak against.
 */
export function compareIdentities(one: PatientValues, other: PatientValues): IdentityCheck {
  const agree: ("number" | "name" | "birth date")[] = [];
  const differences: IdentityDifference[] = [];
  const compare = (what: IdentityDifference["what"], a: string, b: string, alike: boolean) => {
    if (!a || !b) return;
    if (!alike) differences.push({ what, one: a, other: b });
    else if (what !== "sex") agree.push(what);
  };
  const sameIssuer = !one.issuer || !other.issuer || one.issuer === other.issuer;
  const [a, b] = [one.patientId.trim(), other.patientId.trim()];
  if (sameIssuer) compare("number", a, b, a === b);
  compare("name", nameWords(one.name), nameWords(other.name), sameName(one.name, other.name));
  compare("birth date", one.birthDate ?? "", other.birthDate ?? "", one.birthDate === other.birthDate);
  compare("sex", knownSex(one.sex), knownSex(other.sex), one.sex === other.sex);
  const verdict =
    differences.length === 0
      ? agree.length >= 2
        ? "same"
        : "unproven"
      : differences.length === 1 && agree.length >= 2
        ? "doubt"
        : "different";
  return { verdict, agree, differences };
}

/** A check in a sentence, with every value that differs. */
export function identityWords({ verdict, agree, differences }: IdentityCheck): string {
  const differing = differences.map(({ what, one, other }) => `${what} ${one} and ${other}`).join("; ");
  const agreeing =
    agree.length === 0 ? "nothing agrees" : `${agree.join(" and ")} agree${agree.length === 1 ? "s" : ""}`;
  switch (verdict) {
    case "same":
      return `${capital(agreeing)}.`;
    case "unproven":
      return `${capital(agreeing)}, nothing differs: fewer than two identifiers are known on both sides.`;
    case "doubt":
      return `${capital(agreeing)}, but ${differences.length === 1 ? "this differs" : "these differ"}: ${differing}.`;
    case "different":
      return `${differences.length === 1 ? "This differs" : "These differ"}: ${differing} (${agreeing}).`;
  }
}

/** The survivor's values; what it does not know is taken from the other. The number and issuer go together. */
export function filledFrom(survivor: PatientValues, other: PatientValues): PatientValues {
  const number = survivor.patientId ? survivor : { patientId: other.patientId, issuer: other.issuer };
  return {
    patientId: number.patientId,
    issuer: number.issuer,
    name: survivor.name || other.name,
    birthDate: survivor.birthDate ?? other.birthDate,
    sex: survivor.sex || other.sex,
  };
}

/** Same letters, or the same family name with a given name that begins like the other ("MEYER^A"). */
function sameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => plainName(nameWords(name)));
  if (a === b) return true;
  const [x, y] = [one, other].map((name) => nameWords(name).split(", ").map(plainName));
  const [family, given = ""] = x!;
  const [family2, given2 = ""] = y!;
  return family === family2 && given !== "" && given2 !== "" && (given.startsWith(given2) || given2.startsWith(given));
}

function knownSex(sex: string): string {
  return sex === "M" || sex === "F" ? sex : "";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
