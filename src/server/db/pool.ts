import pg from "pg";

// bigint columns hold counts and ids far below 2^53: numbers, not strings.
pg.types.setTypeParser(20, Number);

export type Pool = pg.Pool;
/** What a query function needs: the pool, or one client inside a transaction. */
export type Sql = Pick<pg.Pool, "query">;

export function openPool(connectionString: string, max = 10): Pool {
  const pool = new pg.Pool({ connectionString, max, application_name: "willis" });
  pool.on("error", (error) => {
    if (!pool.ending) console.error(`database connection lost: ${error.message}`);
  });
  // a client that is in use has no listener of the pool's: without one, a database that goes away ends this process
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/**
 * The pool for a client that may go away: a question that still waits for a connection then is not asked. Errors: the
 * reason of the signal.
 */
export function whileWanted(pool: Pool, signal: AbortSignal): Sql {
  const query = async (...asked: unknown[]): Promise<unknown> => {
    const client = await pool.connect();
    try {
      signal.throwIfAborted();
      return await (client.query as (...args: unknown[]) => Promise<unknown>)(...asked);
    } finally {
      client.release();
    }
  };
  return { query: query as Sql["query"] };
}

/** Runs `work` in one transaction; any error rolls it back and is passed on. */
export async function transaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
