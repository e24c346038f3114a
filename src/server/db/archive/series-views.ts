import type { SeriesKindView, SeriesView } from "../../../cases/views.ts";
import type { SeriesQualifiers, SeriesReading } from "../../../core/series-reading.ts";
import { objectKind } from "../../../dicom/objects/object-kind.ts";
import { phasesByOrder } from "../../../dicom/series-reading/contrast-phase.ts";
import { labelOf } from "../../../dicom/series-reading/series-label.ts";
import type { SeriesRole } from "../../../dicom/series-role.ts";
import type { Sql } from "../pool.ts";
import { deviceTime } from "./list-studies.ts";

/** Every role, in the order in which series hang: what is looked at first in an acute stroke, what was done, the rest. */
export const SERIES_ROLES: readonly SeriesRole[] =
  "NCCT CTA CTP PMAP DSA XA 3DRA CBCT RF DWI ADC FLAIR T2 T1 SWI TOF DSC US SEG SR RDSR PDF OTHER".split(
    " ",
  ) as SeriesRole[];

interface Row extends Omit<SeriesView, "label" | "qualifiers" | "sure" | "why" | "at" | "kinds" | "learned"> {
  readonly id: number;
  readonly day: string | null;
  readonly clock: string | null;
  readonly classes: readonly [string, string, number, number][] | null;
  readonly reading: (SeriesReading & { readonly role: string }) | null;
  readonly corrected: SeriesQualifiers | null;
  readonly byName: string | null;
  readonly learnedId: string | null;
  readonly learnedBy: string | null;
  readonly learnedAt: Date | null;
  readonly learnedHere: boolean | null;
}

/** The series of a study as people see them. */
export async function seriesViews(sql: Sql, studyId: number): Promise<SeriesView[]> {
  const { rows } = await sql.query<Row>(
    `select series.id, series.series_uid as "seriesUid", study.study_uid as "studyUid", series.modality, series.role,
       series.role_by as "roleBy", series.number, series.description, series.instance_count as instances,
       series.frame_count as frames, series.reading, series.corrected, speaker.name as "byName",
       learned.id as "learnedId", teacher.name as "learnedBy", learned.created_at as "learnedAt",
       learned.series_id = series.id as "learnedHere",
       coalesce(series.attributes #>> '{00080021,Value,0}', to_char(study.study_date, 'YYYYMMDD')) as day,
       coalesce(series.attributes #>> '{00080031,Value,0}', study.study_time) as clock,
       (select json_agg(json_build_array(same.sop_class, same.transfer_syntax, same.frames, same.objects)
           order by same.objects desc, same.sop_class)
         from (select sop_class, transfer_syntax, max(frames) as frames, count(*) as objects from instance
           where series_id = series.id group by sop_class, transfer_syntax limit 50) as same) as classes
     from series join study on study.id = series.study_id
     left join person speaker on speaker.id::text = series.role_by
     left join learned_role learned on learned.retired_at is null
       and (learned.series_id = series.id or 'learned:' || learned.id = series.role_by)
     left join person teacher on teacher.id = learned.created_by
     where series.study_id = $1
     order by array_position($2::text[], series.role) nulls last, series.number nulls last, series.id`,
    [studyId, SERIES_ROLES],
  );
  const phases = phasesByOrder(
    rows
      .filter(({ role }) => role === "CTA")
      .map(({ id, reading, corrected }) => ({
        id: String(id),
        acquired: reading?.qualifiers.acquired,
        phase: corrected?.phase ?? reading?.qualifiers.phase,
      })),
  );
  return rows.map((row) => viewOf(row, phases.get(String(row.id))));
}

function viewOf(
  row: Row,
  ordered: { readonly phase: "arterial" | "venous" | "late" | "multiphase"; why: string } | undefined,
) {
  const { id, day, clock, classes, reading, corrected, byName, learnedId, learnedBy, learnedAt, learnedHere, ...view } =
    row;
  const read = reading?.role === row.role || reading === null ? reading : { ...reading, qualifiers: kept(reading) };
  const qualifiers = { ...read?.qualifiers, ...(ordered ? { phase: ordered.phase } : {}), ...corrected };
  const isLearned = row.roleBy.startsWith("learned:");
  const byPerson = row.roleBy !== "tags" && !isLearned;
  const told = [reading?.why, ordered?.why].filter(Boolean).join(", ");
  return {
    ...view,
    roleBy: isLearned ? "learned" : byPerson ? (byName ?? "a person") : "tags",
    label: labelOf(row.role as SeriesRole, qualifiers),
    qualifiers,
    sure: byPerson ? ("stated" as const) : isLearned || ordered ? ("likely" as const) : (reading?.sure ?? "uncertain"),
    why: byPerson ? `${byName ?? "a person"} said so` : isLearned ? "learned from an earlier correction" : told,
    learned:
      learnedId === null
        ? null
        : { id: learnedId, by: learnedBy ?? "", at: learnedAt?.toISOString() ?? "", here: learnedHere ?? false },
    at: deviceTime(isoDay(day), clock),
    kinds: kindsOf(classes ?? [], view.modality),
  };
}

/** Of a reading for another role, what holds for any: time, geometry, region. */
function kept({ qualifiers }: SeriesReading): SeriesQualifiers {
  const { phase: _, kernel: __, derived: ___, ...rest } = qualifiers;
  return rest;
}

/** The kinds of objects in a series, most of them first; the same kind in several transfer syntaxes is one. */
function kindsOf(classes: readonly (readonly [string, string, number, number])[], modality: string): SeriesKindView[] {
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
