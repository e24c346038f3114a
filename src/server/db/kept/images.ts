import type { KeptPlace } from "../../../cases/kept.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";

/** A study that something is kept of: its UID, whose it is, and the DICOM JSON (gzip) of one of its objects. */
export interface StudyHead {
  readonly studyUid: string;
  readonly organisationId: string;
  readonly metadata: Buffer;
}

/** Null when the study holds no object. */
export async function studyHead(sql: Sql, studyId: number): Promise<StudyHead | null> {
  const { rows } = await sql.query(
    `select st.study_uid as "studyUid", st.organisation_id as "organisationId", i.metadata
     from study st join series s on s.study_id = st.id join instance i on i.series_id = s.id
     where st.id = $1 order by s.modality in ('SR', 'KO', 'PR', 'SEG', 'DOC', 'OT'), s.id, i.id limit 1`,
    [studyId],
  );
  return rows[0] ?? null;
}

/**
 * The same place with the SOP class that the archive knows, and a frame only where the object holds several. Errors:
 * `bad-request` when series or object are not in this study.
 */
export async function knownPlace(sql: Sql, studyId: number, place: KeptPlace): Promise<KeptPlace> {
  const { rows } = await sql.query(
    `select st.study_uid, s.id from study st join series s on s.study_id = st.id
     where st.id = $1 and s.series_uid = $2`,
    [studyId, place.seriesUid],
  );
  if (!rows[0] || rows[0].study_uid !== place.studyUid) {
    throw new WillisError("bad-request", `series ${place.seriesUid} is not in study ${place.studyUid}`);
  }
  const { sopUid, frame, frameOfReference } = place;
  const known = {
    studyUid: place.studyUid,
    seriesUid: place.seriesUid,
    ...(frameOfReference === undefined ? {} : { frameOfReference }),
  };
  if (sopUid === undefined) return known;
  const found = await sql.query("select sop_class, frames from instance where series_id = $1 and sop_uid = $2", [
    rows[0].id,
    sopUid,
  ]);
  const object = found.rows[0];
  if (!object) throw new WillisError("bad-request", `object ${sopUid} is not in series ${place.seriesUid}`);
  if (frame !== undefined && frame > Math.max(1, object.frames)) {
    throw new WillisError("bad-request", `object ${sopUid} has ${object.frames} frames; there is no frame ${frame}`);
  }
  const one = frame !== undefined && object.frames > 1 ? { frame } : {};
  return { ...known, sopUid, sopClass: object.sop_class, ...one };
}

/** Rows and columns of an image; null when it has none, or is not there. */
export async function imageSize(
  sql: Sql,
  studyId: number,
  { seriesUid, sopUid }: KeptPlace,
): Promise<{ readonly rows: number; readonly columns: number } | null> {
  const { rows } = await sql.query(
    `select i.rows, i.columns from instance i join series s on s.id = i.series_id
     where s.study_id = $1 and s.series_uid = $2 and i.sop_uid = $3`,
    [studyId, seriesUid, sopUid],
  );
  return rows[0]?.rows && rows[0].columns ? rows[0] : null;
}

/** Objects of a series with their headers (DICOM JSON, gzip), by their numbers. */
export async function seriesHeaders(
  sql: Sql,
  studyId: number,
  seriesUid: string,
): Promise<{ readonly sopUid: string; readonly sopClass: string; readonly metadata: Buffer }[]> {
  const { rows } = await sql.query(
    `select i.sop_uid as "sopUid", i.sop_class as "sopClass", i.metadata
     from instance i join series s on s.id = i.series_id
     where s.study_id = $1 and s.series_uid = $2 order by i.number nulls last, i.id limit 10000`,
    [studyId, seriesUid],
  );
  return rows;
}
