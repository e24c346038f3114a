import { nameWords } from "../../../cases/identity.ts";
import {
  compareIdentities,
  type IdentityCheck,
  identityWords,
  type PatientValues,
} from "../../../cases/two-identifiers.ts";
import { WillisError } from "../../../core/errors.ts";

/**
 * The wrong-patient guard: a clear disagreement of two identifiers is refused until a person has seen it and says why it
 * is right. Errors: `conflict` whose detail holds the check; `bad-request` for a confirmation without words.
 */
export function guardIdentity(one: PatientValues, other: PatientValues, confirmed: string | undefined): IdentityCheck {
  const check = compareIdentities(one, other);
  if (check.verdict !== "different" || confirmed !== undefined) return check;
  throw new WillisError(
    "conflict",
    `These may be two patients. ${identityWords(check)} Look at both, then confirm with the reason, or leave it.`,
    { check },
  );
}

/** A patient in a few words: "4471 MEYER, ANNA". */
export function patientWords({ patientId, name }: Pick<PatientValues, "patientId" | "name">): string {
  return [patientId, nameWords(name)].filter(Boolean).join(" ") || "a patient without number and name";
}
