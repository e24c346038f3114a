import type { Sql } from "../pool.ts";
import { condition, LEVELS, type Level, type MatchKey } from "./match-keys.ts";
import type { ArchiveScope } from "./visible.ts";

export interface Search {
  readonly level: Level;
  /** Rows that the person may see; not needed below a study that authorisation has let through. */
  readonly scope?: ArchiveScope;
  readonly studyId?: number;
  readonly seriesId?: number;
  readonly matches: readonly { readonly key: MatchKey; readonly value: string }[];
  readonly fuzzy: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Also read the whole header of each instance. */
  readonly metadata?: boolean;
}

type Attributes = Record<string, { vr: string; Value?: unknown[] }>;

export interface FoundRow {
  readonly studyUid: string;
  readonly study: Attributes;
  readonly modalities: string[];
  readonly seriesCount: number;
  readonly studyInstances: number;
  readonly seriesUid?: string;
  readonly series?: Attributes;
  readonly seriesInstances?: number;
  readonly sopUid?: string;
  readonly instance?: Attributes;
  readonly transferSyntax?: string;
  readonly frames?: number;
  readonly metadata?: Buffer;
}

const SELECT: Readonly<Record<Level, string>> = {
  study: `study.study_uid as "studyUid", study.attributes as study, study.modalities, study.series_count as "seriesCount",
    study.instance_count as "studyInstances"`,
  series: `series.series_uid as "seriesUid", series.attributes as series, series.instance_count as "seriesInstances"`,
  instance: `instance.sop_uid as "sopUid", instance.attributes as instance, instance.transfer_syntax as "transferSyntax",
    instance.frames`,
};
const FROM: Readonly<Record<Level, string>> = {
  study: "study join patient on patient.id = study.patient_ref",
  series: "join series on series.study_id = study.id",
  instance: "join instance on instance.series_id = series.id",
};
const ORDER: Readonly<Record<Level, string>> = {
  study: "study.study_date desc nulls last, study.id desc",
  series: "series.number nulls last, series.id",
  instance: "instance.number nulls last, instance.id",
};

/** Rows of one level with those above, from the index alone; one more than `limit` when there are more. */
export async function search(sql: Sql, wanted: Search): Promise<FoundRow[]> {
  const levels = LEVELS.slice(0, LEVELS.indexOf(wanted.level) + 1);
  const params: unknown[] = [...(wanted.scope?.params ?? [])];
  const where: string[] = wanted.scope ? [wanted.scope.where] : [];
  if (wanted.studyId !== undefined) where.push(`study.id = $${params.push(wanted.studyId)}`);
  if (wanted.seriesId !== undefined) where.push(`series.id = $${params.push(wanted.seriesId)}`);
  for (const { key, value } of wanted.matches) {
    const one = condition(key, value, params, wanted.fuzzy);
    if (one === undefined) return [];
    where.push(`(${one})`);
  }
  const columns = levels.map((level) => SELECT[level]).join(", ") + (wanted.metadata ? ", instance.metadata" : "");
  const order = (wanted.studyId === undefined ? levels : levels.slice(1)).map((level) => ORDER[level]).join(", ");
  const { rows } = await sql.query<FoundRow>(
    `select ${columns} from ${levels.map((level) => FROM[level]).join(" ")} where ${where.join(" and ") || "true"}
     order by ${order || ORDER.study} limit $${params.push(wanted.limit + 1)} offset $${params.push(wanted.offset)}`,
    params,
  );
  return rows;
}
