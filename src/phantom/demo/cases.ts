import { WillisError } from "../../core/errors.ts";
import { ageAt } from "../../dicom/iod/ct-context.ts";
import type { PhantomCase } from "./phantom-case.ts";
import { STROKE_CASES } from "./stroke-cases.ts";
import { VASCULAR_CASES } from "./vascular-cases.ts";

/** All named demo cases, the most urgent kinds first. */
export const CASES: readonly PhantomCase[] = [...STROKE_CASES, ...VASCULAR_CASES];

/** The case of a name. Throws `not-found` with the names that exist. */
export function findCase(name: string): PhantomCase {
  const found = CASES.find((c) => c.name === name);
  if (!found)
    throw new WillisError(
      "not-found",
      `There is no phantom case "${name}". Choose one of: ${CASES.map((c) => c.name).join(", ")}.`,
    );
  return found;
}

/** The facts of a case at a time (milliseconds since 1970): age follows from the birth date. */
export function factsOf(theCase: PhantomCase, ms: number): Record<string, number | string | boolean> {
  return { ...theCase.facts, age_years: Number.parseInt(ageAt(theCase.patient.birthDate, ms), 10) };
}
