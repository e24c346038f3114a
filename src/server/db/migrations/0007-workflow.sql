-- What goes between the archive and the devices of the hospital beside images: storage commitment, the worklist of the
-- angio suite, what was performed there, and earlier studies that are fetched for a case.

-- Storage commitment (PS3.4 annex J), asked of us ('provider') or by us ('user'). The row is the queue: whoever works on
-- it keeps claimed_at fresh. State by role:
--   provider: queued (to be checked), checked (result stands, to be reported), done (reported), failed (could not be told)
--   user:     queued (to be asked), asked (the result is awaited), done (the result is here), failed (no result)
create table commitment (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  role text not null check (role in ('provider', 'user')),
  transaction_uid text not null check (length(transaction_uid) between 1 and 64),
  ae_title text not null,                                      -- who asked us, or whom we ask
  transfer_id uuid references transfer on delete cascade,      -- user: the push that it is about
  state text not null default 'queued' check (state in ('queued', 'checked', 'asked', 'done', 'failed')),
  committed integer not null default 0,
  failed integer not null default 0,
  message text not null default '',
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  claimed_at timestamptz,
  created_at timestamptz not null default now(),
  checked_at timestamptz,
  finished_at timestamptz,
  unique (role, ae_title, transaction_uid)
);
create index commitment_organisation on commitment (organisation_id, created_at desc);
create index commitment_due on commitment (due_at) where state in ('queued', 'checked', 'asked');
create index commitment_transfer on commitment (transfer_id) where transfer_id is not null;

create table commitment_item (
  commitment_id uuid not null references commitment on delete cascade,
  position integer not null,
  sop_class text not null,
  sop_uid text not null,
  outcome integer,                                             -- null: not known yet; 0: committed; else the Failure Reason
  primary key (commitment_id, position)
);

-- Scheduled procedure steps (PS3.4 annex K): one requested procedure with one step a row.
create sequence scheduled_step_number;
create table scheduled_step (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,       -- where it is done
  case_id uuid references clinical_case on delete cascade,
  number bigint not null default nextval('scheduled_step_number') unique,
  accession text not null unique check (length(accession) between 1 and 16),
  study_uid text not null unique,
  patient_name text not null default '',                       -- as DICOM writes it: family^given
  patient_id text not null default '',
  issuer text not null default '',
  birth_date date,
  sex text not null default '',
  description text not null check (length(description) between 1 and 64),
  reason text not null default '' check (length(reason) <= 64),
  priority text not null default 'ROUTINE' check (priority in ('STAT', 'HIGH', 'ROUTINE', 'MEDIUM', 'LOW')),
  modality text not null default 'XA' check (modality ~ '^[A-Z0-9_]{1,16}$'),
  station text not null default '' check (length(station) <= 16),  -- empty: any that asks for the worklist
  location text not null default '' check (length(location) <= 16),
  physician text not null default '',
  referring text not null default '',
  starts_at timestamptz not null,
  state text not null default 'scheduled' check (state in ('scheduled', 'in-progress', 'completed', 'discontinued', 'cancelled')),
  by_hand boolean not null default false,
  created_by uuid references person,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  cancelled_reason text not null default ''
);
create index scheduled_step_open on scheduled_step (organisation_id, starts_at) where state in ('scheduled', 'in-progress');
create index scheduled_step_case on scheduled_step (case_id) where case_id is not null;

-- Modality performed procedure steps (PS3.4 annex F) as they stand, and every message that made them so, whole.
create table performed_step (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  sop_uid text not null unique,
  ae_title text not null,
  status text not null check (status in ('IN PROGRESS', 'COMPLETED', 'DISCONTINUED')),
  case_id uuid references clinical_case on delete cascade,
  study_uids text[] not null default '{}',
  attributes jsonb not null,                                   -- DICOM JSON
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index performed_step_case on performed_step (case_id) where case_id is not null;
create index performed_step_organisation on performed_step (organisation_id, created_at desc);

create table performed_step_of (
  performed_id uuid not null references performed_step on delete cascade,
  scheduled_id uuid not null references scheduled_step on delete cascade,
  primary key (performed_id, scheduled_id)
);
create index performed_step_of_scheduled on performed_step_of (scheduled_id);

create table performed_step_message (
  id bigint generated always as identity primary key,
  performed_id uuid not null references performed_step on delete cascade,
  at timestamptz not null default now(),
  command text not null check (command in ('N-CREATE', 'N-SET')),
  attributes jsonb not null
);
create index performed_step_message_step on performed_step_message (performed_id, id);

-- Looking for earlier studies of the patient of a case at one peer: one row for each number that the case had.
create table prior_search (
  id uuid primary key default gen_random_uuid(),
  case_id uuid not null references clinical_case on delete cascade,
  organisation_id uuid not null references organisation,
  peer_id uuid not null references peer on delete cascade,
  patient_identifier text not null,
  state text not null default 'queued' check (state in ('queued', 'done', 'failed')),
  found integer not null default 0,
  chosen integer not null default 0,
  message text not null default '',
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  claimed_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (case_id, peer_id, patient_identifier)
);
create index prior_search_due on prior_search (due_at) where state = 'queued';

-- Studies that belong to a case and are attached to it as soon as they are here.
create table expected_study (
  case_id uuid not null references clinical_case on delete cascade,
  organisation_id uuid not null references organisation,
  study_uid text not null,
  search_id uuid references prior_search on delete set null,   -- null: the procedure itself
  transfer_id uuid references transfer on delete set null,
  about jsonb not null default '{}',                           -- date, modalities, description, why it was chosen
  created_at timestamptz not null default now(),
  attached_at timestamptz,
  refused text not null default '',                            -- why it was not attached
  primary key (case_id, organisation_id, study_uid)
);
create index expected_study_open on expected_study (created_at) where attached_at is null and refused = '';

create index clinical_case_updated on clinical_case (updated_at desc);
