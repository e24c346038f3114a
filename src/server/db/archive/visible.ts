import type { Person } from "../../http/route.ts";

/** A condition with its parameters, numbered from `$1`. */
export interface ArchiveScope {
  readonly where: string;
  readonly params: readonly unknown[];
  /** The same as two conditions that no row meets both: of the own organisation, of another one. Each has its index. */
  readonly parts: readonly [own: string, shared: string];
}

/**
 * Which rows of `study` a person may see: those of the own organisation, and those attached to a case that was sent to
 * or by it. Asked of each study that is found, not of all cases: a search for one patient must not grow with them. For
 * lists; a single object is decided by `authorise.ts`.
 */
export function archiveScope(person: Pick<Person, "organisationId">): ArchiveScope {
  const shared = `exists (
      select from case_study shared join clinical_case on clinical_case.id = shared.case_id
      where shared.study_id = study.id and clinical_case.status <> 'draft'
        and $1 in (clinical_case.from_organisation, clinical_case.to_organisation))`;
  return {
    where: `(study.organisation_id = $1 or ${shared})`,
    params: [person.organisationId],
    parts: ["study.organisation_id = $1", `study.organisation_id <> $1 and ${shared}`],
  };
}
