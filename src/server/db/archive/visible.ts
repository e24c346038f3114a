import type { Person } from "../../http/route.ts";

/** A condition with its parameters, numbered from `$1`. */
export interface ArchiveScope {
  readonly where: string;
  readonly params: readonly unknown[];
}

/**
 * Which rows of `study` a person may see: those of the own organisation, and those attached to a case that was sent to
 * or by it. For lists; a single object is decided by `authorise.ts`.
 */
export function archiveScope(person: Pick<Person, "organisationId">): ArchiveScope {
  return {
    where: `(study.organisation_id = $1 or study.id in (
      select shared.study_id from case_study shared join clinical_case on clinical_case.id = shared.case_id
      where clinical_case.status <> 'draft' and $1 in (clinical_case.from_organisation, clinical_case.to_organisation)))`,
    params: [person.organisationId],
  };
}
