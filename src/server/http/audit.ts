import type { Pool } from "../db/pool.ts";

export interface AuditRow {
  readonly at: Date;
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly action: string;
  readonly objectKind: string;
  readonly objectId: string;
  readonly outcome: "allowed" | "refused";
  readonly status: number;
  readonly remote: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Audit {
  write(row: AuditRow): void;
  /** Everything written before this call is in the database when it returns. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const FLUSH_MS = 200;
const ROWS_A_STATEMENT = 1000;
const ROWS_KEPT = 200_000;

/**
 * Rows go to the database in batches, at most 250 ms late. A batch that fails is kept and tried again; it is only given
 * up, loudly, when the database has been away for so long that memory would run out.
 */
export function auditLog(pool: Pool): Audit {
  let waiting: AuditRow[] = [];
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, ROWS_A_STATEMENT);
      await insert(pool, batch);
      waiting = waiting.slice(batch.length);
    }
  }
  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    running = running.then(drain).catch((error: Error) => {
      console.error(`audit: ${waiting.length} rows wait, the database refuses them: ${error.message}`);
      if (waiting.length > ROWS_KEPT) {
        console.error(`audit: giving up ${waiting.length - ROWS_KEPT} rows`);
        waiting = waiting.slice(-ROWS_KEPT);
      }
      timer ??= setTimeout(flush, 2000).unref();
    });
    return running;
  }
  return {
    write(row) {
      waiting.push(row);
      timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flush,
    async stop() {
      await flush();
      if (timer) clearTimeout(timer);
      if (waiting.length > 0) console.error(`audit: ${waiting.length} rows could not be written before the end`);
    },
  };
}

async function insert(pool: Pool, rows: readonly AuditRow[]): Promise<void> {
  const column = (pick: (row: AuditRow) => unknown) => rows.map(pick);
  await pool.query(
    `insert into audit (at, person_id, organisation_id, action, object_kind, object_id, outcome, status, remote, detail)
     select * from unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::int[], $9::text[], $10::jsonb[])`,
    [
      column((r) => r.at),
      column((r) => r.personId),
      column((r) => r.organisationId),
      column((r) => r.action),
      column((r) => r.objectKind),
      column((r) => storable(r.objectId.slice(0, 200))),
      column((r) => r.outcome),
      column((r) => r.status),
      column((r) => storable(r.remote)),
      column((r) => JSON.stringify(r.detail, (_, value) => (typeof value === "string" ? storable(value) : value))),
    ],
  );
}

/** PostgreSQL takes no NUL and no half character: one such name in an address would hold up every row behind it. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
