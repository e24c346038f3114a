import { caseForOrganisation } from "../db/cases/visible.ts";
import { studyForOrganisation } from "../db/people/object-owner.ts";
import type { Pool } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import type { LiveEvent } from "./live.ts";

const REMEMBER_MS = 3000;

/**
 * Whether a person may know of an event. A yes is remembered for three seconds, as progress comes many times; a no is
 * asked anew, as the very event may be that a case was just shared.
 */
export function eventFilter(pool: Pool, person: Person): (event: LiveEvent) => Promise<boolean> {
  const seen = new Map<string, number>();
  return async (event) => {
    const key = event.type === "case" ? `case ${event.caseId}` : `study ${event.studyId}`;
    const before = seen.get(key);
    if (before !== undefined && performance.now() - before < REMEMBER_MS) return true;
    const found =
      event.type === "case"
        ? await caseForOrganisation(pool, event.caseId, person.organisationId)
        : await studyForOrganisation(pool, event.studyId, person.organisationId);
    if (seen.size > 500) seen.clear();
    if (found) seen.set(key, performance.now());
    else seen.delete(key);
    return found !== null;
  };
}
