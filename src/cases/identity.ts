/** What says who a patient is: a name, a number, a day of birth (`YYYY-MM-DD`). Empty or null: not known. */
export interface Identity {
  readonly name: string;
  readonly identifier: string;
  readonly birthDate: string | null;
}

/** A DICOM person name (`MUELLER^ANNA=...`) as people write it: "MUELLER, ANNA". The alphabetic group alone. */
export function nameWords(name: string): string {
  const [family = "", given = ""] = (name.split("=")[0] ?? "").split("^");
  return [family, given]
    .map((part) => part.trim())
    .filter(Boolean)
    .join(", ");
}

/** Letters alone, without case, marks and the ae/oe/ue of those who have no umlauts. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ł", "l")
    .replaceAll("ø", "o")
    .replaceAll("ß", "ss")
    .replace(/([aou])e/g, "$1")
    .replace(/[^\p{L}]+/gu, "");
}

/**
 * Why images may be of another patient than the case, in words; null when nothing speaks for it. A number or a day of
 * birth that differs speaks for it; a name alone does only when neither number nor day of birth confirms the patient,
 * as names are spelled in many ways. What is not known on one side says nothing.
 */
export function identityWarning(images: Identity, given: Identity): string | null {
  const differences: string[] = [];
  let confirmed = false;
  const compare = (what: string, a: string | null, b: string | null) => {
    if (!a || !b) return;
    if (a === b) confirmed = true;
    else differences.push(`${what} ${a}, not ${b}`);
  };
  compare("number", images.identifier.trim(), given.identifier.trim());
  compare("birth date", images.birthDate, given.birthDate);
  const [a, b] = [plainName(nameWords(images.name)), plainName(given.name)];
  if (a && b && a !== b && (!confirmed || differences.length > 0)) {
    differences.push(`name ${nameWords(images.name)}, not ${given.name}`);
  }
  if (differences.length === 0) return null;
  return `The images carry another patient than the case: ${differences.join("; ")}. Check before you read on.`;
}
