-- Which cases of the demo hospital are there whole; one that was interrupted is made again.
create table demo_case (
  name text primary key,
  case_id uuid not null references clinical_case,
  imaged_at timestamptz not null,
  loaded_at timestamptz
);
