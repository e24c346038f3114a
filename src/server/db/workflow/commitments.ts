import type { CommittedObject, ReferencedObject } from "../../../dicom/commitment.ts";
import type { Pool, Sql } from "../pool.ts";
import { transaction } from "../pool.ts";

export type CommitmentState = "queued" | "checked" | "asked" | "done" | "failed";

/** A request for storage commitment: asked of us (provider) or by us (user). */
export interface Commitment {
  readonly id: string;
  readonly organisationId: string;
  readonly role: "provider" | "user";
  readonly transactionUid: string;
  readonly aeTitle: string;
  readonly transferId: string | null;
  readonly state: CommitmentState;
  readonly objects: number;
  readonly committed: number;
  readonly failed: number;
  readonly message: string;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly checkedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface NewCommitment
  extends Pick<Commitment, "organisationId" | "role" | "transactionUid" | "aeTitle" | "transferId"> {
  readonly objects: readonly ReferencedObject[];
  /** This process works on it itself: nobody else takes it while it lives. */
  readonly claimed: boolean;
}

const COLUMNS = `commitment.id, commitment.organisation_id as "organisationId", commitment.role,
  commitment.transaction_uid as "transactionUid", commitment.ae_title as "aeTitle", commitment.transfer_id as "transferId",
  commitment.state, commitment.committed, commitment.failed, commitment.message, commitment.attempts,
  commitment.due_at as "dueAt", commitment.created_at as "createdAt", commitment.checked_at as "checkedAt",
  commitment.finished_at as "finishedAt",
  (select count(*) from commitment_item item where item.commitment_id = commitment.id) as objects`;
const STALE = "interval '30 seconds'"; // a worker that is silent for so long has died

/** Durable when it returns. Null when the transaction is known already. */
export function createCommitment(pool: Pool, wanted: NewCommitment): Promise<string | null> {
  return transaction(pool, async (sql) => {
    const { rows } = await sql.query<{ id: string }>(
      `insert into commitment (organisation_id, role, transaction_uid, ae_title, transfer_id, claimed_at)
       values ($1, $2, $3, $4, $5, case when $6 then now() end) on conflict do nothing returning id`,
      [wanted.organisationId, wanted.role, wanted.transactionUid, wanted.aeTitle, wanted.transferId, wanted.claimed],
    );
    if (!rows[0]) return null;
    await sql.query(
      `insert into commitment_item (commitment_id, position, sop_class, sop_uid)
       select $1, position, sop_class, sop_uid from unnest($2::text[], $3::text[]) with ordinality as item (sop_class, sop_uid, position)`,
      [rows[0].id, wanted.objects.map(({ sopClass }) => sopClass), wanted.objects.map(({ sopUid }) => sopUid)],
    );
    return rows[0].id;
  });
}

export async function readCommitment(sql: Sql, id: string): Promise<Commitment | undefined> {
  const { rows } = await sql.query<Commitment>(`select ${COLUMNS} from commitment where id = $1`, [id]);
  return rows[0];
}

/** The one of an application entity by its transaction. */
export async function commitmentByTransaction(
  sql: Sql,
  role: Commitment["role"],
  aeTitle: string,
  transactionUid: string,
): Promise<Commitment | undefined> {
  const { rows } = await sql.query<Commitment>(
    `select ${COLUMNS} from commitment where role = $1 and ae_title = $2 and transaction_uid = $3`,
    [role, aeTitle, transactionUid],
  );
  return rows[0];
}

/** The last 100 of an organisation, newest first. */
export async function listCommitments(sql: Sql, organisationId: string): Promise<Commitment[]> {
  const { rows } = await sql.query<Commitment>(
    `select ${COLUMNS} from commitment where organisation_id = $1 order by created_at desc, id limit 100`,
    [organisationId],
  );
  return rows;
}

/** Takes the next one that is due, or whose worker has died; no two workers get the same. */
export async function claimCommitment(sql: Sql): Promise<Commitment | undefined> {
  const { rows } = await sql.query<Commitment>(
    `update commitment set claimed_at = now() where id = (
       select id from commitment where state in ('queued', 'checked', 'asked') and due_at <= now()
         and (claimed_at is null or claimed_at < now() - ${STALE})
       order by due_at for update skip locked limit 1)
     returning ${COLUMNS}`,
  );
  return rows[0];
}

/** Says that somebody works on it. */
export async function holdCommitment(sql: Sql, id: string): Promise<void> {
  await sql.query("update commitment set claimed_at = now() where id = $1", [id]);
}

export interface CommitmentMove {
  readonly state: CommitmentState;
  readonly message?: string;
  /** When it is looked at again, s from now. */
  readonly inSeconds?: number;
  /** It was tried and did not succeed. */
  readonly tried?: boolean;
}

/** Hands it back in a state, unless it has moved on from `before` meanwhile. */
export async function moveCommitment(
  sql: Sql,
  id: string,
  before: CommitmentState,
  { state, message = "", inSeconds = 0, tried = false }: CommitmentMove,
): Promise<void> {
  await sql.query(
    `update commitment set state = $3, message = $4, due_at = now() + make_interval(secs => $5), claimed_at = null,
       attempts = case when $3 <> $2 then 0 else attempts + $6::int end,
       checked_at = case when $3 = 'checked' then coalesce(checked_at, now()) else checked_at end,
       finished_at = case when $3 in ('done', 'failed') then now() end where id = $1 and state = $2`,
    [id, before, state, message.replaceAll("\0", "").slice(0, 1000), inSeconds, tried ? 1 : 0],
  );
}

/** The result of a request of ours is here, whatever its state was: it may come while the answer to the request is read. */
export async function endAsked(sql: Sql, id: string, message: string): Promise<void> {
  await sql.query(
    `update commitment set state = 'done', message = $2, claimed_at = null, finished_at = now() where id = $1 and role = 'user'`,
    [id, message],
  );
}

/** The objects in order; `reason` null where nothing is known yet. */
export async function commitmentItems(
  sql: Sql,
  id: string,
): Promise<(ReferencedObject & { readonly reason: number | null })[]> {
  const { rows } = await sql.query(
    `select sop_class as "sopClass", sop_uid as "sopUid", outcome as reason from commitment_item
     where commitment_id = $1 order by position`,
    [id],
  );
  return rows;
}

/** Writes down what became of objects, and counts. Objects that were not asked about are left out. */
export async function settleItems(sql: Sql, id: string, objects: readonly CommittedObject[]): Promise<void> {
  await sql.query(
    `update commitment_item item set outcome = said.reason
     from unnest($2::text[], $3::int[]) as said (sop_uid, reason)
     where item.commitment_id = $1 and item.sop_uid = said.sop_uid`,
    [id, objects.map(({ sopUid }) => sopUid), objects.map(({ reason }) => reason)],
  );
  await sql.query(
    `update commitment set claimed_at = case when claimed_at is null then null else now() end,
       committed = counts.committed, failed = counts.failed
     from (select count(*) filter (where outcome = 0) as committed, count(*) filter (where outcome <> 0) as failed
       from commitment_item where commitment_id = $1) counts where commitment.id = $1`,
    [id],
  );
}

/** One that failed begins again: a check is made anew, a question is asked anew. False when it has not failed. */
export async function retryCommitment(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update commitment set state = 'queued', message = '', attempts = 0, due_at = now(), claimed_at = null, finished_at = null
     where id = $1 and (state = 'failed' or (state in ('checked', 'asked') and attempts > 0))`,
    [id],
  );
  if (rowCount !== 1) return false;
  await sql.query("update commitment_item set outcome = null where commitment_id = $1", [id]);
  return true;
}
