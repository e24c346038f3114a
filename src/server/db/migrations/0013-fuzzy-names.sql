-- Names that sound alike, for fuzzy search (PS3.18 8.3.4.2): Meyer, Meier and Mayr, Mueller and Müller, Schmidt and
-- Schmitt, Smith and Smyth become the same. Input is `name_search`, or a word folded as it is.
create function name_sound(name text) returns text language sql immutable strict parallel safe as $$
  select regexp_replace(
    regexp_replace(regexp_replace(
      regexp_replace(regexp_replace(replace(replace(replace(replace(
        regexp_replace(name, '([aou])e', '\1', 'g'), 'ph', 'f'), 'th', 't'), 'dt', 't'), 'ß', 's'), 'c(?!h)', 'k', 'g'), 't?z', 'z', 'g'),
      '[ae][iy]', 'ai', 'g'), 'y|ie', 'i', 'g'),
    '([a-z])\1+', '\1', 'g')
$$;

-- Slips of the pen are found by pg_trgm. A server that does not allow the extension keeps working: there the search says
-- that it compares sounds of words only.
do $$
begin
  create extension if not exists pg_trgm;
  create index if not exists patient_name_letters on patient using gin (name_search gin_trgm_ops);
  create index if not exists patient_name_sound on patient using gin (name_sound(name_search) gin_trgm_ops);
exception when others then
  raise notice 'pg_trgm is not to be had (%): fuzzy search compares sounds of words', sqlerrm;
end
$$;
