-- The index of stored DICOM objects. One organisation keeps one copy of a study; sharing is by case.
create table patient (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  identity text not null,                   -- what makes two rows the same patient: issuer and id; without an id, the study
  issuer text not null default '',
  patient_id text not null,
  name text not null default '',
  name_search text not null default '',     -- lower case, no diacritics, each component group between "=" signs
  birth_date date,
  sex text not null default '',
  created_at timestamptz not null default now(),
  unique (organisation_id, identity)
);

create index patient_id on patient (organisation_id, patient_id);

create table study (
  id bigint generated always as identity primary key,
  organisation_id uuid not null references organisation,
  patient_ref uuid not null references patient,
  study_uid text not null,
  study_date date,
  study_time text not null default '',
  accession text not null default '',
  description text not null default '',
  study_id text not null default '',
  referring_physician text not null default '',
  modalities text[] not null default '{}',
  series_count integer not null default 0,
  instance_count integer not null default 0,
  attributes jsonb not null default '{}',   -- DICOM JSON of the study-level return attributes
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organisation_id, study_uid)
);
create index study_uid on study (study_uid);
create index study_patient on study (patient_ref);
create index study_date on study (organisation_id, study_date desc, id desc);
create index study_accession on study (organisation_id, accession);

create table series (
  id bigint generated always as identity primary key,
  study_id bigint not null references study on delete cascade,
  series_uid text not null,
  modality text not null default '',
  number integer,
  description text not null default '',
  role text not null default 'OTHER',
  role_by text not null default 'tags',     -- 'tags', or the id of the person who corrected it
  instance_count integer not null default 0,
  frame_count integer not null default 0,
  attributes jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (study_id, series_uid)
);
create index series_uid on series (series_uid);

-- The DICOM JSON of a whole series, gzip, as it is sent. Made again when `instance_count` no longer fits.
create table series_metadata (
  series_id bigint primary key references series on delete cascade,
  instance_count integer not null,
  body bytea not null,
  etag text not null
);

create table instance (
  id bigint generated always as identity primary key,
  series_id bigint not null references series on delete cascade,
  organisation_id uuid not null references organisation,
  sop_uid text not null,
  sop_class text not null,
  number integer,
  transfer_syntax text not null,
  rows integer,
  columns integer,
  frames integer not null default 0,
  digest bytea not null,                    -- sha256 of the bytes as received
  size bigint not null,
  blob_key text not null,
  pixels jsonb,                             -- where each frame lies in the blob, and what is needed to decode it
  attributes jsonb not null default '{}',   -- DICOM JSON of the instance-level return attributes
  metadata bytea not null,                  -- full DICOM JSON of the instance, gzip, bulk data as relative URIs
  received_at timestamptz not null default now(),
  unique (organisation_id, sop_uid)
);
create index instance_series on instance (series_id, number, id);
create index instance_sop on instance (sop_uid);

-- The same SOP Instance UID with other bytes: kept, visible, never silently dropped.
create table instance_version (
  id bigint generated always as identity primary key,
  instance_id bigint not null references instance on delete cascade,
  digest bytea not null,
  size bigint not null,
  blob_key text not null,
  received_at timestamptz not null default now(),
  unique (instance_id, digest)
);

create index instance_blob on instance (blob_key);
create index instance_version_blob on instance_version (blob_key);

create table quarantine (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  received_at timestamptz not null default now(),
  via text not null,                        -- 'stow', 'upload', 'dimse', 'import', 'analysis'
  who text not null default '',
  name text not null default '',
  size bigint not null,
  digest bytea not null,
  blob_key text not null,
  code text not null,
  reason text not null,
  state text not null default 'waiting' check (state in ('waiting', 'discarded', 'stored')),
  case_id uuid,
  decided_by uuid,
  decided_at timestamptz
);
create index quarantine_blob on quarantine (blob_key);
create index quarantine_state on quarantine (organisation_id, state, received_at desc);
