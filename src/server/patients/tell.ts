import { compareIdentities, identityWords } from "../../cases/two-identifiers.ts";
import { addEvent } from "../db/cases/events.ts";
import { casesOfStudies } from "../db/patients/cases-of-studies.ts";
import { transaction } from "../db/pool.ts";
import type { Services } from "../http/services.ts";

/**
 * Says of studies whose patient was merged, moved or corrected: to open pages, that they ask again; to each case that
 * carries one, when the patient is plainly another one now than that of the case.
 */
export async function tellOfIdentity(
  { pool, live }: Pick<Services, "pool" | "live">,
  studies: readonly number[],
  personId: string,
  at: Date,
): Promise<void> {
  const rows = await casesOfStudies(pool, studies);
  for (const { caseId, patient, caseOf } of rows) {
    if (caseId === null || !caseOf) continue;
    const check = compareIdentities(patient, { ...caseOf, issuer: "" });
    if (check.verdict === "different") {
      const text = `The patient of a study of this case was changed. ${identityWords(check)} Check before you read on.`;
      await transaction(pool, (sql) => addEvent(sql, caseId, { kind: "warning", text }, personId, at));
    }
    await live.publish({ type: "case", caseId, what: "images" });
  }
  const told = new Map(rows.map((row) => [row.studyId, row.instances]));
  for (const [studyId, instances] of told) await live.publish({ type: "study", studyId, instances });
}
