import type { StoredBlob } from "../../blobs/blob-store.ts";
import { columnOf } from "../binary-array.ts";
import type { Pool } from "../pool.ts";
import type { IndexEntry, Indexed } from "./index-instance.ts";

export interface ToIndex {
  readonly organisationId: string;
  readonly entry: IndexEntry;
  readonly blob: StoredBlob;
}

/** What became of one of them: a row; or it is known already; or its series or patient is not there as it says. */
export type BatchAnswer = Indexed | "known" | "unplaced";

/*
 * Everything in one statement: one round trip and one commit for many objects. Two that insert at once wait for each other
 * in one order only: objects by UID, then studies by id, then series of a study that is held.
 */
const STATEMENT = `with given as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[], $9::int[],
      $10::text[], $11::int[], $12::int[], $13::int[], $14::bytea[], $15::bigint[], $16::text[], $17::jsonb[], $18::jsonb[], $19::bytea[])
      with ordinality as given (organisation_id, study_uid, series_uid, identity, name, birth_date, sop_uid, sop_class, number,
        transfer_syntax, rows, columns, frames, digest, size, blob_key, pixels, attributes, metadata, place)),
  placed as materialized (
    select given.*, study.id as study_id, series.id as series_id from given
      join study on study.organisation_id = given.organisation_id and study.study_uid = given.study_uid
      join patient on patient.id = study.patient_ref and patient.identity = given.identity and patient.name = given.name
        and patient.birth_date is not distinct from given.birth_date
      join series on series.study_id = study.id and series.series_uid = given.series_uid),
  made as (
    insert into instance (series_id, organisation_id, sop_uid, sop_class, number, transfer_syntax, rows, columns, frames, digest,
        size, blob_key, pixels, attributes, metadata)
      select series_id, organisation_id, sop_uid, sop_class, number, transfer_syntax, rows, columns, frames, digest,
        size, blob_key, pixels, attributes, metadata from placed order by organisation_id, sop_uid
      on conflict (organisation_id, sop_uid) do nothing returning id, organisation_id, sop_uid, series_id, frames),
  more as (select series_id, count(*)::int as objects, sum(frames)::int as frames from made group by series_id),
  held as materialized (
    select id from study where id in (select placed.study_id from more join placed on placed.series_id = more.series_id)
      order by id for no key update),
  grown as (
    update series set instance_count = series.instance_count + more.objects, frame_count = series.frame_count + more.frames,
        updated_at = now()
      from more where series.id = more.series_id and series.study_id in (select id from held)
      returning series.study_id, series.modality, more.objects),
  counted as (
    update study set instance_count = study.instance_count + sums.objects, updated_at = now(), modalities = case
        when study.modalities @> sums.modalities then study.modalities
        else array(select distinct one from unnest(study.modalities || sums.modalities) as one order by one) end
      from (select study_id, sum(objects)::int as objects,
          coalesce(array_agg(distinct modality) filter (where modality not in ('', '-')), '{}') as modalities
        from grown group by study_id) as sums
      where study.id = sums.study_id)
  select placed.place::int, placed.series_id as "seriesId", placed.study_id as "studyId", made.id as "instanceId"
    from placed left join made on made.organisation_id = placed.organisation_id and made.sop_uid = placed.sop_uid`;

interface Placed {
  readonly place: number;
  readonly seriesId: number;
  readonly studyId: number;
  readonly instanceId: number | null;
}

/**
 * Many objects into the index at once, durable when it returns. Takes in only what is plain: its series is there, its
 * patient is the one it names, nobody knows it yet; the answer says of the others why not. Each SOP Instance UID may
 * come once. Fails as a whole.
 */
export async function indexBatch(pool: Pool, objects: readonly ToIndex[]): Promise<BatchAnswer[]> {
  const each = <T>(pick: (object: ToIndex) => T): T[] => objects.map(pick);
  const { rows } = await pool.query<Placed>({
    name: "archive-index-batch",
    text: STATEMENT,
    values: [
      columnOf.uuid(each((o) => o.organisationId)),
      columnOf.text(each((o) => o.entry.study.uid)),
      columnOf.text(each((o) => o.entry.series.uid)),
      columnOf.text(each((o) => o.entry.patient.identity)),
      columnOf.text(each((o) => o.entry.patient.name)),
      columnOf.date(each((o) => o.entry.patient.birthDate)),
      columnOf.text(each((o) => o.entry.instance.sopUid)),
      columnOf.text(each((o) => o.entry.instance.sopClass)),
      columnOf.int4(each((o) => o.entry.instance.number)),
      columnOf.text(each((o) => o.entry.instance.transferSyntax)),
      columnOf.int4(each((o) => o.entry.instance.rows)),
      columnOf.int4(each((o) => o.entry.instance.columns)),
      columnOf.int4(each((o) => o.entry.instance.frames)),
      columnOf.bytea(each((o) => o.blob.digest)),
      columnOf.int8(each((o) => o.blob.size)),
      columnOf.text(each((o) => o.blob.key)),
      columnOf.jsonb(each((o) => o.entry.instance.pixels && JSON.stringify(o.entry.instance.pixels))),
      columnOf.jsonb(each((o) => o.entry.instance.attributes)),
      columnOf.bytea(each((o) => o.entry.instance.metadata)),
    ],
  });
  const answers = new Array<BatchAnswer>(objects.length).fill("unplaced");
  for (const { place, instanceId, seriesId, studyId } of rows) {
    answers[place - 1] =
      instanceId === null
        ? "known"
        : { state: "stored", instanceId, seriesId, studyId, otherPatient: null, elsewhere: null };
  }
  return answers;
}
