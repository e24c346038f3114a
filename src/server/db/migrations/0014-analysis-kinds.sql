-- Computations of every kind use one table. Some need more than one series: those beside the one they are of.
alter table analysis drop constraint analysis_kind_check;
alter table analysis add constraint analysis_kind_check
  check (kind in ('perfusion', 'dsa', 'vessel', 'aneurysm', 'register'));
alter table analysis add column others bigint[] not null default '{}';

-- What people said of a result: the newest counts, none is overwritten.
create table analysis_review (
  id bigint generated always as identity primary key,
  analysis_id uuid not null references analysis on delete cascade,
  accepted boolean not null,
  matrix double precision[] check (cardinality(matrix) = 16), -- a registration corrected by hand, row-major
  by uuid not null references person,
  at timestamptz not null default now()
);
create index analysis_review_of on analysis_review (analysis_id, id desc);
