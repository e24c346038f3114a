-- Masks that readers paint, outline or grow in the browser. Each version is a DICOM Segmentation in the study; what counts
-- now is the last one. Deleted ones keep their objects and say who deleted them.
create table kept_mask (
  id uuid primary key,
  study_id bigint not null references study on delete cascade,
  version integer not null,
  deleted boolean not null default false,
  created_by uuid references person,
  created_at timestamptz not null
);
create index kept_mask_study on kept_mask (study_id);

create table kept_mask_state (
  mask_id uuid not null references kept_mask on delete cascade,
  version integer not null,
  content jsonb,                      -- null: it was deleted
  digest text,                        -- of the bits and of what is said of them
  segmentation_series_uid text,
  segmentation_sop_uid text,
  by uuid references person,
  at timestamptz not null,
  primary key (mask_id, version)
);
