import type { Overlay } from "../../../dicom/corrected.ts";
import type { Sql } from "../pool.ts";
import type { StoredPixels } from "./stored-pixels.ts";

/** What is needed to send one object or a frame of it. Its bytes never change; `overlay` and `revision` may. */
export interface InstanceFile {
  readonly id: number;
  readonly sopUid: string;
  readonly sopClass: string;
  readonly seriesUid: string;
  readonly studyUid: string;
  readonly transferSyntax: string;
  readonly frames: number;
  readonly size: number;
  readonly blobKey: string;
  readonly pixels: StoredPixels | null;
  /** What people corrected in its header since it came; null for nearly all. */
  readonly overlay: Overlay | null;
  /** Grows with each correction of its study. */
  readonly revision: number;
}

export const INSTANCE_COLUMNS = `instance.id, instance.sop_uid as "sopUid", instance.sop_class as "sopClass", series.series_uid as "seriesUid",
  study.study_uid as "studyUid", instance.transfer_syntax as "transferSyntax", instance.frames, instance.size,
  instance.blob_key as "blobKey", instance.pixels, study.overlay, study.revision`;
export const INSTANCE_FROM =
  "instance join series on series.id = instance.series_id join study on study.id = series.study_id";

/** One object of a series that authorisation has let through. */
export async function findInstance(sql: Sql, seriesId: number, sopUid: string): Promise<InstanceFile | undefined> {
  const { rows } = await sql.query<InstanceFile>({
    name: "archive-find-instance",
    text: `select ${INSTANCE_COLUMNS} from ${INSTANCE_FROM} where instance.sop_uid = $2 and instance.series_id = $1`,
    values: [seriesId, sopUid],
  });
  return rows[0];
}

/** All objects of a series in the order of their numbers. */
export async function seriesInstances(sql: Sql, seriesId: number): Promise<InstanceFile[]> {
  const { rows } = await sql.query<InstanceFile>({
    name: "archive-series-instances",
    text: `select ${INSTANCE_COLUMNS} from ${INSTANCE_FROM} where instance.series_id = $1 order by instance.number nulls last, instance.id`,
    values: [seriesId],
  });
  return rows;
}

/** Ids of the series of a study, in the order of their numbers. */
export async function seriesOfStudy(sql: Sql, studyId: number): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>({
    name: "archive-series-of-study",
    text: "select id from series where study_id = $1 order by number nulls last, id",
    values: [studyId],
  });
  return rows.map((row) => row.id);
}

/** The object in the middle of a series: what stands for it in a thumbnail. Those with pixels first. */
export async function middleInstance(sql: Sql, seriesId: number): Promise<InstanceFile | undefined> {
  const { rows } = await sql.query<InstanceFile>(
    `select ${INSTANCE_COLUMNS} from ${INSTANCE_FROM} where instance.series_id = $1 and (instance.pixels is not null) = (
       select bool_or(pixels is not null) from instance where series_id = $1)
     order by instance.number nulls last, instance.id
     offset (select count(*) / 2 from instance where series_id = $1 and pixels is not null) limit 1`,
    [seriesId],
  );
  return rows[0];
}
