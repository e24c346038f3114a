import type { ArrivalCounts, ArrivalView } from "../../../cases/archive-views.ts";
import type { Sql } from "../pool.ts";

/** Counts to be added; `at` is when the last of them came. */
export interface Arrived extends ArrivalCounts {
  readonly organisationId: string;
  readonly via: string;
  readonly who: string;
  readonly studyId: number | null;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

const SITTING = "30 minutes";

/** Adds counts to the sitting that is open, or begins one. A study that has gone meanwhile is left out. */
export async function addArrivals(sql: Sql, arrived: readonly Arrived[]): Promise<void> {
  const column = <T>(pick: (one: Arrived) => T): T[] => arrived.map(pick);
  await sql.query(
    `with given as (
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[],
         $7::int[], $8::int[], $9::int[], $10::int[], $11::int[], $12::bigint[])
         as given (organisation_id, via, who, study_id, first_at, last_at, stored, duplicates, versions, quarantined, ignored, bytes)
       where given.study_id is null or exists (select from study where study.id = given.study_id)),
     open as (
       select distinct on (given.organisation_id, given.via, given.who, given.study_id) arrival.id, given.*
       from given join arrival on arrival.organisation_id = given.organisation_id and arrival.via = given.via
         and arrival.who = given.who and arrival.study_id is not distinct from given.study_id
         and arrival.last_at > given.first_at - interval '${SITTING}'
       order by given.organisation_id, given.via, given.who, given.study_id, arrival.last_at desc),
     grown as (
       update arrival set last_at = greatest(arrival.last_at, open.last_at), stored = arrival.stored + open.stored,
         duplicates = arrival.duplicates + open.duplicates, versions = arrival.versions + open.versions,
         quarantined = arrival.quarantined + open.quarantined, ignored = arrival.ignored + open.ignored,
         bytes = arrival.bytes + open.bytes
       from open where arrival.id = open.id)
     insert into arrival (organisation_id, via, who, study_id, first_at, last_at, stored, duplicates, versions, quarantined,
         ignored, bytes)
       select given.* from given where not exists (
         select from open where open.organisation_id = given.organisation_id and open.via = given.via
           and open.who = given.who and open.study_id is not distinct from given.study_id)`,
    [
      column((a) => a.organisationId),
      column((a) => a.via),
      column((a) => a.who),
      column((a) => a.studyId),
      column((a) => a.firstAt),
      column((a) => a.lastAt),
      column((a) => a.stored),
      column((a) => a.duplicates),
      column((a) => a.versions),
      column((a) => a.quarantined),
      column((a) => a.ignored),
      column((a) => a.bytes),
    ],
  );
}

/** What came to an organisation, the latest first; `before`: the `lastAt` of the last row of the page before. */
export async function listArrivals(
  sql: Sql,
  organisationId: string,
  { limit = 100, before }: { readonly limit?: number; readonly before?: string } = {},
): Promise<ArrivalView[]> {
  const { rows } = await sql.query<ArrivalView>(
    `select arrival.id, via, who, person.name as person, arrival.study_id as "studyId", study.study_uid as "studyUid",
       study.description, patient.patient_id as "patientId", patient.name as "patientName", first_at as "firstAt",
       last_at as "lastAt", stored, duplicates, versions, quarantined, ignored, bytes
     from arrival left join study on study.id = arrival.study_id left join patient on patient.id = study.patient_ref
       left join person on person.id::text = arrival.who
     where arrival.organisation_id = $1 and ($2::timestamptz is null or last_at < $2)
     order by last_at desc limit $3`,
    [organisationId, before ?? null, limit],
  );
  return rows;
}
