-- What was met and not followed, and why. A row is never changed but for being withdrawn, and never deleted. Both
-- organisations of the case are kept beside it, so that each finds its own by an index (they do not change after referral).
create table deviation (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  case_id uuid not null references clinical_case,
  decision_id uuid references decision,      -- the answer it belongs to; null: noted before one was given
  from_organisation uuid not null references organisation,
  to_organisation uuid not null references organisation,
  recommendation text not null check (length(recommendation) between 1 and 200),
  subject text not null,
  direction text not null,
  body text not null,
  year integer not null,
  strength text not null,
  pack text not null,
  pack_version text not null,
  pack_hash text not null,
  facts jsonb not null default '{}',         -- the facts that met it, by field of the dictionary
  reason text not null,
  words text not null default '' check (length(words) <= 2000),
  person_id uuid not null references person,
  at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid references person,
  check ((withdrawn_at is null) = (withdrawn_by is null))
);
create unique index deviation_standing on deviation (case_id, recommendation) where withdrawn_at is null;
create index deviation_case on deviation (case_id, seq);
create index deviation_from on deviation (from_organisation, seq);
create index deviation_to on deviation (to_organisation, seq);
create index deviation_from_at on deviation (from_organisation, at);
create index deviation_to_at on deviation (to_organisation, at);

-- The screening log: each case beside each open trial of its kind, written whether the patient is enrolled or not.
create table screening (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  case_id uuid not null references clinical_case,
  trial text not null check (length(trial) between 1 and 200),
  from_organisation uuid not null references organisation,
  to_organisation uuid not null references organisation,
  acronym text not null,
  pack text not null,
  pack_version text not null,
  pack_hash text not null,
  result text not null check (result in ('inside', 'outside', 'cannot determine')),
  conditions jsonb not null,                 -- each condition in words with its result and the value it had
  reasons jsonb not null default '[]',
  missing jsonb not null default '[]',
  screened_at timestamptz not null,
  judged_at timestamptz not null,            -- when the result was last worked out
  outcome text check (outcome in ('enrolled', 'declined', 'not-offered', 'not-eligible')),
  outcome_reason text not null default '' check (length(outcome_reason) <= 2000),
  outcome_by uuid references person,
  outcome_at timestamptz,
  unique (case_id, trial),
  check ((outcome is null) = (outcome_at is null) and (outcome is null) = (outcome_by is null))
);
create index screening_from on screening (from_organisation, seq);
create index screening_to on screening (to_organisation, seq);
create index screening_from_trial on screening (from_organisation, trial, seq);
create index screening_to_trial on screening (to_organisation, trial, seq);
create index screening_from_at on screening (from_organisation, screened_at);
create index screening_to_at on screening (to_organisation, screened_at);

-- Every change of a screening, in order. Never changed, never deleted. A person is null when Willis judged.
create table screening_step (
  id bigint generated always as identity primary key,
  screening_id uuid not null references screening,
  at timestamptz not null,
  person_id uuid references person,
  payload jsonb not null
);
create index screening_step_screening on screening_step (screening_id, id);
