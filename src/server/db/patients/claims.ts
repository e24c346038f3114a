import type { ClaimView } from "../../../cases/archive-views.ts";
import { compareIdentities, identityWords, type PatientValues } from "../../../cases/two-identifiers.ts";
import { addEvent } from "../cases/events.ts";
import type { Sql } from "../pool.ts";
import { patientWords } from "./guard.ts";

interface Claimed extends PatientValues {
  readonly identity: string;
}

interface KnownRow {
  readonly current: PatientValues;
  readonly received: PatientValues | null;
  readonly identity: string;
}

/**
 * What speaks against an object belonging to the patient of its study, in words; null when nothing does. Compared with
 * what the patient is called now and with what its objects claimed before somebody merged, moved or corrected them. Asked
 * only when an object does not say exactly what the row of its patient says.
 */
export async function otherClaim(sql: Sql, studyId: number, claimed: Claimed): Promise<string | null> {
  const { rows } = await sql.query<KnownRow>({
    name: "patients-known-to-study",
    text: `select json_build_object('issuer', p.issuer, 'patientId', p.patient_id, 'name', p.name,
        'birthDate', to_char(p.birth_date, 'YYYY-MM-DD'), 'sex', p.sex) as current, p.received, p.identity
      from study join patient p on p.id in (study.patient_ref, study.claimed_ref)
        or (p.organisation_id = study.organisation_id and p.identity = $2 and p.merged_into in (study.patient_ref, study.claimed_ref))
      where study.id = $1 order by p.id = study.patient_ref desc`,
    values: [studyId, claimed.identity],
  });
  const patient = rows[0];
  if (!patient) return null;
  if (!rows.some((row) => row.identity === claimed.identity)) {
    return `Its study belongs to patient "${patientWords(patient.current)}", this object says "${patientWords(claimed)}": check the patient.`;
  }
  const known = rows.flatMap((row) => [row.current, ...(row.received ? [row.received] : [])]);
  // The number agrees, whatever a person has made of it since: it is compared as the same.
  const checks = known.map((one) => compareIdentities({ ...one, patientId: claimed.patientId, issuer: "" }, claimed));
  if (checks.some((check) => check.verdict !== "different")) return null;
  return `Its number is that of the study's patient, but ${lower(identityWords(checks[0]!))} Check the patient.`;
}

/**
 * Writes down that an object of a study claims another patient, for people to look at; the first one of its kind is said
 * in the open cases that carry the study as well.
 */
export async function noteClaim(sql: Sql, studyId: number, claimed: PatientValues, words: string): Promise<void> {
  const { issuer, patientId, name, birthDate, sex } = claimed;
  const noted = await sql.query<{ first: boolean }>(
    `insert into study_claim (study_id, claim, issuer, patient_id, name, birth_date, sex) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (study_id, claim) do update set objects = study_claim.objects + 1, last_at = now(), settled_at = null
     returning xmax = 0 as first`,
    [studyId, [issuer, patientId, name, birthDate ?? "", sex].join("|"), issuer, patientId, name, birthDate, sex],
  );
  if (!noted.rows[0]?.first) return;
  const cases = await sql.query<{ id: string }>(
    `select c.id from case_study join clinical_case c on c.id = case_id where case_study.study_id = $1 and c.status <> 'closed'
     order by c.id`,
    [studyId],
  );
  for (const { id } of cases.rows) await addEvent(sql, id, { kind: "warning", text: words }, null, new Date());
}

/** Claims of an organisation that nobody has settled yet, the newest first. */
export async function openClaims(sql: Sql, organisationId: string): Promise<ClaimView[]> {
  const { rows } = await sql.query<ClaimView>(
    `select study.study_uid as "studyUid", to_char(study.study_date, 'YYYY-MM-DD') as date, study.description,
       patient.id as "patientId", claim.objects, claim.first_at as "firstAt",
       json_build_object('issuer', patient.issuer, 'patientId', patient.patient_id, 'name', patient.name,
         'birthDate', to_char(patient.birth_date, 'YYYY-MM-DD'), 'sex', patient.sex) as patient,
       json_build_object('issuer', claim.issuer, 'patientId', claim.patient_id, 'name', claim.name,
         'birthDate', to_char(claim.birth_date, 'YYYY-MM-DD'), 'sex', claim.sex) as claimed
     from study_claim claim join study on study.id = claim.study_id join patient on patient.id = study.patient_ref
     where claim.settled_at is null and study.organisation_id = $1 order by claim.last_at desc limit 200`,
    [organisationId],
  );
  return rows;
}

/** A person has looked at the other claims of a study and says why they are right. False when there is none open. */
export async function settleClaims(
  sql: Sql,
  studyUid: string,
  by: { readonly organisationId: string; readonly personId: string; readonly reason: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update study_claim set settled_at = $4, settled_by = $3, settled_reason = $5 from study
     where study.id = study_claim.study_id and study.organisation_id = $1 and study.study_uid = $2 and settled_at is null`,
    [by.organisationId, studyUid, by.personId, by.at, by.reason],
  );
  return (rowCount ?? 0) > 0;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
