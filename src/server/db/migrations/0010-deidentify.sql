-- De-identified exports, and the vault that can undo their pseudonyms. What names a patient lies here sealed (AES-256-GCM)
-- under a key that is not in the database.
create table deidentify_project (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  name text not null check (length(name) between 2 and 80),
  options text[] not null,            -- fixed for the project: the same patient, treated in two ways, tells too much
  secret bytea not null,              -- sealed: pseudonyms, new UIDs and date shifts are made from it
  created_by uuid references person,
  created_at timestamptz not null default now(),
  unique (organisation_id, name)
);

create table deidentify_patient (
  project_id uuid not null references deidentify_project on delete cascade,
  pseudonym text not null,
  subject bytea not null,             -- sealed: identifier, issuer, name, birth date, days by which dates moved
  created_at timestamptz not null default now(),
  primary key (project_id, pseudonym)
);

create table deidentify_uid (
  project_id uuid not null references deidentify_project on delete cascade,
  made text not null,
  pseudonym text not null,
  level text not null check (level in ('study', 'series', 'instance')),
  original bytea not null,            -- sealed
  primary key (project_id, made)
);

create table deidentify_export (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references deidentify_project on delete cascade,
  study_ids bigint[] not null,
  requested_by uuid references person,
  state text not null default 'ready' check (state in ('ready', 'running', 'done', 'failed', 'cancelled')),
  total integer not null default 0,
  done integer not null default 0,
  withheld integer not null default 0,
  flagged integer not null default 0,
  failed integer not null default 0,
  error text not null default '',
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  touched_at timestamptz not null default now()
);
create index deidentify_export_project on deidentify_export (project_id, created_at desc);
