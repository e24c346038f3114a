-- Scores of scales in a case, each as it was given: answers, total as the server computed it, pack and hash, and where every
-- filled-in answer came from. A row is never changed; a correction is a new row that names the one it stands for.
create table scale_entry (
  id uuid primary key,
  case_id uuid not null references clinical_case,
  scale text not null,
  name text not null,
  pack text not null,
  pack_version text not null,
  pack_hash text not null,
  occasion text not null default '' check (length(occasion) <= 200),
  side text not null default '' check (side in ('', 'left', 'right')),
  answers jsonb not null,
  value jsonb not null,                      -- json null: it cannot be computed, and reason says why
  unit text not null default '',
  reason text,
  reading text,
  untestable text[] not null default '{}',
  inputs jsonb not null default '[]',        -- which items facts filled, with each fact as it was
  note text not null default '' check (length(note) <= 1000),
  citation text not null default '',
  observed_at timestamptz not null,
  recorded_at timestamptz not null,
  scored_by uuid not null references person,
  fact_id uuid references fact,
  supersedes uuid unique references scale_entry,
  correction text not null default '' check (length(correction) <= 1000),
  check ((supersedes is null) = (correction = '')),
  check ((value = 'null'::jsonb) = (reason is not null))
);
create index scale_entry_case on scale_entry (case_id, scale, observed_at);
