-- Searching a million studies. What people search by, one row a word: found in the order of the answer, from the index alone.
-- Kept right by triggers, so that nothing that changes a patient, a study or a case has to think of it.
create table study_key (
  organisation_id uuid not null, -- whose search finds it: the study's own, and those it is shared with in a case
  key text collate "C" not null, -- 'm:CT' a modality, 'n:meyer^hans' a group of the name, 'w:meyer' a word for lists, 's:' shared
  day date not null,             -- of the study; '-infinity' without one, so that it comes last
  study_id bigint not null,
  primary key (organisation_id, key, day, study_id)
);
-- Soon after they come its rows are visible to all: else every look-up in the index goes to the table as well.
alter table study_key set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

-- Lower case, no diacritics, a space before each word: first as they are written (A-17), then their pieces (a 17).
create function study_words(variadic given text[]) returns text language sql stable parallel safe as $$
  select ' ' || translate(folded, '^=', '  ') || ' ' || translate(folded, '^=-/.,;:_()+*?"''\|&#', repeat(' ', 20))
  from array_to_string(given, ' ') as plain, lower(case when octet_length(plain) = length(plain) then plain
    else regexp_replace(normalize(plain, nfd), '[\u0300-\u036f]', '', 'g') end) as folded
$$;

create function study_keys(study, patient) returns text[] language sql stable parallel safe as $$
  select array(
    select 'm:' || modality from unnest($1.modalities) as modality
    union select 'n:' || left(part, 200) from string_to_table($2.name_search, '=') as part where part <> ''
    union (select 'w:' || left(word, 64) from string_to_table(study_words($2.name_search, $2.patient_id,
        to_char($2.birth_date, 'YYYYMMDD'), $1.accession, $1.description), ' ') as word where word <> '' limit 60))
$$;

create function study_day(study) returns date language sql immutable parallel safe as $$
  select coalesce($1.study_date, '-infinity'::date)
$$;

-- The organisations of the cases that a study is in.
create function study_viewers(bigint) returns uuid[] language sql stable as $$
  select array(select distinct organisation from public.case_study join public.clinical_case on clinical_case.id = case_study.case_id,
      unnest(array[from_organisation, to_organisation]) as organisation
    where case_study.study_id = $1 and clinical_case.status <> 'draft')
$$;

create function study_key_change(was study, was_of patient, now study, now_of patient) returns void language plpgsql as $$
declare
  own uuid := coalesce((was).organisation_id, (now).organisation_id);
  old_keys text[] := case when was is null then '{}' else public.study_keys(was, was_of) end;
  new_keys text[] := case when now is null then '{}' else public.study_keys(now, now_of) end;
  same boolean := coalesce(public.study_day(was) = public.study_day(now), false);
  viewers uuid[] := case when was is null then '{}' else array_remove(public.study_viewers((was).id), own) end;
  viewer uuid;
begin
  foreach viewer in array viewers || own loop
    if viewer <> own then -- the mark of what is shared moves with the day
      if (was).id is not null then old_keys := array_remove(old_keys, 's:') || 's:'::text; end if;
      if (now).id is not null then new_keys := array_remove(new_keys, 's:') || 's:'::text; end if;
    else
      old_keys := array_remove(old_keys, 's:');
      new_keys := array_remove(new_keys, 's:');
    end if;
    delete from public.study_key where organisation_id = viewer and day = public.study_day(was) and study_id = (was).id
      and key = any(old_keys) and not (same and key = any(new_keys));
    insert into public.study_key (organisation_id, key, day, study_id)
      select viewer, one, public.study_day(now), (now).id from unnest(new_keys) as one
      where not (same and one = any(old_keys)) on conflict do nothing;
  end loop;
end
$$;

create function study_keys_of_study() returns trigger language plpgsql as $$
declare
  was_of public.patient;
  now_of public.patient;
  viewer uuid;
begin
  if tg_op = 'UPDATE' and (old.patient_ref, old.accession, old.description) = (new.patient_ref, new.accession, new.description)
      and old.study_date is not distinct from new.study_date then
    -- most often: a series of another modality came
    foreach viewer in array array_remove(public.study_viewers(new.id), new.organisation_id) || new.organisation_id loop
      delete from public.study_key where organisation_id = viewer and day = public.study_day(old) and study_id = old.id
        and key = any(array(select 'm:' || one from unnest(old.modalities) as one where one <> all(new.modalities)));
      insert into public.study_key (organisation_id, key, day, study_id)
        select viewer, 'm:' || one, public.study_day(new), new.id from unnest(new.modalities) as one
        where one <> all(old.modalities) on conflict do nothing;
    end loop;
    return null;
  end if;
  -- held, so that a patient who is renamed meanwhile is read after that, or the other finds this study
  if tg_op <> 'INSERT' then select * into was_of from public.patient where id = old.patient_ref for share; end if;
  if tg_op <> 'DELETE' then select * into now_of from public.patient where id = new.patient_ref for share; end if;
  perform public.study_key_change(case when tg_op <> 'INSERT' then old end, was_of, case when tg_op <> 'DELETE' then new end, now_of);
  return null;
