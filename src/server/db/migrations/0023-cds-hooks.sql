-- Who may call the CDS Hooks services: an EHR by the issuer of its tokens, with its keys or the one address of them.
create table cds_client (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  name text not null check (length(name) between 1 and 200),
  issuer text not null unique check (length(issuer) between 1 and 500),
  audience text not null check (length(audience) <= 500),      -- the address of /cds-services as this client calls it
  jwks_url text check (length(jwks_url) <= 500),
  jwks jsonb,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  last_called_at timestamptz,
  check ((jwks_url is null) <> (jwks is null))
);

-- Tokens that were used: one opens one call. A row is needed no longer than its token would be taken.
create table cds_token (
  client_id uuid not null references cds_client on delete cascade,
  jti text not null check (length(jti) <= 200),
  until timestamptz not null,
  primary key (client_id, jti)
);
create index cds_token_until on cds_token (until);

-- Cards that went out: which recommendations of which packs, and how they stood. No patient, and no value of one.
create table cds_card (
  uuid uuid primary key,
  client_id uuid not null references cds_client,
  service text not null,
  hook_instance text not null,
  indicator text not null,
  topic text not null,
  recommendations jsonb not null,
  at timestamptz not null
);
create index cds_card_at on cds_card (client_id, at);

-- What became of them. The same report told twice is one.
create table cds_feedback (
  id bigint generated always as identity primary key,
  card uuid not null references cds_card,
  outcome text not null check (outcome in ('accepted', 'overridden')),
  reason jsonb,                                               -- {code, system, display}
  suggestions jsonb not null default '[]',
  comment text not null default '' check (length(comment) <= 2000),
  outcome_at timestamptz not null,
  received_at timestamptz not null default now(),
  unique (card, outcome, outcome_at)
);
