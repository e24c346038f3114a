-- The case: append-only events; the other tables are what they add up to.
create table clinical_case (
  id uuid primary key default gen_random_uuid(),
  from_organisation uuid not null references organisation,
  to_organisation uuid not null references organisation,
  kind text not null check (kind in ('stroke', 'aneurysm', 'haemorrhage', 'avm', 'subdural', 'carotid', 'other')),
  urgency text not null check (urgency in ('critical', 'urgent', 'elective')),
  status text not null check (status in ('draft', 'waiting', 'need-data', 'accepted', 'declined', 'closed')),
  question text not null default '',
  patient_name text not null default '',
  patient_identifier text not null default '',
  patient_birth_date date,
  patient_sex text not null default '',
  last_known_well timestamptz,
  last_known_well_by text not null default '',
  expected_images integer,
  created_by uuid not null references person,
  created_at timestamptz not null default now(),
  referred_at timestamptz,
  answer_due_at timestamptz,
  answered_at timestamptz,
  updated_at timestamptz not null default now(),
  revision integer not null default 1
);
create index clinical_case_to on clinical_case (to_organisation, status, updated_at desc);
create index clinical_case_from on clinical_case (from_organisation, status, updated_at desc);

create table case_event (
  id bigint generated always as identity primary key,
  case_id uuid not null references clinical_case,
  at timestamptz not null default now(),
  person_id uuid references person,
  kind text not null,
  payload jsonb not null default '{}'
);
create index case_event_case on case_event (case_id, id);

create table fact (
  id uuid primary key default gen_random_uuid(),
  case_id uuid not null references clinical_case,
  name text not null,
  value jsonb not null,
  unit text not null default '',
  source jsonb not null,
  observed_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  recorded_by uuid references person,
  retracted jsonb
);
create index fact_case on fact (case_id, name, recorded_at);

create table message (
  id bigint generated always as identity primary key,
  case_id uuid not null references clinical_case,
  at timestamptz not null default now(),
  person_id uuid references person,   -- null: written by Willis itself
  body text not null
);
create index message_case on message (case_id, id);

create table decision (
  id uuid primary key default gen_random_uuid(),
  case_id uuid not null references clinical_case,
  person_id uuid not null references person,
  at timestamptz not null default now(),
  kind text not null check (kind in ('accept', 'need-data', 'decline')),
  option text not null default '',
  reason text not null default '',
  basis jsonb not null,               -- facts, pack versions and hashes, whole traces, measurements, series seen
  basis_digest bytea not null,
  pdf_blob_key text,
  pdf_sop_uid text
);
create index decision_case on decision (case_id, at);

create table case_study (
  case_id uuid not null references clinical_case,
  study_id bigint not null references study,
  added_at timestamptz not null default now(),
  added_by uuid references person,
  primary key (case_id, study_id)
);
create index case_study_study on case_study (study_id);
