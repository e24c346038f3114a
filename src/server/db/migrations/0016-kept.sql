-- What readers keep of images. Each state of a measurement stays as a row of its own; what counts now is the last one.
-- The measurements of a study are one report (DICOM SR, TID 1500), a new version with each change.
create table measurement_report (
  study_id bigint primary key references study on delete cascade,
  series_uid text not null,
  version integer not null default 0,
  stored_version integer not null default 0,   -- the last version that is in the archive
  stored_sop_uid text,
  stored_sop_class text
);

create table kept_measurement (
  id uuid primary key,
  study_id bigint not null references study on delete cascade,
  series_uid text not null,
  version integer not null,
  content jsonb not null,
  deleted boolean not null default false,
  created_by uuid references person,
  created_at timestamptz not null,
  changed_by uuid references person,
  changed_at timestamptz not null
);
create index kept_measurement_study on kept_measurement (study_id, series_uid);

create table kept_measurement_state (
  measurement_id uuid not null references kept_measurement on delete cascade,
  version integer not null,
  content jsonb,                      -- null: it was deleted
  by uuid references person,
  at timestamptz not null,
  report_version integer not null,
  primary key (measurement_id, version)
);

create table key_image (
  id uuid primary key,
  study_id bigint not null references study on delete cascade,
  content jsonb not null,
  capture_series_uid text not null,
  capture_sop_uid text not null,
  selection_sop_uid text not null,
  by uuid references person,
  at timestamptz not null,
  removed_by uuid references person,
  removed_at timestamptz
);
create index key_image_study on key_image (study_id);
