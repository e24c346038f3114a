import type { Card } from "../../knowledge/evaluate.ts";

/** Strength and certainty in the body's own words; systems are never merged or converted. Pure. */
export function gradeWords(card: Pick<Card, "gradeSystem" | "strength" | "certainty">): string {
  const { gradeSystem, strength, certainty } = card;
  const graded = certainty && !["n/a", "none"].includes(certainty);
  if (gradeSystem === "AHA COR/LOE" && /^[123I]/.test(strength)) {
    return graded ? `COR ${strength}, LOE ${certainty}` : `COR ${strength}`;
  }
  if (gradeSystem.startsWith("GRADE")) return graded ? `${strength}, ${certainty} certainty` : strength;
  if (gradeSystem.startsWith("ESC")) return `class ${strength}${graded ? `, level ${certainty}` : ""}`;
  return graded ? `${strength}, ${certainty}` : strength;
}

/** "01/2029" from an ISO day. */
export function monthYear(isoDay: string): string {
  const match = /^(\d{4})-(\d{2})/.exec(isoDay);
  return match ? `${match[2]}/${match[1]}` : isoDay;
}
