import type { Sql } from "../pool.ts";

/** A study that objects came for of late. */
export interface RecentArrival {
  readonly studyUid: string;
  readonly patientRef: string;
  readonly patientName: string;
  readonly patientNumber: string;
  readonly description: string;
  readonly modalities: readonly string[];
  /** Among the last objects that were looked at, not of the whole study. */
  readonly objects: number;
  readonly bytes: number;
  readonly lastAt: string;
  readonly toCheck: boolean;
}

const LOOKED_AT = 20_000; // objects of all organisations, by the order in which they came

/** Studies of an organisation that objects came for, the last first: from the last objects alone, however many there are. */
export async function recentArrivals(sql: Sql, organisationId: string): Promise<RecentArrival[]> {
  const { rows } = await sql.query<RecentArrival>(
    `with last as materialized (select series_id, organisation_id, size, received_at from instance order by id desc limit ${LOOKED_AT})
     select study.study_uid as "studyUid", study.patient_ref as "patientRef", patient.name as "patientName",
       patient.patient_id as "patientNumber", study.description, study.modalities, sums.objects, sums.bytes,
       sums.last_at as "lastAt", exists (select from study_claim where study_claim.study_id = study.id and settled_at is null) as "toCheck"
     from (select series.study_id, count(*)::int as objects, sum(last.size)::bigint as bytes, max(last.received_at) as last_at
         from last join series on series.id = last.series_id where last.organisation_id = $1 group by series.study_id) sums
       join study on study.id = sums.study_id join patient on patient.id = study.patient_ref
     order by sums.last_at desc limit 50`,
    [organisationId],
  );
  return rows;
}
