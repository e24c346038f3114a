-- Which version of each knowledge pack is in force, as a log that only grows: the last row of a pack holds. A pack
-- without a row is the one that comes with this version of Willis.
create table pack_standing (
  seq bigint generated always as identity primary key,
  pack text not null,
  -- null: the pack was taken out of force
  hash text references pack_version (hash),
  why text not null check (why <> ''),
  -- what its signature said at that moment: {"state", "keyId", "key"} or {"state", "why"}
  signature jsonb not null default '{}',
  person uuid references person (id),
  at timestamptz not null default now()
);
create index pack_standing_pack on pack_standing (pack, seq desc);

-- Ed25519 keys whose signature on a pack is relied on. A key is revoked, never forgotten.
create table pack_key (
  id uuid primary key default gen_random_uuid(),
  key_id text not null unique,
  name text not null check (name <> ''),
  public_key text not null,
  added_by uuid references person (id),
  added_at timestamptz not null default now(),
  revoked_by uuid references person (id),
  revoked_at timestamptz,
  revoked_why text
);

create function never_changed() returns trigger language plpgsql as $$
begin
  raise exception '% is kept as it was written: a past decision rests on it', tg_table_name;
end $$;
create trigger pack_version_kept before update or delete on pack_version for each row execute function never_changed();
create trigger pack_standing_kept before update or delete on pack_standing for each row execute function never_changed();

-- every process reads anew what is in force when this is told
create function tell_packs() returns trigger language plpgsql as $$
begin
  perform pg_notify('willis_packs', new.pack);
  return new;
end $$;
create trigger pack_standing_told after insert on pack_standing for each row execute function tell_packs();
