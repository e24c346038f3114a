-- Drafts of knowledge packs: written by a guideline steward, reviewed by two others, then published.
create table pack_draft (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation (id),
  pack text not null,
  -- the version it began from; null for a new pack
  base_hash text references pack_version (hash),
  author uuid not null references person (id),
  state text not null default 'draft' check (state in ('draft', 'in review', 'published', 'withdrawn')),
  -- grows with each saving: who saves says on which version it rests, and reviews hold for one version alone
  version integer not null default 1,
  -- json, not jsonb: the order of keys stays as it was written
  content json not null,
  published_hash text references pack_version (hash),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index pack_draft_of on pack_draft (organisation_id, state, updated_at desc);

-- What was done with a draft, never changed. A saving keeps the content that it replaced, so that it can be taken back.
create table pack_draft_event (
  seq bigint generated always as identity primary key,
  draft uuid not null references pack_draft (id),
  version integer not null,
  kind text not null check (
    kind in ('begun', 'saved', 'submitted', 'approved', 'changes asked', 'taken back', 'withdrawn', 'published')
  ),
  words text not null default '',
  disclosure text not null default '',
  content json,
  person uuid not null references person (id),
  at timestamptz not null default now()
);
create index pack_draft_event_of on pack_draft_event (draft, seq);
