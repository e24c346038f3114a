// A big archive written straight into the tables: studies of 15 years, ten series each, and what lies around them.
import type { Sql } from "../src/server/db/pool.ts";
import { madeNames } from "./archive-scale-names.ts";

export interface ScaleSize {
  readonly studies: number;
  readonly seriesPerStudy: number;
}

export const UID = "1.2.826.0.1.3680043.10.9999.11.20110101.4711";
const NAMES = 100_000;
const PATIENTS = 0.65; // a study
const BIG = ["patient", "study", "series", "study_key", "case_study"];

/** Where a modality begins, of 100,000 studies. */
const MODALITIES = `case when m < 35000 then '{CT}' when m < 55000 then '{MR}' when m < 70000 then '{DX}' when m < 80000 then '{CR}'
  when m < 90000 then '{US}' when m < 94000 then '{XA}' when m < 96000 then '{MG}' when m < 97500 then '{CT,SR}'
  when m < 98500 then '{CT,PT}' when m < 99500 then '{NM}' when m < 99990 then '{RF}' else '{IVOCT}' end`;

interface Dropped {
  readonly drop: string;
  readonly make: string;
}

/** Indexes are made after the rows, as any big load does it. */
async function indexes(sql: Sql): Promise<Dropped[]> {
  const { rows } = await sql.query<{ name: string; table: string; def: string; con: string | null; first: boolean }>(
    `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table, pg_get_indexdef(i.indexrelid) as def,
       pg_get_constraintdef(c.oid) as con, i.indisprimary as first
     from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
     where i.indrelid = any($1::regclass[])`,
    [BIG],
  );
  return rows
    .filter((row) => !row.first || row.table === "study_key")
    .map(({ name, table, def, con }) =>
      con
        ? {
            drop: `alter table ${table} drop constraint ${name}`,
            make: `alter table ${table} add constraint ${name} ${con}`,
          }
        : { drop: `drop index ${name}`, make: def },
    );
}

/**
 * Fills the database beside what is in it: seven of ten patients are the organisation's own, the others of three spokes,
 * of whose studies one in fifteen is shared in a case. One client, as it changes the session.
 */
