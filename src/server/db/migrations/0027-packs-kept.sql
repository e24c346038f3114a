-- A key whose signature was relied on is never forgotten, and one that was revoked never comes back.
create function pack_key_only_revoked() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null and new.revoked_why <> ''
     and (new.id, new.key_id, new.name, new.public_key, new.added_at) = (old.id, old.key_id, old.name, old.public_key, old.added_at)
     and new.added_by is not distinct from old.added_by then
    return new;
  end if;
  raise exception 'a key is revoked, with a reason, and nothing else of it changes: a past installation rests on it';
end $$;
create trigger pack_key_kept before update or delete on pack_key for each row execute function pack_key_only_revoked();

-- emptying a table goes past its rows' triggers
create trigger pack_version_not_emptied before truncate on pack_version execute function never_changed();
create trigger pack_standing_not_emptied before truncate on pack_standing execute function never_changed();
create trigger pack_key_not_emptied before truncate on pack_key execute function never_changed();

-- whether a number of a version is taken, and how a version stood before, is looked up at each installation
create index pack_version_number on pack_version (pack, version);
create index pack_standing_hash on pack_standing (hash, seq desc);
