-- What came, from whom: one row a sender, way and study, and sitting (a pause of half an hour begins a new one). Written in
-- batches, a few seconds late: for people to look at, nothing is decided by it.
create table arrival (
  id bigint generated always as identity primary key,
  organisation_id uuid not null references organisation,
  via text not null,                        -- as quarantine.via
  who text not null default '',             -- person id or calling AE title
  study_id bigint references study on delete cascade, -- null: what is in no study (quarantine, left out)
  first_at timestamptz not null,
  last_at timestamptz not null,
  stored integer not null default 0,
  duplicates integer not null default 0,
  versions integer not null default 0,
  quarantined integer not null default 0,
  ignored integer not null default 0,
  bytes bigint not null default 0
);
create index arrival_latest on arrival (organisation_id, last_at desc);
create index arrival_sitting on arrival (organisation_id, via, who, study_id, last_at desc);
create index arrival_study on arrival (study_id);

-- The header of an object is gzip already: no second attempt at making it smaller.
alter table instance alter column metadata set storage external;
alter table series_metadata alter column body set storage external;
