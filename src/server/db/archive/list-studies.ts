import { foldName } from "../../ingest/patient-name.ts";
import type { Sql } from "../pool.ts";
import type { ArchiveScope } from "./visible.ts";

/** One line of the study list. */
export interface StudyLine {
  readonly id: number;
  readonly studyUid: string;
  readonly patient: {
    readonly name: string;
    readonly identifier: string;
    readonly birthDate: string | null;
    readonly sex: string;
  };
  /** Date and time as the device wrote them, no zone; null when there is no date. */
  readonly at: string | null;
  readonly description: string;
  readonly accession: string;
  readonly modalities: readonly string[];
  readonly series: number;
  readonly instances: number;
  /** Some of its objects name another patient, and nobody has looked yet. */
  readonly toCheck: boolean;
}

/** Studies in scope, newest first; `q` finds each of its words in name, identifier, accession or description. */
export async function listStudies(
  sql: Sql,
  scope: ArchiveScope,
  { q, limit, offset }: { readonly q: string; readonly limit: number; readonly offset: number },
): Promise<StudyLine[]> {
  const params: unknown[] = [...scope.params];
  const words = foldName(q).split(/\s+/).filter(Boolean).slice(0, 8);
  const found = words.map((word) => {
    const at = params.push(`%${word.replace(/[\\%_]/g, "\\$&")}%`);
    return ` and (patient.name_search like $${at} or patient.patient_id ilike $${at} or study.accession ilike $${at}
      or study.description ilike $${at})`;
  });
  const { rows } = await sql.query(
    `select study.id, study.study_uid as "studyUid", patient.name, patient.patient_id as identifier,
       to_char(patient.birth_date, 'YYYY-MM-DD') as "birthDate", patient.sex, to_char(study.study_date, 'YYYY-MM-DD') as day,
       study.study_time as clock, study.description, study.accession, study.modalities, study.series_count as series,
       study.instance_count as instances,
       exists (select from study_claim where study_claim.study_id = study.id and settled_at is null) as "toCheck"
     from study join patient on patient.id = study.patient_ref where ${scope.where}${found.join("")}
     order by study.study_date desc nulls last, study.id desc limit $${params.push(limit)} offset $${params.push(offset)}`,
    params,
  );
  return rows.map(({ name, identifier, birthDate, sex, day, clock, ...rest }) => ({
    ...rest,
    patient: { name: readableName(name), identifier, birthDate, sex },
    at: deviceTime(day, clock),
  }));
}

/** `FAMILY^GIVEN^MIDDLE` of the first component group as "FAMILY, GIVEN MIDDLE". */
export function readableName(name: string): string {
  const [family = "", ...given] = (name.split("=").find(Boolean) ?? "").split("^").map((part) => part.trim());
  return [family, given.slice(0, 2).filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/** ISO without zone from a calendar day and a DICOM time. */
export function deviceTime(day: string | null, clock: string | null): string | null {
  if (!day) return null;
  const t = /^(\d{2})(\d{2})?(\d{2})?/.exec(clock ?? "");
  return `${day}T${t?.[1] ?? "00"}:${t?.[2] ?? "00"}:${t?.[3] ?? "00"}`;
}
