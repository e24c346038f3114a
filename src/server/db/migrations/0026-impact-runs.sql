-- What a decision knew of doubts (contested facts, facts that were too old), beside the facts it was judged with.
alter table decision add column judged_doubts jsonb generated always as (basis -> 'options' -> 'doubts') stored;

-- What a change of packs would do to the cases: counted in the background, kept with what was asked.
create table impact_run (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation (id),
  requested_by uuid not null references person (id),
  -- the packs: { draft, before, after (hashes), content (of the draft at that moment), days }
  asked json not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  -- decisions that were read, and about how many there are
  seen bigint not null default 0,
  total bigint,
  result json,
  error text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index impact_run_of on impact_run (organisation_id, created_at desc);
