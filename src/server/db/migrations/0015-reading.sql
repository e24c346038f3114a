-- What a series is in words (label, qualifiers, how sure, why), as its tags, geometry and descriptions tell: null until
-- they were read. `corrected` holds the qualifiers that a person, or what was learned from one, gave it instead.
alter table series add column reading jsonb;
alter table series add column corrected jsonb;

-- A person's correction holds for the next series like it: same station, protocol and description at the same
-- organisation. `series.role_by` is then 'learned:' and the id. Retired ones stay, to be looked at and taken back.
create table learned_role (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  modality text not null,
  station text not null,
  protocol text not null,
  description text not null,
  role text not null,
  qualifiers jsonb not null default '{}',
  series_id bigint references series on delete set null, -- the one that was corrected
  created_by uuid references person,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index learned_role_pattern on learned_role (organisation_id, modality, station, protocol, description)
  where retired_at is null;
create index learned_role_series on learned_role (series_id) where retired_at is null;

-- A layout of panes by role and qualifiers, saved by a person for themselves or for all of the organisation.
create table hanging_layout (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  created_by uuid not null references person,
  for_all boolean not null,
  name text not null check (length(name) between 1 and 60),
  layout jsonb not null,
  created_at timestamptz not null default now(),
  removed_at timestamptz
);
create index hanging_layout_organisation on hanging_layout (organisation_id, name) where removed_at is null;
