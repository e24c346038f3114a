import type { StoredBlob } from "../../blobs/blob-store.ts";
import { noteClaim, otherClaim } from "../patients/claims.ts";
import { refreshStudies } from "../patients/refresh-studies.ts";
import { type Pool, type Sql, transaction } from "../pool.ts";

/** What the index keeps of one DICOM object: computed from its header alone. `attributes` are JSON, `metadata` is gzip. */
export interface IndexEntry {
  readonly patient: {
    readonly identity: string;
    readonly issuer: string;
    readonly patientId: string;
    readonly name: string;
    readonly nameSearch: string;
    readonly birthDate: string | null;
    readonly sex: string;
  };
  readonly study: {
    readonly uid: string;
    readonly date: string | null;
    readonly time: string;
    readonly accession: string;
    readonly description: string;
    readonly id: string;
    readonly referringPhysician: string;
    readonly attributes: string;
  };
  readonly series: {
    readonly uid: string;
    readonly modality: string;
    readonly number: number | null;
    readonly description: string;
    readonly role: string;
    readonly attributes: string;
  };
  readonly instance: {
    readonly sopUid: string;
    readonly sopClass: string;
    readonly number: number | null;
    readonly transferSyntax: string;
    readonly rows: number | null;
    readonly columns: number | null;
    readonly frames: number;
    readonly pixels: object | null;
    readonly attributes: string;
    readonly metadata: Uint8Array;
  };
}

export interface Indexed {
  readonly state: "stored" | "duplicate" | "version";
  readonly instanceId: number;
  readonly seriesId: number;
  readonly studyId: number;
  /** What speaks against its belonging to the patient of its study, in words. */
  readonly otherPatient: string | null;
  /** The study and series in which the object lies already, when that is not where it says now. */
  readonly elsewhere: { readonly studyUid: string; readonly seriesUid: string } | null;
}

/**
 * One object into the index, in one transaction; durable when it returns. The first objects of a study may arrive on
 * many connections at once: every row is inserted `on conflict do nothing` and then read, in READ COMMITTED, always in
 * the order patient, study, series, instance, so nobody makes a second row and nobody deadlocks. `sameContent` compares
 * with a blob of other bytes: the same data set under another file header is the same object.
 */
export async function indexInstance(
  pool: Pool,
  organisationId: string,
  entry: IndexEntry,
  blob: StoredBlob,
  sameContent: (blobKey: string) => Promise<boolean> = async () => false,
): Promise<Indexed> {
  return transaction(pool, async (sql) => {
    const found = await findParents(sql, organisationId, entry);
    if (!found) {
      const already = await known(sql, organisationId, entry, blob, sameContent); // else an empty study would be left
      if (already) return { ...already, otherPatient: await otherClaim(sql, already.studyId, entry.patient) };
    }
    const parents = found ?? (await makeParents(sql, organisationId, entry));
    const { seriesId, studyId } = parents;
    const otherPatient = agrees(parents, entry.patient) ? null : await otherClaim(sql, studyId, entry.patient);
    const { instance } = entry;
    const inserted = await sql.query<{ id: number }>({
      name: "archive-insert-instance",
      text: `insert into instance (series_id, organisation_id, sop_uid, sop_class, number, transfer_syntax, rows, columns, frames,
          digest, size, blob_key, pixels, attributes, metadata)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict (organisation_id, sop_uid) do nothing returning id`,
      values: [
        ...[seriesId, organisationId, instance.sopUid, instance.sopClass, instance.number, instance.transferSyntax],
        ...[instance.rows, instance.columns, instance.frames, blob.digest, blob.size, blob.key],
        ...[instance.pixels && JSON.stringify(instance.pixels), instance.attributes, instance.metadata],
      ],
    });
    const instanceId = inserted.rows[0]?.id;
    if (instanceId === undefined)
      return { ...(await known(sql, organisationId, entry, blob, sameContent))!, otherPatient };
    if (otherPatient !== null) await noteClaim(sql, studyId, entry.patient, otherPatient);
    await sql.query({
      name: "archive-count-instance",
      text: `with held as materialized (select id from study where id = $2 for no key update), -- as index-batch.ts: study, then series
          grown as (update series set instance_count = instance_count + 1, frame_count = frame_count + $3, updated_at = now()
            where id = $1 and exists (select from held) returning modality)
        update study set instance_count = instance_count + 1, updated_at = now(),
          modalities = case when (select modality from grown) in ('', '-') or modalities @> array[(select modality from grown)]
            then modalities else modalities || (select modality from grown) end
        where id = $2`,
      values: [seriesId, studyId, instance.frames],
    });
    return { state: "stored", instanceId, seriesId, studyId, otherPatient, elsewhere: null };
  });
}

