import type { GradeDraft, GradeView, MachineReading } from "../../../cases/grades.ts";
import { WillisError } from "../../../core/index.ts";
import type { Sql } from "../pool.ts";

interface Row {
  readonly id: string;
  readonly scale: GradeDraft["scale"];
  readonly grade: string;
  readonly seriesUid: string;
  readonly firstSeriesUid: string | null;
  readonly outline: GradeDraft["outline"] | null;
  readonly moment: string;
  readonly by: string;
  readonly mine: boolean;
  readonly at: Date;
  readonly afterMachine: boolean;
  readonly machine: MachineReading | null;
  readonly machineAt: Date | null;
  readonly graded: boolean;
}

/**
 * The grades of the runs of a study, oldest first. What a machine read stays hidden from a person who has not graded the
 * same run by the same scale: a second reader is not to be led by it.
 */
export async function gradesOf(sql: Sql, studyId: number, personId: string): Promise<GradeView[]> {
  const { rows } = await sql.query<Row>(
    `select g.id, g.scale, g.grade, g.series_uid as "seriesUid", g.first_series_uid as "firstSeriesUid", g.outline,
            g.moment, p.name as by, g.person_id = $2 as mine, g.at, g.after_machine as "afterMachine", g.machine,
            g.machine_at as "machineAt",
            exists (select from reading_grade o where o.study_id = g.study_id and o.series_uid = g.series_uid
                      and o.scale = g.scale and o.person_id = $2) as graded
     from reading_grade g join person p on p.id = g.person_id
     where g.study_id = $1 order by g.at, g.id`,
    [studyId, personId],
  );
  return rows.map(({ firstSeriesUid, outline, machineAt, machine, graded, at, ...row }) => ({
    ...row,
    ...(firstSeriesUid === null ? {} : { firstSeriesUid }),
    ...(outline ? { outline } : {}),
    at: at.toISOString(),
    machine: machine && graded ? { ...machine, at: machineAt!.toISOString() } : null,
    hidden: machine !== null && !graded,
  }));
}

/**
 * Writes a person's grade down. Sending the same again (same id) changes nothing. Whether this person had seen what a
 * machine read of the run is written with it. Errors: `bad-request` when a run is not of this study.
 */
export async function addGrade(
  sql: Sql,
  studyId: number,
  draft: GradeDraft,
  personId: string,
  at: Date,
): Promise<void> {
  const uids = [draft.seriesUid, ...(draft.firstSeriesUid === undefined ? [] : [draft.firstSeriesUid])];
  for (const uid of uids) {
    const { rows } = await sql.query("select from series where study_id = $1 and series_uid = $2", [studyId, uid]);
    if (rows.length === 0)
      throw new WillisError("bad-request", `Series ${uid} is not in this study; grade a run of it.`);
  }
  await sql.query(
    `insert into reading_grade (id, study_id, series_uid, first_series_uid, scale, grade, moment, outline, person_id, at,
                                after_machine)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
       exists (select from reading_grade where study_id = $2 and series_uid = $3 and scale = $5 and person_id = $9
                 and machine is not null))
     on conflict (id) do nothing`,
    [
      draft.id,
      studyId,
      draft.seriesUid,
      draft.firstSeriesUid ?? null,
      draft.scale,
      draft.grade,
      draft.moment,
      draft.outline === undefined ? null : JSON.stringify(draft.outline),
      personId,
      at,
    ],
  );
}

/**
 * Adds what was computed to a grade of the same person, once and never before it. Errors: `not-found` when this person
 * has no such grade in the study; `conflict` when a reading is there already.
 */
export async function addMachineReading(
  sql: Sql,
  studyId: number,
  gradeId: string,
  reading: MachineReading,
  personId: string,
  at: Date,
): Promise<void> {
  const { rows } = await sql.query<{ done: boolean }>(
    "select machine is not null as done from reading_grade where id = $1 and study_id = $2 and person_id = $3 for update",
    [gradeId, studyId, personId],
  );
  if (!rows[0])
    throw new WillisError("not-found", `No grade ${gradeId} of yours in this study: record your own grade first.`);
  if (rows[0].done) throw new WillisError("conflict", `Grade ${gradeId} has its computed reading already.`);
  await sql.query("update reading_grade set machine = $2, machine_at = greatest($3, at) where id = $1", [
    gradeId,
    JSON.stringify(reading),
    at,
  ]);
}