end
$$;
create trigger study_keys_made after insert or delete on study for each row execute function study_keys_of_study();
create trigger study_keys_changed after update of patient_ref, study_date, accession, description, modalities on study
  for each row when ((old.patient_ref, old.study_date, old.accession, old.description, old.modalities)
    is distinct from (new.patient_ref, new.study_date, new.accession, new.description, new.modalities))
  execute function study_keys_of_study();

create function study_keys_of_patient() returns trigger language plpgsql as $$
begin
  perform public.study_key_change(study, old, study, new) from public.study where study.patient_ref = new.id;
  return null;
end
$$;
create trigger study_keys_renamed after update of name_search, patient_id, birth_date on patient
  for each row when ((old.name_search, old.patient_id, old.birth_date) is distinct from (new.name_search, new.patient_id, new.birth_date))
  execute function study_keys_of_patient();

-- What a case shows to its organisations, or no longer. The studies are held, so that one that changes meanwhile is read after that.
create function study_keys_shared(studies bigint[], organisations uuid[]) returns void language plpgsql as $$
declare
  gone record;
begin
  perform from public.study where id = any(studies) order by id for share;
  insert into public.study_key (organisation_id, key, day, study_id)
    select viewer, one, public.study_day(study), study.id
    from public.study join public.patient on patient.id = study.patient_ref, unnest(organisations) as viewer,
      unnest(public.study_keys(study, patient) || 's:'::text) as one
    where study.id = any(studies) and viewer <> study.organisation_id and viewer = any(public.study_viewers(study.id))
    on conflict do nothing;
  for gone in
    select viewer, public.study_day(study) as day, study.id, public.study_keys(study, patient) || 's:'::text as keys
    from public.study join public.patient on patient.id = study.patient_ref, unnest(organisations) as viewer
    where study.id = any(studies) and viewer <> study.organisation_id and viewer <> all(public.study_viewers(study.id))
  loop
    delete from public.study_key where organisation_id = gone.viewer and day = gone.day and study_id = gone.id and key = any(gone.keys);
  end loop;
end
$$;

create function study_keys_of_case_study() returns trigger language plpgsql as $$
begin
  perform public.study_keys_shared(array_agg(distinct changed.study_id), array_agg(distinct organisation))
    from changed join public.clinical_case on clinical_case.id = changed.case_id,
      unnest(array[from_organisation, to_organisation]) as organisation;
  return null;
end
$$;
create trigger study_keys_attached after insert on case_study referencing new table as changed
  for each statement execute function study_keys_of_case_study();
create trigger study_keys_detached after delete on case_study referencing old table as changed
  for each statement execute function study_keys_of_case_study();

create function study_keys_of_case() returns trigger language plpgsql as $$
begin
  perform public.study_keys_shared(array(select study_id from public.case_study where case_id = new.id),
    array[old.from_organisation, old.to_organisation, new.from_organisation, new.to_organisation]);
  return null;
end
$$;
create trigger study_keys_referred after update of status, from_organisation, to_organisation on clinical_case for each row
  when ((old.from_organisation, old.to_organisation, old.status = 'draft') is distinct from
    (new.from_organisation, new.to_organisation, new.status = 'draft'))
  execute function study_keys_of_case();

insert into study_key (organisation_id, key, day, study_id)
  select viewer, one, study_day(study), study.id
  from study join patient on patient.id = study.patient_ref,
    unnest(array_remove(study_viewers(study.id), study.organisation_id) || study.organisation_id) as viewer,
    unnest(study_keys(study, patient) || case when viewer <> study.organisation_id then '{s:}'::text[] else '{}' end) as one
  order by 1, 2, 3, 4;

-- Numbers: whole and by how they begin, in any collation; the organisation behind, as a study that is shared is another's.
drop index patient_id;
drop index study_accession;
create index patient_number on patient (patient_id text_pattern_ops, organisation_id);
create index patient_born on patient (birth_date, organisation_id);
create index study_accession on study (accession text_pattern_ops, organisation_id);

-- Rows that are counted up while objects come: room in the page, so that counting touches no index.
alter table study set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
alter table series set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
alter table patient set (autovacuum_analyze_scale_factor = 0.02);
alter table instance set (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

-- Compiling a search takes longer than running it.
do $$
begin
  execute format('alter database %I set jit = off', current_database());
exception when others then
  raise notice 'jit stays as the server has it: %', sqlerrm;
end
$$;
