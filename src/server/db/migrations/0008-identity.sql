-- Who a patient is, corrected by people. The rows of patient and study say what is true now; what came is kept beside it.

-- A row with merged_into is no patient of its own any more, but a name under which objects of that patient still arrive.
alter table patient add column merged_into uuid references patient;
alter table patient add column corrections jsonb not null default '{}';  -- fields that a person gave, over what objects say
alter table patient add column received jsonb;                           -- the values as they came; null: never changed
create index patient_merged_into on patient (merged_into) where merged_into is not null;

alter table study add column claimed_ref uuid references patient;        -- the patient that its objects claim; null: patient_ref
alter table study add column corrections jsonb not null default '{}';
alter table study add column received jsonb;                             -- columns and attributes as they came; null: never changed
alter table study add column overlay jsonb;                              -- what is laid over its objects as they leave; null: nothing
alter table study add column revision integer not null default 0;        -- grows whenever the overlay or a choice of version changes
create index study_claimed on study (claimed_ref) where claimed_ref is not null;

-- Merge, move, correction: append-only but for the mark that it was undone. `before` and `after` are whole states.
create table identity_change (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity,  -- the order in which they were made
  organisation_id uuid not null references organisation,
  at timestamptz not null default now(),
  person_id uuid not null references person,
  kind text not null check (kind in ('merge', 'move', 'correct-patient', 'correct-study', 'use-version')),
  patient_ref uuid not null references patient,
  other_ref uuid references patient,
  summary text not null,
  reason text not null,
  confirmed text not null default '',          -- why it was done although two identifiers disagree
  before jsonb not null,
  after jsonb not null,
  undone_at timestamptz,
  undone_by uuid references person
);
create index identity_change_organisation on identity_change (organisation_id, number desc);
create index identity_change_patient on identity_change (patient_ref, number desc);

-- Other identities that objects of a study claim: a sign that somebody else's images lie in it.
create table study_claim (
  study_id bigint not null references study on delete cascade,
  claim text not null,                         -- the claimed values, one text
  issuer text not null default '',
  patient_id text not null default '',
  name text not null default '',
  birth_date date,
  sex text not null default '',
  objects integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  settled_at timestamptz,
  settled_by uuid references person,
  settled_reason text not null default '',
  primary key (study_id, claim)
);
create index study_claim_open on study_claim (study_id) where settled_at is null;

-- The issuer of patient ids of senders that state none: of the whole organisation (ae_title '') or of one peer.
create table default_issuer (
  organisation_id uuid not null references organisation,
  ae_title text not null default '',
  issuer text not null check (length(issuer) between 1 and 64),
  set_at timestamptz not null default now(),
  set_by uuid references person,
  primary key (organisation_id, ae_title)
);

-- Quarantine: what was decided is said apart from what was wrong.
alter table quarantine add column decided_reason text not null default '';
alter table quarantine add column discard_until timestamptz;             -- until then it can be taken back
alter table quarantine add column fixed jsonb;                           -- values that a person gave to the stored copy

-- What sweeps of the blob store found.
create table blob_sweep (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  set_aside integer not null,
  took_ms integer not null
);

-- Objects and bytes that came each day, added up as they settle, so that nobody counts the whole index.
create table storage_day (
  organisation_id uuid not null references organisation,
  day date not null,
  objects bigint not null,
  bytes bigint not null,
  primary key (organisation_id, day)
);
create table storage_cursor (
  only_one boolean primary key default true check (only_one),
  instance_id bigint not null
);
insert into storage_cursor (instance_id) values (0);
