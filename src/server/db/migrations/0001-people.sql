-- Who there is, and how they prove it. Secrets are kept as hashes only.
create table organisation (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  kind text not null check (kind in ('spoke', 'hub')),
  ae_titles text[] not null default '{}',
  created_at timestamptz not null default now()
);

create table person (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  login text not null unique check (login = lower(login) and length(login) between 2 and 64),
  name text not null,
  role text not null check (role in ('emergency-physician', 'interventionalist', 'neurosurgeon', 'neurologist',
    'coordinator', 'technologist', 'fellow', 'quality-lead', 'steward', 'researcher', 'clinic', 'administrator')),
  password_hash text,
  active boolean not null default true,
  demo boolean not null default false,
  created_at timestamptz not null default now()
);

create table session (
  token_hash bytea primary key,
  person_id uuid not null references person on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  via text not null default 'password' check (via in ('password', 'link')),
  user_agent text not null default ''
);
create index session_person on session (person_id);

create table sign_in_link (
  token_hash bytea primary key,
  person_id uuid not null references person on delete cascade,
  expires_at timestamptz not null,
  uses_left integer -- null: as often as wanted until it expires
);

create table api_token (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  person_id uuid not null references person on delete cascade,
  label text not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

-- Every access to patient data, allowed or refused. Append-only.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  person_id uuid,
  organisation_id uuid,
  action text not null,
  object_kind text not null,
  object_id text not null default '',
  outcome text not null check (outcome in ('allowed', 'refused')),
  status integer not null,
  remote text not null default '',
  detail jsonb not null default '{}'
);
create index audit_at on audit (at desc);
create index audit_object on audit (object_kind, object_id);
