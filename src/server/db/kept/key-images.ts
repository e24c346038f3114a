import type { KeyImageView } from "../../../cases/kept.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";

const VIEW = `k.id, k.content, k.at, k.capture_series_uid as "captureSeriesUid", k.capture_sop_uid as "captureSopUid",
  coalesce(p.id::text, '') as by_id, coalesce(p.name, 'Willis') as by_name`;

function viewOf(row: {
  id: string;
  content: Omit<KeyImageView, "id" | "by" | "at" | "captureSeriesUid" | "captureSopUid">;
  at: Date;
  captureSeriesUid: string;
  captureSopUid: string;
  by_id: string;
  by_name: string;
}): KeyImageView {
  const { id, content, captureSeriesUid, captureSopUid } = row;
  const by = { id: row.by_id, name: row.by_name };
  return { ...content, id, by, at: row.at.toISOString(), captureSeriesUid, captureSopUid };
}

/** The key images of a study, oldest first. */
export async function keyImagesOf(sql: Sql, studyId: number): Promise<KeyImageView[]> {
  const { rows } = await sql.query(
    `select ${VIEW} from key_image k left join person p on p.id = k.by
     where k.study_id = $1 and k.removed_at is null order by k.at, k.id`,
    [studyId],
  );
  return rows.map(viewOf);
}

/** The key images of all studies of a case, with the organisation that keeps them. */
export async function keyImagesOfCase(sql: Sql, caseId: string): Promise<(KeyImageView & { studyId: number })[]> {
  const { rows } = await sql.query(
    `select ${VIEW}, k.study_id as "studyId" from key_image k join case_study cs on cs.study_id = k.study_id
       left join person p on p.id = k.by
     where cs.case_id = $1 and k.removed_at is null order by k.at, k.id`,
    [caseId],
  );
  return rows.map((row) => ({ ...viewOf(row), studyId: row.studyId }));
}

export interface NewKeyImage {
  readonly id: string;
  readonly studyId: number;
  readonly content: Pick<KeyImageView, "place" | "reason" | "caption" | "words" | "laterality">;
  readonly captureSeriesUid: string;
  readonly captureSopUid: string;
  readonly selectionSopUid: string;
  readonly by: string;
  readonly at: Date;
}

/** Writes a key image down; one with this id that is there already stays as it is. */
export async function addKeyImage(sql: Sql, key: NewKeyImage): Promise<void> {
  await sql.query(
    `insert into key_image (id, study_id, content, capture_series_uid, capture_sop_uid, selection_sop_uid, by, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
    [
      key.id,
      key.studyId,
      JSON.stringify(key.content),
      key.captureSeriesUid,
      key.captureSopUid,
      key.selectionSopUid,
      key.by,
      key.at,
    ],
  );
}

/** Takes a key image back; its objects stay in the archive. Errors: `not-found`. */
export async function removeKeyImage(sql: Sql, studyId: number, id: string, by: string, at: Date): Promise<void> {
  const { rowCount } = await sql.query(
    `update key_image set removed_by = $3, removed_at = $4
     where id::text = lower($1) and study_id = $2 and removed_at is null`,
    [id, studyId, by, at],
  );
  if (!rowCount) throw new WillisError("not-found", `there is no key image ${id} in this study`);
}
