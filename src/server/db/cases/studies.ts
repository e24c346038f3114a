import { identityWarning, nameWords } from "../../../cases/identity.ts";
import { guardIdentity } from "../patients/guard.ts";
import type { Sql } from "../pool.ts";
import { followPatient } from "../workflow/case-schedule.ts";
import { addEvent } from "./events.ts";

/**
 * Attaches a study to a case, which shares it with both organisations of the case. True when it was not attached before.
 * A case without a patient takes the one of the images; one that has another patient gets a warning in its timeline.
 * With `guard`, a clear disagreement of two identifiers is a `conflict` until it is confirmed with a reason.
 */
export async function attachStudy(
  sql: Sql,
  caseId: string,
  studyId: number,
  personId: string | null,
  at: Date = new Date(),
  guard?: { readonly confirmed?: string },
): Promise<{ added: boolean; warnings: string[] }> {
  const added = await sql.query(
    "insert into case_study (case_id, study_id, added_at, added_by) values ($1, $2, $3, $4) on conflict do nothing",
    [caseId, studyId, at, personId],
  );
  if (added.rowCount === 0) return { added: false, warnings: [] };
  const { rows } = await sql.query(
    `select s.study_uid, s.instance_count, p.name, p.patient_id, p.issuer, to_char(p.birth_date, 'YYYY-MM-DD') as birth_date, p.sex,
       c.patient_name, c.patient_identifier, c.patient_sex, to_char(c.patient_birth_date, 'YYYY-MM-DD') as case_birth_date
     from study s join patient p on p.id = s.patient_ref, clinical_case c where s.id = $1 and c.id = $2`,
    [studyId, caseId],
  );
  const row = rows[0];
  await addEvent(sql, caseId, { kind: "images", count: row.instance_count, studyUid: row.study_uid }, personId, at);
  const warnings: string[] = [];
  if (!row.patient_name && !row.patient_identifier) {
    await sql.query(
      `update clinical_case set patient_name = $2, patient_identifier = $3,
         patient_birth_date = coalesce(patient_birth_date, $4::date),
         patient_sex = case when patient_sex = '' then $5 else patient_sex end where id = $1`,
      [caseId, nameWords(row.name), row.patient_id, row.birth_date, row.sex],
    );
    await followPatient(sql, caseId);
  } else {
    const images = { name: row.name, identifier: row.patient_id, birthDate: row.birth_date };
    const given = { name: row.patient_name, identifier: row.patient_identifier, birthDate: row.case_birth_date };
    if (guard) {
      guardIdentity(
        { ...images, issuer: row.issuer, patientId: row.patient_id, sex: row.sex },
        { ...given, issuer: "", patientId: row.patient_identifier, sex: row.patient_sex },
        guard.confirmed,
      );
    }
    const warned = identityWarning(images, given);
    const warning = warned && guard?.confirmed ? `${warned} Attached all the same: ${guard.confirmed}` : warned;
    if (warning) {
      warnings.push(warning);
      await addEvent(sql, caseId, { kind: "warning", text: warning }, personId, at);
    }
  }
  return { added: true, warnings };
}

export async function detachStudy(
  sql: Sql,
  caseId: string,
  studyUid: string,
  personId: string,
  at: Date,
): Promise<boolean> {
  const gone = await sql.query(
    "delete from case_study cs using study s where s.id = cs.study_id and cs.case_id = $1 and s.study_uid = $2",
    [caseId, studyUid],
  );
  if (!gone.rowCount) return false;
  await addEvent(sql, caseId, { kind: "study-removed", studyUid }, personId, at);
  return true;
}
