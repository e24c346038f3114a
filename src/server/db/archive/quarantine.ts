import type { StoredBlob } from "../../blobs/blob-store.ts";
import type { Sql } from "../pool.ts";

export interface QuarantineOrigin {
  readonly organisationId: string;
  readonly via: string;
  readonly who?: string;
  readonly name?: string;
  readonly caseId?: string;
}

/** One file that could not be taken in, as people see it. */
export interface QuarantineRow {
  readonly id: string;
  readonly organisationId: string;
  readonly receivedAt: string;
  readonly via: string;
  readonly who: string;
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly blobKey: string;
  readonly code: string;
  readonly reason: string;
  readonly state: "waiting" | "discarded" | "stored";
  readonly caseId: string | null;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly decidedReason: string;
  /** A discarded file can be taken back until then; after that its bytes may be gone. */
  readonly discardUntil: string | null;
  /** Values that a person gave to the copy that was stored. */
  readonly fixed: Readonly<Record<string, string>> | null;
}

const COLUMNS = `id, organisation_id as "organisationId", received_at as "receivedAt", via, who, name, size,
  encode(digest, 'hex') as digest, blob_key as "blobKey", code, reason, state, case_id as "caseId", decided_at as "decidedAt",
  (select person.name from person where person.id = decided_by) as "decidedBy", decided_reason as "decidedReason",
  discard_until as "discardUntil", fixed`;

/** Keeps a file that cannot be taken in; the same file waiting already gets the new reason. Returns its id. */
export async function insertQuarantine(
  sql: Sql,
  origin: QuarantineOrigin,
  blob: StoredBlob,
  code: string,
  reason: string,
): Promise<string> {
  const name = clean(origin.name ?? "").slice(0, 500);
  const { rows } = await sql.query<{ id: string }>(
    `with old as (update quarantine set code = $8, reason = $9
         where organisation_id = $1 and digest = $6 and name = $4 and state = 'waiting' returning id),
     made as (insert into quarantine (organisation_id, via, who, name, size, digest, blob_key, code, reason, case_id)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 where not exists (select from old) returning id)
     select id from old union all select id from made`,
    [
      ...[origin.organisationId, origin.via, clean(origin.who ?? ""), name, blob.size, blob.digest, blob.key],
      ...[code, clean(reason).slice(0, 2000), origin.caseId ?? null],
    ],
  );
  return rows[0]!.id;
}

/** The quarantine of an organisation, newest first. */
export async function listQuarantine(
  sql: Sql,
  organisationId: string,
  state: string | undefined,
): Promise<QuarantineRow[]> {
  const { rows } = await sql.query<QuarantineRow>(
    `select ${COLUMNS} from quarantine where organisation_id = $1 and ($2::text is null or state = $2)
     order by received_at desc, id limit 1000`,
    [organisationId, state ?? null],
  );
  return rows;
}

export async function readQuarantine(sql: Sql, id: string): Promise<QuarantineRow | undefined> {
  const { rows } = await sql.query<QuarantineRow>(`select ${COLUMNS} from quarantine where id = $1`, [id]);
  return rows[0];
}

/** How long a discarded file can be taken back. */
const DISCARDED_DAYS = 30;

/** What a person decided about a waiting file. */
export interface QuarantineDecision {
  readonly state: "discarded" | "stored";
  readonly personId: string;
  readonly reason?: string;
  readonly fixed?: object;
}

/** Writes down what a person decided about a waiting file. False when it was decided already. */
export async function decideQuarantine(sql: Sql, id: string, decision: QuarantineDecision): Promise<boolean> {
  const { state, personId, reason, fixed } = decision;
  const { rowCount } = await sql.query(
    `update quarantine set state = $2, decided_by = $3, decided_at = now(), decided_reason = $4, fixed = $5,
       discard_until = case when $2 = 'discarded' then now() + make_interval(days => $6) end
     where id = $1 and state = 'waiting'`,
    [id, state, personId, reason ?? "", fixed ? JSON.stringify(fixed) : null, DISCARDED_DAYS],
  );
  return rowCount === 1;
}

/** Takes a discarded file back to those that wait. False when it is too late, or it was not discarded. */
export async function restoreQuarantine(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update quarantine set state = 'waiting', decided_by = null, decided_at = null, decided_reason = '', discard_until = null
     where id = $1 and state = 'discarded' and coalesce(discard_until > now(), true)`,
    [id],
  );
  return rowCount === 1;
}

/** Removes the row of a copy that we made ourselves and that could not be taken in. */
export async function deleteQuarantine(sql: Sql, id: string): Promise<void> {
  await sql.query("delete from quarantine where id = $1 and state = 'waiting'", [id]);
}

function clean(value: string): string {
  return value.replaceAll("\0", "").toWellFormed();
}
