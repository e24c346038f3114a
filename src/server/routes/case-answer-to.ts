import type { CaseView } from "../../cases/views.ts";
import { caseView } from "../db/cases/case-view.ts";
import { trialsOf } from "../decisions/evaluation.ts";
import { ANSWERING_ROLES, READING_ROLES } from "../http/authorise.ts";
import type { Context } from "../http/route.ts";

/** The case as the asking person gets it. */
export function viewFor({ services, person }: Context, caseId: string): Promise<CaseView> {
  const mayWrite = !READING_ROLES.includes(person.role);
  const mayAnswer = ANSWERING_ROLES.includes(person.role);
  const trials = trialsOf(services.packs, services.now().toISOString());
  const asking = { organisationId: person.organisationId, mayWrite, mayAnswer };
  return caseView(services.pool, caseId, asking, services.now(), trials);
}
