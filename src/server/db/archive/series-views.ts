import type { SeriesKindView, SeriesView } from "../../../cases/views.ts";
import { objectKind } from "../../../dicom/objects/object-kind.ts";
import type { SeriesRole } from "../../../dicom/series-role.ts";
import type { Sql } from "../pool.ts";
import { deviceTime } from "./list-studies.ts";

/** Every role, in the order in which series hang: what is looked at first in an acute stroke, what was done, the rest. */
export const SERIES_ROLES: readonly SeriesRole[] =
  "NCCT CTA CTP PMAP DSA XA 3DRA RF DWI ADC FLAIR T2 T1 TOF DSC US SEG SR RDSR PDF OTHER".split(" ") as SeriesRole[];

/** The series of a study as people see them. */
export async function seriesViews(sql: Sql, studyId: number): Promise<SeriesView[]> {
  const { rows } = await sql.query(
    `select series.series_uid as "seriesUid", study.study_uid as "studyUid", series.modality, series.role,
       series.role_by as "roleBy", series.number, series.description, series.instance_count as instances,
       series.frame_count as frames,
       coalesce(series.attributes #>> '{00080021,Value,0}', to_char(study.study_date, 'YYYYMMDD')) as day,
       coalesce(series.attributes #>> '{00080031,Value,0}', study.study_time) as clock,
       (select json_agg(json_build_array(same.sop_class, same.transfer_syntax, same.frames, same.objects)
           order by same.objects desc, same.sop_class)
         from (select sop_class, transfer_syntax, max(frames) as frames, count(*) as objects from instance
           where series_id = series.id group by sop_class, transfer_syntax limit 50) as same) as classes
     from series join study on study.id = series.study_id where study.id = $1
     order by array_position($2::text[], series.role) nulls last, series.number nulls last, series.id`,
    [studyId, SERIES_ROLES],
  );
  return rows.map(({ day, clock, classes, ...view }) => ({
    ...view,
    at: deviceTime(isoDay(day), clock),
    kinds: kindsOf(classes ?? [], view.modality),
  }));
}

/** The kinds of objects in a series, most of them first; the same kind in several transfer syntaxes is one. */
function kindsOf(classes: readonly [string, string, number, number][], modality: string): SeriesKindView[] {
  const found = new Map<string, SeriesKindView>();
  for (const [sopClass, transferSyntax, frames, objects] of classes) {
    const { code, short, name, shownAs } = objectKind(sopClass, transferSyntax, modality, frames);
    const key = `${code} ${name}`;
    found.set(key, { code, short, name, shownAs, objects: objects + (found.get(key)?.objects ?? 0) });
  }
  return [...found.values()].sort((a, b) => b.objects - a.objects);
}

function isoDay(day: string | null): string | null {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(day ?? "");
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}` : null;
}

/** Writes the role that a person gave to a series; returns how many objects its study has. */
export async function correctRole(sql: Sql, seriesId: number, role: string, personId: string): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `with changed as (update series set role = $2, role_by = $3 where id = $1 returning study_id)
     select instance_count as n from study join changed on changed.study_id = study.id`,
    [seriesId, role, personId],
  );
  return rows[0]?.n ?? 0;
}
