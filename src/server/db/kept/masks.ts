import type { MaskView } from "../../../cases/kept.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";

/** A version of a mask whose Segmentation is durable already. */
export interface NewMaskVersion {
  readonly studyId: number;
  readonly id: string;
  /** The version that was changed; 0 for a new mask. */
  readonly base: number;
  readonly content: Omit<
    MaskView,
    "version" | "by" | "at" | "changedBy" | "changedAt" | "segmentationSeriesUid" | "segmentationSopUid"
  >;
  readonly digest: string;
  readonly segmentationSeriesUid: string;
  readonly segmentationSopUid: string;
  readonly by: string;
  readonly at: Date;
}

const MOST_OF_STUDY = 500;

/** The masks of a study that count, oldest first. */
export async function masksOf(sql: Sql, studyId: number): Promise<MaskView[]> {
  const { rows } = await sql.query(
    `select m.id, m.version, m.created_at as "at", s.content, s.at as "changedAt",
       s.segmentation_series_uid as "segmentationSeriesUid", s.segmentation_sop_uid as "segmentationSopUid",
       coalesce(c.id::text, '') as by_id, coalesce(c.name, 'Willis') as by_name,
       coalesce(d.id::text, '') as changed_id, coalesce(d.name, 'Willis') as changed_name
     from kept_mask m join kept_mask_state s on s.mask_id = m.id and s.version = m.version
       left join person c on c.id = m.created_by left join person d on d.id = s.by
     where m.study_id = $1 and not m.deleted order by m.created_at, m.id`,
    [studyId],
  );
  return rows.map((row) => ({
    ...row.content,
    id: row.id,
    version: row.version,
    by: { id: row.by_id, name: row.by_name },
    at: row.at.toISOString(),
    changedBy: { id: row.changed_id, name: row.changed_name },
    changedAt: row.changedAt.toISOString(),
    segmentationSeriesUid: row.segmentationSeriesUid,
    segmentationSopUid: row.segmentationSopUid,
  }));
}

/**
 * Whether the mask may be written, before anything is made of it: "same" when the last version has this digest (a retry).
 * Errors: `conflict` when it is one of another study, `too-large` when the study holds its most.
 */
export async function maskStanding(
  sql: Sql,
  studyId: number,
  id: string,
  digest: string,
): Promise<"new" | "changed" | "same"> {
  const { rows } = await sql.query(
    `select m.study_id as "studyId", m.deleted, s.digest from kept_mask m
       join kept_mask_state s on s.mask_id = m.id and s.version = m.version where m.id = $1`,
    [id],
  );
  const [found] = rows;
  if (found && found.studyId !== studyId)
    throw new WillisError("conflict", `mask ${id} belongs to another study; give it an id of its own`);
  if (found && !found.deleted && found.digest === digest) return "same";
  if (found && !found.deleted) return "changed";
  const held = await sql.query("select count(*)::int as n from kept_mask where study_id = $1 and not deleted", [
    studyId,
  ]);
  if (held.rows[0].n >= MOST_OF_STUDY)
    throw new WillisError("too-large", `this study holds ${MOST_OF_STUDY} masks; delete some first`);
  return found ? "changed" : "new";
}

/** Writes the next version down; the ones before stay. True when somebody else had changed it since `base`. */
export async function addMaskVersion(sql: Sql, mask: NewMaskVersion): Promise<boolean> {
  const { id, studyId, by, at } = mask;
  await sql.query(
    `insert into kept_mask (id, study_id, version, created_by, created_at) values ($1, $2, 0, $3, $4)
     on conflict (id) do nothing`,
    [id, studyId, by, at],
  );
  const { rows } = await sql.query(`select study_id as "studyId", version from kept_mask where id = $1 for update`, [
    id,
  ]);
  if (rows[0].studyId !== studyId)
    throw new WillisError("conflict", `mask ${id} belongs to another study; give it an id of its own`);
  const version: number = rows[0].version + 1;
  await sql.query("update kept_mask set version = $2, deleted = false where id = $1", [id, version]);
  await sql.query(
    `insert into kept_mask_state (mask_id, version, content, digest, segmentation_series_uid, segmentation_sop_uid, by, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      version,
      JSON.stringify(mask.content),
      mask.digest,
      mask.segmentationSeriesUid,
      mask.segmentationSopUid,
      by,
      at,
    ],
  );
  return mask.base < version - 1;
}

/** Deletes a mask; its objects stay in the archive, and who deleted it is written down. Errors: `not-found`. */
export async function deleteMask(sql: Sql, studyId: number, id: string, by: string, at: Date): Promise<void> {
  const { rows } = await sql.query(
    `update kept_mask set deleted = true, version = version + 1
     where id::text = lower($1) and study_id = $2 and not deleted returning version`,
    [id, studyId],
  );
  if (!rows[0]) throw new WillisError("not-found", `there is no mask ${id} in this study`);
  await sql.query("insert into kept_mask_state (mask_id, version, by, at) values (lower($1)::uuid, $2, $3, $4)", [
    id,
    rows[0].version,
    by,
    at,
  ]);
}
