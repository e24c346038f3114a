-- What several servers on one database must know of each other.

-- Which blob store the images of this database lie in: a server with another one is refused at its start.
create table blob_store (
  id uuid primary key,
  only_one boolean not null default true unique check (only_one),
  place text not null,                      -- as it was when it was first used, for a person to read
  since timestamptz not null default now()
);

-- A spool: a folder on the disk of one server where objects wait for the object store. It outlives the process.
create table blob_spool (
  id uuid primary key,
  name text not null,                       -- host name
  seen_at timestamptz not null default now(),
  objects integer not null default 0,
  bytes bigint not null default 0
);

-- Objects that lie in a spool and not yet in the object store. What has no row here is in the object store.
create table blob_place (
  key text not null,
  spool_id uuid not null references blob_spool on delete cascade,
  since timestamptz not null default now(),
  primary key (key, spool_id)
);
create index blob_place_spool on blob_place (spool_id);

-- Tries to sign in, counted over all servers. Worth nothing after a crash, so not logged.
create unlogged table sign_in_try (
  key text not null,                        -- 'login keller', 'address 10.0.0.1'
  at timestamptz not null
);
create index sign_in_try_key on sign_in_try (key, at);
create index sign_in_try_at on sign_in_try (at);
