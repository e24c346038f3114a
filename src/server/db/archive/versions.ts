import type { Sql } from "../pool.ts";
import type { IndexEntry } from "./index-instance.ts";

/** Other bytes that came under the UID of a known object: kept beside the one in use. */
export interface VersionRow {
  readonly id: number;
  readonly instanceId: number;
  readonly seriesId: number;
  readonly studyId: number;
  readonly organisationId: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly patientNumber: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopUid: string;
  readonly modality: string;
  readonly seriesDescription: string;
  readonly receivedAt: string;
  readonly size: number;
  readonly digest: string;
  readonly blobKey: string;
  readonly inUse: {
    readonly receivedAt: string;
    readonly size: number;
    readonly digest: string;
    readonly blobKey: string;
  };
}

const SELECT = `select version.id, version.instance_id as "instanceId", series.id as "seriesId", study.id as "studyId",
    instance.organisation_id as "organisationId", patient.id as "patientId", patient.name as "patientName",
    patient.patient_id as "patientNumber", study.study_uid as "studyUid", series.series_uid as "seriesUid",
    instance.sop_uid as "sopUid", series.modality, series.description as "seriesDescription",
    version.received_at as "receivedAt", version.size, encode(version.digest, 'hex') as digest, version.blob_key as "blobKey",
    json_build_object('receivedAt', instance.received_at, 'size', instance.size, 'digest', encode(instance.digest, 'hex'),
      'blobKey', instance.blob_key) as "inUse"
  from instance_version version join instance on instance.id = version.instance_id join series on series.id = instance.series_id
    join study on study.id = series.study_id join patient on patient.id = study.patient_ref`;

/** Versions of an organisation, the newest first. */
export async function listVersions(sql: Sql, organisationId: string): Promise<VersionRow[]> {
  const { rows } = await sql.query<VersionRow>(
    `${SELECT} where instance.organisation_id = $1 order by version.received_at desc, version.id desc limit 500`,
    [organisationId],
  );
  return rows;
}

export async function readVersion(sql: Sql, id: number): Promise<VersionRow | undefined> {
  const { rows } = await sql.query<VersionRow>(`${SELECT} where version.id = $1`, [id]);
  return rows[0];
}

/** The header (gzip DICOM JSON) of the object in use. */
export async function headerInUse(sql: Sql, instanceId: number): Promise<Buffer> {
  const { rows } = await sql.query<{ metadata: Buffer }>("select metadata from instance where id = $1", [instanceId]);
  return rows[0]!.metadata;
}

/**
 * Puts a version into use: the object has its bytes from now on, and those that were in use become a version. False when
 * somebody else did it meanwhile.
 */
export async function swapVersion(sql: Sql, version: VersionRow, entry: IndexEntry): Promise<boolean> {
  const gone = await sql.query("delete from instance_version where id = $1 and instance_id = $2", [
    version.id,
    version.instanceId,
  ]);
  if (!gone.rowCount) return false;
  await sql.query(
    `insert into instance_version (instance_id, digest, size, blob_key, received_at)
     select id, digest, size, blob_key, received_at from instance where id = $1 for update`,
    [version.instanceId],
  );
  const { instance } = entry;
  await sql.query(
    `with before as (select frames from instance where id = $1),
       counted as (update series set frame_count = frame_count + $7 - (select frames from before) where id = $14)
     update instance set sop_class = $2, number = $3, transfer_syntax = $4, rows = $5, columns = $6, frames = $7, digest = $8,
       size = $9, blob_key = $10, pixels = $11, attributes = $12, metadata = $13, received_at = $15 where id = $1`,
    [
      ...[
        version.instanceId,
        instance.sopClass,
        instance.number,
        instance.transferSyntax,
        instance.rows,
        instance.columns,
      ],
      ...[instance.frames, Buffer.from(version.digest, "hex"), version.size, version.blobKey],
      ...[instance.pixels && JSON.stringify(instance.pixels), instance.attributes, instance.metadata],
      ...[version.seriesId, version.receivedAt],
    ],
  );
  await sql.query("delete from series_metadata where series_id = $1", [version.seriesId]);
  await sql.query("update study set revision = revision + 1 where id = $1", [version.studyId]);
  return true;
}