export async function fill(sql: Sql, own: string, size: ScaleSize, say: (text: string) => void): Promise<void> {
  const started = performance.now();
  const step = async (what: string, text: string, values: unknown[] = []): Promise<void> => {
    const before = performance.now();
    await sql.query(text, values);
    say(`  ${what}: ${((performance.now() - before) / 1000).toFixed(1)} s`);
  };
  const { studies, seriesPerStudy } = size;
  const patients = Math.round(studies * PATIENTS);
  const spokes: string[] = [];
  for (const name of ["Spoke North", "Spoke East", "Spoke West"]) {
    const { rows } = await sql.query(
      "insert into organisation (name, kind) values ($1, 'spoke') on conflict (name) do update set kind = 'spoke' returning id",
      [name],
    );
    spokes.push(rows[0].id);
  }
  const person = (await sql.query("select id from person where organisation_id = $1 limit 1", [own])).rows[0].id;
  const ids = (await sql.query("select coalesce((select max(id) from study), 0) + 1000 as base")).rows[0];
  const base = Number(ids.base);
  const seriesBase = Number((await sql.query("select coalesce(max(id), 0) + 1000 as base from series")).rows[0].base);
  await sql.query("set session_replication_role = replica"); // no triggers: the rows are known to fit
  await sql.query("set synchronous_commit = off");
  await sql.query("set maintenance_work_mem = '1GB'");
  await sql.query("set work_mem = '256MB'");
  const dropped = await indexes(sql);
  for (const { drop } of dropped) await sql.query(drop);

  const names = madeNames(NAMES);
  await sql.query("create temp table made_name (place int primary key, name text, search text)");
  await sql.query(
    "insert into made_name select at - 1, name, search from unnest($1::text[], $2::text[]) with ordinality as given (name, search, at)",
    [names.map((one) => one.name), names.map((one) => one.search)],
  );
  const organisation = "(array[$2, $2, $2, $2, $2, $2, $2, $3, $4, $5]::uuid[])[1 + n % 10]";
  await step(
    `${patients} patients`,
    `insert into patient (id, organisation_id, identity, patient_id, name, name_search, birth_date, sex)
     select md5('patient ' || n)::uuid, ${organisation}, '|' || number, number, made_name.name, search,
       date '1925-01-01' + (n::bigint * 7907 % 36500)::int, case n % 2 when 0 then 'F' else 'M' end
     from generate_series(1, $1::int) n cross join lateral (select lpad((n::bigint * 48271 % 99999989)::text, 8, '0') as number) id
       join made_name on place = n::bigint * 7919 % ${NAMES}`,
    [patients, own, ...spokes],
  );
  await step(
    `${studies} studies`,
    `insert into study (id, organisation_id, patient_ref, claimed_ref, study_uid, study_date, study_time, accession, description,
       study_id, referring_physician, modalities, series_count, instance_count, attributes) overriding system value
     select $6::bigint + s, organisation_id, patient.id, patient.id, '${UID}.' || s, day, clock, number, description, s::text, 'Ref^Er',
       modality::text[], ${seriesPerStudy}, 200, jsonb_build_object(
         '00080020', jsonb_build_object('vr', 'DA', 'Value', jsonb_build_array(to_char(day, 'YYYYMMDD'))),
         '00080030', jsonb_build_object('vr', 'TM', 'Value', jsonb_build_array(clock)),
         '00080050', jsonb_build_object('vr', 'SH', 'Value', jsonb_build_array(number)),
         '00081030', jsonb_build_object('vr', 'LO', 'Value', jsonb_build_array(description)),
         '00100010', jsonb_build_object('vr', 'PN', 'Value', jsonb_build_array(jsonb_build_object('Alphabetic', split_part(patient.name, '=', 1)))),
         '00100020', jsonb_build_object('vr', 'LO', 'Value', jsonb_build_array(patient.patient_id)),
         '00100040', jsonb_build_object('vr', 'CS', 'Value', jsonb_build_array(patient.sex)))
     from (select s, (s::bigint * 50021 % 100000)::int as m,
         case when s <= ${patients} then s else 1 + (s::bigint * 40503 % ${patients}) end as n,
         date '2011-01-01' + case s % 7 when 0 then (s::bigint * 7919 % 5479)::int else (5479 * power(s / $1::float8, 0.8))::int end as day,
         lpad((s % 24)::text, 2, '0') || lpad((s % 60)::text, 2, '0') || '00' as clock,
         'A' || lpad((s::bigint * 48271 % 99999989)::text, 9, '0') as number
       from generate_series(1, $1::int) s) as made
       cross join lateral (select ${MODALITIES} as modality) as kind
       cross join lateral (select substr(modality, 2, 2) || (array[' HEAD NATIVE', ' ANGIO HEAD NECK', ' PERFUSION', ' SPINE', ' CHEST', ' ABDOMEN',
         ' KNEE LEFT', ' Schädel nativ', ' FOLLOW UP'])[1 + s % 9] as description) as words
       join patient on patient.id = md5('patient ' || n)::uuid, (select $2::uuid, $3::uuid, $4::uuid, $5::uuid) as unused
     order by s`,
    [studies, own, ...spokes, base],
  );
  await step(
    `${studies * seriesPerStudy} series`,
    `insert into series (id, study_id, series_uid, modality, number, description, role, instance_count, frame_count, attributes)
       overriding system value
     select $2::bigint + k, $3::bigint + 1 + (k - 1) / ${seriesPerStudy}, '${UID}.' || 1 + (k - 1) / ${seriesPerStudy} || '.' || k,
       (array['CT', 'MR', 'XA', 'SR'])[1 + k % 4], (k - 1) % ${seriesPerStudy} + 1, 'Series ' || k % 40, 'OTHER', 20, 20,
       '{"00080060": {"vr": "CS", "Value": ["CT"]}, "0008103E": {"vr": "LO", "Value": ["Thin soft tissue axial"]}, "00200011": {"vr": "IS", "Value": [1]}}'
     from generate_series(1, $1::int) k`,
    [studies * seriesPerStudy, seriesBase, base],
  );
  await step(
    "study_key",
    `insert into study_key (organisation_id, key, day, study_id)
     select study.organisation_id, one, study_day(study), study.id
     from study join patient on patient.id = study.patient_ref, unnest(study_keys(study, patient)) as one
     where study.id > $1 order by 1, 2, 3, 4`,
    [base],
  );
  await step(
    "cases",
    `with made as (
       insert into clinical_case (from_organisation, to_organisation, kind, urgency, status, created_by, referred_at, answered_at, patient_name)
       select study.organisation_id, $2, 'stroke', 'urgent', case when id % 100 = 0 then 'waiting' else 'closed' end, $3, now(), now(), study.id::text
       from study where id > $1 and organisation_id <> $2 and id % 15 = 0 returning id, patient_name)
     insert into case_study (case_id, study_id) select id, patient_name::bigint from made`,
    [base, own, person],
  );
  await step(
    "objects of some series, arrivals, quarantine",
    `with objects as (
       insert into instance (series_id, organisation_id, sop_uid, sop_class, number, transfer_syntax, rows, columns, frames, digest, size,
         blob_key, attributes, metadata)
       select series.id, study.organisation_id, series_uid || '.' || n, '1.2.840.10008.5.1.4.1.1.2', n, '1.2.840.10008.1.2.1', 512, 512, 1,
         sha256((series.id || '.' || n)::bytea), 530000, 'made/' || series.id || '.' || n, '{}', '\\x'
       from study join series on series.study_id = study.id and series.number = 1, generate_series(1, 20) n
       where study.id > $1 and study.id % 200 = 0 returning 1),
     came as (
       insert into arrival (organisation_id, via, who, study_id, first_at, last_at, stored, bytes)
       select organisation_id, 'dimse', 'MODALITY' || id % 9, id, now() - interval '1 second' * ($2::int - id + $1), now() - interval '1 second' * ($2::int - id + $1), 200, 1e8
       from study where id > $1 and id % 5 = 0 returning 1)
     insert into quarantine (organisation_id, via, name, size, digest, blob_key, code, reason, state)
       select $3, 'dimse', 'made ' || n, 1000, sha256(n::text::bytea), 'made/q' || n, 'not-dicom', 'made', case when n % 10 = 0 then 'waiting' else 'discarded' end
       from generate_series(1, 20000) n`,
    [base, studies, own],
  );
  for (const { make } of dropped) await step(make.slice(0, 100), make);
  for (const table of ["study", "series", "patient", "instance", "arrival", "study_key", "case_study", "clinical_case"])
    await sql.query(`vacuum (analyze) ${table}`);
  await sql.query("select setval(pg_get_serial_sequence('study', 'id'), (select max(id) from study))");
  await sql.query("select setval(pg_get_serial_sequence('series', 'id'), (select max(id) from series))");
  await sql.query("set session_replication_role = origin");
  say(`  in all ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
