-- Every version of a pack that this installation ever ran with, by its content hash: a past decision is judged anew with
-- the packs of its moment. Never changed, never deleted.
create table pack_version (
  hash text primary key,
  pack text not null,
  version text not null,
  files jsonb not null,
  first_seen timestamptz not null default now()
);
create index pack_version_pack on pack_version (pack, first_seen);
