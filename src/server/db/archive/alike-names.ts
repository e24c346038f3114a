import { type Pool, type Sql, transaction } from "../pool.ts";

const known = new WeakMap<Pool, Promise<boolean>>();

/** Whether this database can tell names that are alike (pg_trgm); asked once. Some servers do not allow the extension. */
export function knowsAlikeNames(pool: Pool): Promise<boolean> {
  let asked = known.get(pool);
  if (!asked) {
    asked = pool
      .query("select exists (select from pg_extension where extname = 'pg_trgm') as there")
      .then(({ rows }) => rows[0]?.there === true);
    known.set(pool, asked);
    asked.catch(() => known.delete(pool));
  }
  return asked;
}

/** Runs a search in which words of a name are alike when half of their groups of three letters are the same. */
export function withAlikeNames<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  return transaction(pool, async (sql) => {
    await sql.query("set local pg_trgm.word_similarity_threshold = 0.5");
    return work(sql);
  });
}
