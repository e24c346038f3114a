-- Grades that readers give angiographic runs by eye, before anything computed is shown to them. A row is never changed but
-- for the machine's reading, which is added once, afterwards.
create table reading_grade (
  id uuid primary key,
  study_id bigint not null references study on delete cascade,
  series_uid text not null check (length(series_uid) between 1 and 64),
  first_series_uid text check (length(first_series_uid) between 1 and 64),
  scale text not null,
  grade text not null,
  moment text not null default '' check (length(moment) <= 100),
  outline jsonb,                             -- columns and rows of the outlined territory, on the first run
  person_id uuid not null references person,
  at timestamptz not null,
  after_machine boolean not null,            -- this person had seen a machine's reading of this run by this scale
  machine jsonb,
  machine_at timestamptz,
  check ((machine is null) = (machine_at is null)),
  check (machine_at >= at)
);
create index reading_grade_study on reading_grade (study_id, at);
