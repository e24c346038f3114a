import type { Sql } from "../pool.ts";

/**
 * The study of a case in which its documents are kept: the one with the most images, and of equals the latest. With the
 * full DICOM JSON (gzip) of one of its objects, for patient and study. Null when the case has no images.
 */
export async function studyForDocuments(
  sql: Sql,
  caseId: string,
): Promise<{ studyUid: string; organisationId: string; metadata: Buffer } | null> {
  const { rows } = await sql.query(
    `select st.study_uid as "studyUid", st.organisation_id as "organisationId", i.metadata
     from case_study cs join study st on st.id = cs.study_id
       join lateral (select i.metadata from series s join instance i on i.series_id = s.id
         where s.study_id = st.id order by s.role = 'PDF', s.id, i.id limit 1) i on true
     where cs.case_id = $1 order by st.instance_count desc, st.study_date desc nulls last, st.id desc limit 1`,
    [caseId],
  );
  return rows[0] ?? null;
}
