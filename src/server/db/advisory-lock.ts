import type { Pool } from "./pool.ts";

/** Runs `work` while no other process on this database does the same; null, without running it, when one does. */
export function unlessLocked<T>(pool: Pool, lock: number, work: () => Promise<T>): Promise<T | null> {
  return holding(pool, lock, "select pg_try_advisory_lock($1) as mine", work);
}

/** Runs `work` after every other process that does the same has ended it. */
export async function oneAfterTheOther<T>(pool: Pool, lock: number, work: () => Promise<T>): Promise<T> {
  return (await holding(pool, lock, "select true as mine from pg_advisory_lock($1)", work)) as T;
}

async function holding<T>(pool: Pool, lock: number, ask: string, work: () => Promise<T>): Promise<T | null> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query(ask, [lock]);
    if (!rows[0].mine) return null;
    try {
      return await work();
    } finally {
      await client.query("select pg_advisory_unlock($1)", [lock]).catch(() => {}); // a lost connection has let it go
    }
  } finally {
    client.release();
  }
}
