import type { Sql } from "../pool.ts";

export type TransferState = "queued" | "running" | "done" | "failed" | "cancelled";

/** Studies on their way from or to a peer. */
export interface Transfer {
  readonly id: string;
  readonly organisationId: string;
  readonly peerId: string;
  readonly aeTitle: string;
  readonly direction: "pull" | "push";
  readonly method: "get" | "move" | "store";
  readonly studyUid: string;
  readonly seriesUid: string | null;
  readonly patientId: string;
  readonly state: TransferState;
  /** Null until it is known. */
  readonly total: number | null;
  readonly completed: number;
  readonly warnings: number;
  readonly failed: number;
  readonly failedUids: readonly string[];
  readonly message: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A transfer as people see it: with the storage commitment that was asked for last, when there is one. */
export interface ListedTransfer extends Transfer {
  readonly commitment: {
    readonly state: string;
    readonly objects: number;
    readonly committed: number;
    readonly failed: number;
    readonly message: string;
  } | null;
}

/** How far a transfer is. */
export interface Progress {
  readonly total: number | null;
  readonly completed: number;
  readonly warnings: number;
  readonly failed: number;
}

export interface NewTransfer extends Pick<Transfer, "organisationId" | "peerId" | "direction" | "method" | "studyUid"> {
  readonly seriesUid?: string | undefined;
  readonly patientId?: string | undefined;
  /** The case for which it is fetched. */
  readonly caseId?: string | undefined;
  readonly requestedBy: string | null;
}

const COLUMNS = `transfer.id, transfer.organisation_id as "organisationId", transfer.peer_id as "peerId", peer.ae_title as "aeTitle",
  transfer.direction, transfer.method, transfer.study_uid as "studyUid", transfer.series_uid as "seriesUid",
  transfer.patient_id as "patientId", transfer.state, transfer.total, transfer.completed, transfer.warnings, transfer.failed,
  transfer.failed_uids as "failedUids", transfer.message, transfer.attempts, transfer.created_at as "createdAt",
  transfer.started_at as "startedAt", transfer.finished_at as "finishedAt"`;
const STALE = "interval '30 seconds'"; // a worker that is silent for so long has died

/** Queues a transfer; one of the same that still waits or runs is that one. Returns its id. */
export async function queueTransfer(sql: Sql, wanted: NewTransfer): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `with old as (select id from transfer where peer_id = $2 and direction = $3 and study_uid = $5
         and series_uid is not distinct from $6 and state in ('queued', 'running')),
     made as (insert into transfer (organisation_id, peer_id, direction, method, study_uid, series_uid, patient_id, requested_by, case_id)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9 where not exists (select from old) returning id)
     select id from old union all select id from made limit 1`,
    [
      ...[wanted.organisationId, wanted.peerId, wanted.direction, wanted.method, wanted.studyUid],
      ...[wanted.seriesUid ?? null, wanted.patientId ?? "", wanted.requestedBy, wanted.caseId ?? null],
    ],
  );
  return rows[0]!.id;
}

/** The last 200 of an organisation, newest first. */
export async function listTransfers(sql: Sql, organisationId: string): Promise<ListedTransfer[]> {
  const { rows } = await sql.query<ListedTransfer>(
    `select ${COLUMNS},
       (select json_build_object('state', state, 'committed', committed, 'failed', failed, 'message', message,
           'objects', (select count(*) from commitment_item where commitment_id = commitment.id))
         from commitment where transfer_id = transfer.id order by created_at desc limit 1) as commitment
     from transfer join peer on peer.id = transfer.peer_id
     where transfer.organisation_id = $1 order by transfer.created_at desc, transfer.id limit 200`,
    [organisationId],
  );
  return rows;
}

/**
 * Takes the next transfer that waits, or whose worker has died. No two workers get the same; the time at which it was
 * taken tells a worker later whether it is still its own.
 */
export async function claimTransfer(sql: Sql): Promise<Transfer | undefined> {
  const { rows } = await sql.query<Transfer>(
    `update transfer set state = 'running', started_at = date_trunc('milliseconds', clock_timestamp()), heartbeat_at = now(), attempts = transfer.attempts + 1,
       total = null, completed = 0, warnings = 0, failed = 0, failed_uids = '{}', message = ''
     from peer where peer.id = transfer.peer_id and transfer.id = (
       select id from transfer where state = 'queued' or (state = 'running' and heartbeat_at < now() - ${STALE})
       order by created_at for update skip locked limit 1)
     returning ${COLUMNS}`,
  );
  return rows[0];
}

/** Says that it is at work and how far. False when it is no longer its own: cancelled, or taken by another worker. */
export async function transferProgress(sql: Sql, transfer: Transfer, now: Progress): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update transfer set heartbeat_at = now(), total = $3, completed = $4, warnings = $5, failed = $6
     where id = $1 and state = 'running' and started_at = $2`,
    [transfer.id, transfer.startedAt, now.total, now.completed, now.warnings, now.failed],
  );
  return rowCount === 1;
}

export async function finishTransfer(
  sql: Sql,
  transfer: Transfer,
  end: Progress & { state: "done" | "failed" | "queued"; failedUids: readonly string[]; message: string },
): Promise<void> {
  await sql.query(
    `update transfer set state = $3, total = $4, completed = $5, warnings = $6, failed = $7, failed_uids = $8, message = $9,
       finished_at = case when $3 = 'queued' then null else now() end where id = $1 and state = 'running' and started_at = $2`,
    [
      ...[transfer.id, transfer.startedAt, end.state, end.total, end.completed, end.warnings, end.failed],
      ...[end.failedUids.slice(0, 1000), end.message.replaceAll("\0", "").slice(0, 1000)],
    ],
  );
}

/** False when it has ended already. */
export async function cancelTransfer(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update transfer set state = 'cancelled', finished_at = now(), message = 'Cancelled.'
     where id = $1 and state in ('queued', 'running')`,
    [id],
  );
  return rowCount === 1;
}

/** Queues again what has failed or was cancelled. False when it waits, runs or is done. */
export async function retryTransfer(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update transfer set state = 'queued', finished_at = null, attempts = 0, message = ''
     where id = $1 and state in ('failed', 'cancelled')`,
    [id],
  );
  return rowCount === 1;
}
