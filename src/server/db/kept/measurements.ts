import type { KeptChange, KeptDraft, KeptView } from "../../../cases/kept.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";

/** The report of a study, locked: its next version and what of it is in the archive. */
export interface ReportRow {
  readonly seriesUid: string;
  readonly version: number;
  readonly storedVersion: number;
  readonly storedSopUid: string | null;
  readonly storedSopClass: string | null;
}

const MOST_OF_STUDY = 2000;

/** Takes the report of a study for this transaction; `seriesUid` is that of a new one. */
export async function lockReport(sql: Sql, studyId: number, seriesUid: string): Promise<ReportRow> {
  await sql.query("insert into measurement_report (study_id, series_uid) values ($1, $2) on conflict do nothing", [
    studyId,
    seriesUid,
  ]);
  const { rows } = await sql.query(
    `select series_uid as "seriesUid", version, stored_version as "storedVersion",
       stored_sop_uid as "storedSopUid", stored_sop_class as "storedSopClass"
     from measurement_report where study_id = $1 for update`,
    [studyId],
  );
  return rows[0];
}

export async function setReportVersion(sql: Sql, studyId: number, version: number): Promise<void> {
  await sql.query("update measurement_report set version = $2 where study_id = $1", [studyId, version]);
}

/** Writes down which version of the report is in the archive; an older one that arrives later changes nothing. */
export async function reportStored(
  sql: Sql,
  studyId: number,
  version: number,
  object: { readonly sopUid: string; readonly sopClass: string },
): Promise<void> {
  await sql.query(
    `update measurement_report set stored_version = $2, stored_sop_uid = $3, stored_sop_class = $4
     where study_id = $1 and stored_version < $2`,
    [studyId, version, object.sopUid, object.sopClass],
  );
}

/** The measurements of a study that count, oldest first. */
export async function measurementsOf(sql: Sql, studyId: number): Promise<KeptView[]> {
  const { rows } = await sql.query(
    `select k.id, k.version, k.content, k.created_at, k.changed_at,
       coalesce(c.id::text, '') as by_id, coalesce(c.name, 'Willis') as by_name,
       coalesce(d.id::text, '') as changed_id, coalesce(d.name, 'Willis') as changed_name
     from kept_measurement k left join person c on c.id = k.created_by left join person d on d.id = k.changed_by
     where k.study_id = $1 and not k.deleted order by k.created_at, k.id`,
    [studyId],
  );
  return rows.map((row) => ({
    ...(row.content as KeptDraft),
    id: row.id,
    version: row.version,
    by: { id: row.by_id, name: row.by_name },
    at: row.created_at.toISOString(),
    changedBy: { id: row.changed_id, name: row.changed_name },
    changedAt: row.changed_at.toISOString(),
  }));
}

/** What was deleted in versions of the report that are not in the archive yet: the names, in words. */
export async function deletedSince(sql: Sql, studyId: number, reportVersion: number): Promise<string[]> {
  const { rows } = await sql.query(
    `select k.content ->> 'kind' as kind, k.content ->> 'label' as label
     from kept_measurement_state s join kept_measurement k on k.id = s.measurement_id
     where k.study_id = $1 and k.deleted and s.content is null and s.report_version > $2 order by s.at`,
    [studyId, reportVersion],
  );
  return rows.map(({ kind, label }) => (label ? `${kind} "${label}"` : kind));
}

/**
 * Applies one change. False when it changes nothing: the same content is there already (a retry), or it is deleted. An
 * older base than what is there is no error: the newer state is kept beside it, and the answer tells who was overtaken.
 */
export async function applyChange(
  sql: Sql,
  studyId: number,
  change: KeptChange,
  by: { readonly id: string; readonly at: Date; readonly reportVersion: number },
): Promise<{ readonly changed: boolean; readonly overtook: boolean }> {
  const id = change.act === "put" ? change.measurement.id : change.id;
  const { rows } = await sql.query(
    `select study_id as "studyId", version, content, deleted from kept_measurement where id = $1 for update`,
    [id],
  );
  const before = rows[0];
  if (before && before.studyId !== studyId) {
    throw new WillisError("conflict", `measurement ${id} belongs to another study; give it an id of its own`);
  }
  const nothing = { changed: false, overtook: false };
  if (change.act === "delete") {
    if (!before || before.deleted) return nothing;
    await sql.query(
      "update kept_measurement set deleted = true, version = version + 1, changed_by = $2, changed_at = $3 where id = $1",
      [id, by.id, by.at],
    );
    await addState(sql, id, before.version + 1, null, by);
    return { changed: true, overtook: change.base < before.version };
  }
  const content = JSON.stringify(change.measurement);
  if (!before) {
    await mayHoldMore(sql, studyId);
    await sql.query(
      `insert into kept_measurement (id, study_id, series_uid, version, content, created_by, created_at, changed_by, changed_at)
       values ($1, $2, $3, 1, $4, $5, $6, $5, $6)`,
      [id, studyId, change.measurement.place.seriesUid, content, by.id, by.at],
    );
    await addState(sql, id, 1, content, by);
    return { changed: true, overtook: false };
  }
  const same = await sql.query("select $1::jsonb = $2::jsonb as same", [JSON.stringify(before.content), content]);
  if (same.rows[0].same && !before.deleted) return nothing;
  await sql.query(
    `update kept_measurement set content = $2, series_uid = $3, deleted = false, version = version + 1,
       changed_by = $4, changed_at = $5 where id = $1`,
    [id, content, change.measurement.place.seriesUid, by.id, by.at],
  );
  await addState(sql, id, before.version + 1, content, by);
  return { changed: true, overtook: change.base < before.version };
}

async function addState(
  sql: Sql,
  id: string,
  version: number,
  content: string | null,
  by: { readonly id: string; readonly at: Date; readonly reportVersion: number },
): Promise<void> {
  await sql.query(
    `insert into kept_measurement_state (measurement_id, version, content, by, at, report_version)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, version, content, by.id, by.at, by.reportVersion],
  );
}

async function mayHoldMore(sql: Sql, studyId: number): Promise<void> {
  const { rows } = await sql.query(
    "select count(*)::int as n from kept_measurement where study_id = $1 and not deleted",
    [studyId],
  );
  if (rows[0].n >= MOST_OF_STUDY) {
    throw new WillisError("too-large", `this study holds ${MOST_OF_STUDY} measurements; delete some first`);
  }
}
