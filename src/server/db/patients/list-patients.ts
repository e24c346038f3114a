import type { PatientDetail, PatientLine, PatientStudy } from "../../../cases/archive-views.ts";
import type { PatientValues } from "../../../cases/two-identifiers.ts";
import { wordsOf } from "../archive/study-keys.ts";
import { hasPatientWords, rareWords } from "../archive/study-words.ts";
import type { Sql } from "../pool.ts";

const VALUES = `patient.issuer, patient.patient_id as "patientId", patient.name,
  to_char(patient.birth_date, 'YYYY-MM-DD') as "birthDate", patient.sex`;

const LATEST = 5000; // studies that are looked at when nobody is searched for, or a word that very many have
const FOUND = 1000; // studies of those who are searched for, the latest

/** Patients of an organisation that have studies, who came last first; each word of `q` begins a word of name, number or birth date. */
export async function listPatients(sql: Sql, organisationId: string, q: string, limit: number): Promise<PatientLine[]> {
  const params: unknown[] = [organisationId, limit];
  const words = wordsOf(q);
  const rare = await rareWords(sql, { params: [organisationId] }, words);
  if (rare === "nowhere") return [];
  const latest = `(select id as study_id from study where organisation_id = $1 order by id desc limit ${LATEST})`;
  const named =
    rare && `(select * from (${rare.keyed(params)}) as keyed order by day desc, study_id desc limit ${FOUND})`;
  const has = hasPatientWords(words, params).map((one) => ` and ${one}`);
  const found = `select patient.id from ${named ?? latest} as hit
    join study on study.id = hit.study_id join patient on patient.id = study.patient_ref
    where patient.organisation_id = $1${has.join("")} group by patient.id order by max(study.id) desc limit $2`;
  const { rows } = await sql.query<PatientLine>(
    `with found as materialized (${found})
     select patient.id, ${VALUES}, sums.studies, sums.objects, to_char(sums.last, 'YYYY-MM-DD') as "lastStudy",
       (patient.corrections <> '{}' or exists (select from patient other where other.merged_into = patient.id
         and other.identity not like 'undone %')) as changed,
       exists (select from study join study_claim on study_claim.study_id = study.id and settled_at is null
         where study.patient_ref = patient.id) as "toCheck"
     from found join patient on patient.id = found.id cross join lateral (
       select count(*)::int as studies, coalesce(sum(instance_count), 0)::int as objects, max(study_date) as last,
         max(study.id) as newest from study where study.patient_ref = patient.id) sums
     where sums.studies > 0 order by sums.newest desc limit $2`,
    params,
  );
  return rows;
}

const compareKeys = ["issuer", "patientId", "name", "birthDate", "sex"] as const;

/** Undefined for a patient that was merged into another, or is none of this organisation. */
export async function readPatient(sql: Sql, organisationId: string, id: string): Promise<PatientDetail | undefined> {
  const { rows } = await sql.query(
    `select patient.id, ${VALUES}, patient.received from patient
     where id = $2 and organisation_id = $1 and merged_into is null`,
    [organisationId, id],
  );
  const patient = rows[0];
  if (!patient) return undefined;
  const others = await sql.query(
    `select patient.id, ${VALUES} from patient where merged_into = $1 and identity not like 'undone %' order by created_at`,
    [id],
  );
  const studies = await sql.query<PatientStudy>(
    `select study.study_uid as "studyUid", to_char(study.study_date, 'YYYY-MM-DD') as date, study.study_time as time,
       study.description, study.accession, study.study_id as "studyId", study.referring_physician as "referringPhysician",
       study.modalities, study.series_count as series, study.instance_count as objects,
       case when study.claimed_ref <> study.patient_ref then coalesce(claimed.received, json_build_object('issuer', claimed.issuer,
         'patientId', claimed.patient_id, 'name', claimed.name, 'birthDate', to_char(claimed.birth_date, 'YYYY-MM-DD'),
         'sex', claimed.sex)::jsonb) end as claimed,
       array(select jsonb_object_keys(study.corrections)) as corrected,
       exists (select from study_claim where study_claim.study_id = study.id and settled_at is null) as "toCheck"
     from study left join patient claimed on claimed.id = study.claimed_ref
     where study.patient_ref = $1 order by study.study_date desc nulls last, study.id desc limit 500`,
    [id],
  );
  const { received } = patient;
  const changed = received && compareKeys.some((key) => received[key] !== patient[key]);
  return { ...patient, received: changed ? received : null, alsoKnownAs: others.rows, studies: studies.rows };
}

/** The identifying values of a patient of this organisation. */
export async function patientValues(sql: Sql, organisationId: string, id: string): Promise<PatientValues | undefined> {
  const { rows } = await sql.query<PatientValues>(
    `select ${VALUES} from patient where organisation_id = $1 and id = $2`,
    [organisationId, id],
  );
  return rows[0];
}
