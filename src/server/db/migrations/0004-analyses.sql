-- Computations on pixels: one row a run, its numbers and its maps.
create table analysis (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('perfusion')),
  series_id bigint not null references series on delete cascade,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  step text not null default '',
  progress real not null default 0,
  params jsonb not null default '{}',
  result jsonb,                       -- measurements, curves, quality, map series
  error text,
  requested_by uuid references person,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index analysis_series on analysis (series_id, created_at desc);

-- What the queue looks for: perfusion series, by when they last grew.
create index series_perfusion on series (updated_at) where role = 'CTP';
