import type { DraftContent, DraftDeed, DraftEvent, DraftLine, DraftState } from "../../cases/steward-views.ts";
import { WillisError } from "../../core/index.ts";
import type { Sql } from "../db/pool.ts";

/** A draft as it is kept. */
export interface DraftRow extends DraftLine {
  readonly authorId: string;
  readonly baseHash: string | null;
  readonly content: DraftContent;
}

const LINE = `d.id, d.pack, coalesce(d.content->'pack'->>'title', d.pack) as title, d.state, p.name as author, d.version,
  d.updated_at as "updatedAt",
  (select count(distinct e.person) from pack_draft_event e
    where e.draft = d.id and e.kind = 'approved' and e.version = d.version)::int as approvals`;

/** Drafts of an organisation: open ones first, the youngest first, at most 200. */
export async function listDrafts(sql: Sql, organisationId: string): Promise<readonly DraftLine[]> {
  const { rows } = await sql.query(
    `select ${LINE} from pack_draft d join person p on p.id = d.author where d.organisation_id = $1
     order by d.state in ('published', 'withdrawn'), d.updated_at desc limit 200`,
    [organisationId],
  );
  return rows;
}

/** One draft; `lock` holds it until the transaction ends. */
export async function readDraft(sql: Sql, id: string, lock = false): Promise<DraftRow> {
  const { rows } = await sql.query<DraftRow>(
    `select ${LINE}, d.author as "authorId", d.base_hash as "baseHash", d.content
     from pack_draft d join person p on p.id = d.author where d.id = $1 ${lock ? "for update of d" : ""}`,
    [id],
  );
  if (!rows[0]) throw new WillisError("not-found", `There is no draft ${id}.`);
  return rows[0];
}

/** What was done, the latest first: the last 500 deeds, and of each person the last of each kind, however long ago. */
export async function draftEvents(sql: Sql, id: string): Promise<readonly DraftEvent[]> {
  const { rows } = await sql.query(
    `select e.version, e.kind, e.words, e.disclosure, p.name as by, e.person as "personId", e.at
     from pack_draft_event e join person p on p.id = e.person 
     where e.draft = $1 and e.seq in (
       (select seq from pack_draft_event where draft = $1 order by seq desc limit 500)
       union (select max(seq) from pack_draft_event where draft = $1 group by person, kind))
     order by e.seq desc`,
    [id],
  );
  return rows;
}

export interface Deed {
  readonly kind: DraftDeed;
  readonly version: number;
  readonly person: string;
  readonly words?: string;
  readonly disclosure?: string;
  /** What a saving replaced. */
  readonly content?: DraftContent;
}

export async function note(sql: Sql, draft: string, deed: Deed): Promise<void> {
  const { kind, version, person, words = "", disclosure = "", content } = deed;
  await sql.query(
    `insert into pack_draft_event (draft, version, kind, words, disclosure, content, person)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [draft, version, kind, words, disclosure, content ? JSON.stringify(content) : null, person],
  );
}

export async function insertDraft(
  sql: Sql,
  given: { organisationId: string; pack: string; baseHash: string | null; author: string; content: DraftContent },
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into pack_draft (organisation_id, pack, base_hash, author, content) values ($1, $2, $3, $4, $5) returning id`,
    [given.organisationId, given.pack, given.baseHash, given.author, JSON.stringify(given.content)],
  );
  return rows[0]!.id;
}

export async function updateDraft(
  sql: Sql,
  id: string,
  { content, state }: { readonly content?: DraftContent; readonly state: DraftState },
): Promise<void> {
  await sql.query(
    `update pack_draft set state = $2, updated_at = now(), content = coalesce($3::json, content),
       pack = coalesce($3::json->'pack'->>'id', pack), version = version + case when $3::json is null then 0 else 1 end
     where id = $1`,
    [id, state, content ? JSON.stringify(content) : null],
  );
}

/** The content that the last saving of version `version` replaced; undefined when there is none. */
export async function replacedContent(sql: Sql, id: string, version: number): Promise<DraftContent | undefined> {
  const { rows } = await sql.query<{ content: DraftContent }>(
    "select content from pack_draft_event where draft = $1 and version = $2 and content is not null order by seq desc limit 1",
    [id, version],
  );
  return rows[0]?.content;
}
