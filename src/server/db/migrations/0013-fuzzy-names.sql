-- Names that are alike ("Meier" for "Meyer") are found by pg_trgm. A server that does not allow the extension keeps
-- working: there the search says that it compared beginnings of words only.
do $$
begin
  create extension if not exists pg_trgm;
  create index if not exists patient_name_alike on patient using gin (name_search gin_trgm_ops);
exception when others then
  raise notice 'pg_trgm is not to be had (%): fuzzy search compares beginnings of words', sqlerrm;
end
$$;
