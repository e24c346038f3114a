-- Who we speak DIMSE with, by AE title: where they are, and what each may do here.
create table peer (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  ae_title text not null unique check (ae_title ~ '^[!-~]([ -~]{0,14}[!-~])?$' and position('\' in ae_title) = 0),
  host text not null default '' check (length(host) <= 253),  -- empty: it only calls us
  port integer not null default 104 check (port between 1 and 65535),
  tls boolean not null default false,
  address_check boolean not null default true,                -- a call under this title must come from `host`
  permissions text[] not null default '{echo,store}'
    check (permissions <@ array['echo', 'store', 'find', 'retrieve', 'worklist', 'mpps', 'commit']),
  note text not null default '' check (length(note) <= 2000),
  active boolean not null default true,
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_called_at timestamptz                                  -- when it last opened an association with us
);
create index peer_organisation on peer (organisation_id, ae_title);

-- What organisations sent under until now. `organisation.ae_titles` stays honoured for titles that are no peer.
insert into peer (organisation_id, ae_title)
  select organisation.id, trim(title) from organisation, unnest(organisation.ae_titles) as title
  where trim(title) ~ '^[!-~]([ -~]{0,14}[!-~])?$' and position('\' in title) = 0
  on conflict do nothing;

-- Studies on their way from or to a peer. The row is the queue: a worker holds what it works on by its heartbeat, so
-- that another one takes it up when that worker has died.
create table transfer (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  peer_id uuid not null references peer on delete cascade,
  direction text not null check (direction in ('pull', 'push')),
  method text not null default 'get' check (method in ('get', 'move', 'store')),
  study_uid text not null,
  series_uid text,
  patient_id text not null default '',
  case_id uuid,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  total integer,
  completed integer not null default 0,
  warnings integer not null default 0,
  failed integer not null default 0,
  failed_uids text[] not null default '{}',
  message text not null default '',
  attempts integer not null default 0,
  requested_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  heartbeat_at timestamptz,
  finished_at timestamptz
);
create index transfer_organisation on transfer (organisation_id, created_at desc);
create index transfer_waiting on transfer (created_at) where state in ('queued', 'running');

-- Who called and is no peer, or was refused: what an administrator makes a peer of, or asks about.
create table stranger_call (
  ae_title text not null,
  address text not null,
  called text not null,
  refused text not null default '',                           -- why; empty when it was let in
  calls integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (ae_title, address)
);
create index stranger_call_last on stranger_call (last_at);