interface Parents {
  readonly studyId: number;
  readonly seriesId: number;
  readonly identity: string;
  readonly name: string;
  readonly birthDate: string | null;
}

/** The usual case: the object says of its patient what the row says. */
function agrees(parents: Parents, claimed: IndexEntry["patient"]): boolean {
  return (
    parents.identity === claimed.identity && parents.name === claimed.name && parents.birthDate === claimed.birthDate
  );
}

/** The rows above the instance when all are there: the usual case, one query. */
async function findParents(sql: Sql, organisationId: string, entry: IndexEntry): Promise<Parents | undefined> {
  const { rows } = await sql.query<Parents>({
    name: "archive-find-parents",
    text: `select study.id as "studyId", series.id as "seriesId", patient.identity, patient.name,
        to_char(patient.birth_date, 'YYYY-MM-DD') as "birthDate"
      from study join patient on patient.id = study.patient_ref join series on series.study_id = study.id
      where study.organisation_id = $1 and study.study_uid = $2 and series.series_uid = $3`,
    values: [organisationId, entry.study.uid, entry.series.uid],
  });
  return rows[0];
}

/** A new study whose patient people have merged or corrected. */
const CORRECTED = `select study.id from study join patient on patient.id = patient_ref
  where study.organisation_id = $1 and study_uid = $2 and (patient_ref <> claimed_ref or patient.corrections <> '{}')`;

async function makeParents(sql: Sql, organisationId: string, entry: IndexEntry): Promise<Parents> {
  const { patient, study, series } = entry;
  await sql.query(
    `insert into patient (organisation_id, identity, issuer, patient_id, name, name_search, birth_date, sex)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      ...[organisationId, patient.identity, patient.issuer, patient.patientId, patient.name, patient.nameSearch],
      ...[patient.birthDate, patient.sex],
    ],
  );
  const newStudy = await sql.query(
    `insert into study (organisation_id, patient_ref, claimed_ref, study_uid, study_date, study_time, accession, description, study_id,
       referring_physician, attributes)
     select $1, coalesce(patient.merged_into, patient.id), patient.id, $3, $4, $5, $6, $7, $8, $9, $10
     from patient where organisation_id = $1 and identity = $2 for key share
     on conflict do nothing`,
    [
      ...[organisationId, patient.identity, study.uid, study.date, study.time, study.accession, study.description],
      ...[study.id, study.referringPhysician, study.attributes],
    ],
  );
  const made = await sql.query(
    `insert into series (study_id, series_uid, modality, number, description, role, attributes)
     select study.id, $3, $4, $5, $6, $7, $8 from study where organisation_id = $1 and study_uid = $2
     on conflict do nothing returning study_id`,
    [
      ...[organisationId, study.uid, series.uid, series.modality, series.number, series.description, series.role],
      series.attributes,
    ],
  );
  if (made.rows[0])
    await sql.query("update study set series_count = series_count + 1 where id = $1", [made.rows[0].study_id]);
  const corrected = newStudy.rowCount ? await sql.query<{ id: number }>(CORRECTED, [organisationId, study.uid]) : null;
  if (corrected?.rows[0]) await refreshStudies(sql, [corrected.rows[0].id], new Date());
  const parents = await findParents(sql, organisationId, entry);
  if (!parents) throw new Error(`study ${study.uid} vanished while an object was being stored in it`);
  return parents;
}

/** When the object is there already: the same bytes are a duplicate, other bytes are kept beside it as a version. */
async function known(
  sql: Sql,
  organisationId: string,
  entry: IndexEntry,
  blob: StoredBlob,
  sameContent: (blobKey: string) => Promise<boolean>,
): Promise<Omit<Indexed, "otherPatient"> | undefined> {
  const { rows } = await sql.query({
    name: "archive-known-instance",
    text: `select instance.id, instance.digest, instance.blob_key, series.id as series_id, series.series_uid, series.study_id, study_uid
     from instance join series on series.id = instance.series_id join study on study.id = series.study_id
     where instance.organisation_id = $1 and sop_uid = $2`,
    values: [organisationId, entry.instance.sopUid],
  });
  const row = rows[0];
  if (!row) return undefined;
  const { series_uid: seriesUid, study_uid: studyUid } = row as { series_uid: string; study_uid: string };
  const at = {
    ...{ instanceId: row.id as number, seriesId: row.series_id as number, studyId: row.study_id as number },
    elsewhere: seriesUid === entry.series.uid && studyUid === entry.study.uid ? null : { studyUid, seriesUid },
  };
  if (blob.digest.equals(row.digest) || (await sameContent(row.blob_key))) return { state: "duplicate", ...at };
  await sql.query(
    "insert into instance_version (instance_id, digest, size, blob_key) values ($1, $2, $3, $4) on conflict do nothing",
    [row.id, blob.digest, blob.size, blob.key],
  );
  return { state: "version", ...at };
}
