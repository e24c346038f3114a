import type { PatientValues } from "../../../cases/two-identifiers.ts";
import type { Sql } from "../pool.ts";

/** A study with its patient, and one open case that carries it (a row for each), with the patient of the case. */
export interface StudyInCase {
  readonly studyId: number;
  readonly instances: number;
  readonly caseId: string | null;
  readonly patient: PatientValues;
  readonly caseOf: Omit<PatientValues, "issuer"> | null;
}

export async function casesOfStudies(sql: Sql, studies: readonly number[]): Promise<StudyInCase[]> {
  const { rows } = await sql.query<StudyInCase>(
    `select study.id as "studyId", study.instance_count as instances, c.id as "caseId",
       json_build_object('issuer', patient.issuer, 'patientId', patient.patient_id, 'name', patient.name,
         'birthDate', to_char(patient.birth_date, 'YYYY-MM-DD'), 'sex', patient.sex) as patient,
       case when c.id is not null then json_build_object('patientId', c.patient_identifier, 'name', c.patient_name,
         'birthDate', to_char(c.patient_birth_date, 'YYYY-MM-DD'), 'sex', c.patient_sex) end as "caseOf"
     from study join patient on patient.id = study.patient_ref left join case_study on case_study.study_id = study.id
       left join clinical_case c on c.id = case_study.case_id and c.status <> 'closed'
     where study.id = any($1::bigint[]) order by study.id`,
    [studies],
  );
  return rows;
}
