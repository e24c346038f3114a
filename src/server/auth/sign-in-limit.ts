import { WillisError } from "../../core/index.ts";
import { type Pool, transaction } from "../db/pool.ts";

const WINDOW_MS = 15 * 60_000;
const PER_LOGIN = 8;
const PER_ADDRESS = 40;
const LOCK = 7203;

/**
 * Counts one try to sign in before it is judged, so that parallel tries count too, over all servers on this database.
 * Errors: `too-many` when login or address had enough in the last quarter of an hour.
 */
export async function countSignIn(pool: Pool, login: string | null, address: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - WINDOW_MS);
  const keys: [string, number][] = [[`address ${address}`, PER_ADDRESS]];
  if (login !== null) keys.push([`login ${login}`, PER_LOGIN]);
  await transaction(pool, async (sql) => {
    await sql.query("delete from sign_in_try where at <= $1", [since]);
    for (const [key, most] of keys) {
      await sql.query("select pg_advisory_xact_lock($1, hashtext($2))", [LOCK, key]);
      const { rows } = await sql.query<{ tries: number; first: Date }>(
        "select count(*)::int as tries, min(at) as first from sign_in_try where key = $1 and at > $2",
        [key, since],
      );
      const { tries, first } = rows[0]!;
      if (tries >= most) {
        const retryAfter = Math.max(1, Math.ceil((first.getTime() + WINDOW_MS - now.getTime()) / 1000));
        throw new WillisError(
          "too-many",
          `${tries} tries to sign in within 15 minutes; wait ${Math.ceil(retryAfter / 60)} min and try again`,
          { retryAfter },
        );
      }
    }
    await sql.query("insert into sign_in_try (key, at) select key, $2 from unnest($1::text[]) as key", [
      keys.map(([key]) => key),
      now,
    ]);
  });
}

/** A right password forgives its login's earlier wrong ones, and its own try of the address. */
export async function forgiveSignIn(pool: Pool, login: string, address: string): Promise<void> {
  await pool.query(
    `delete from sign_in_try where key = $1 or ctid = (select ctid from sign_in_try where key = $2 order by at desc limit 1)`,
    [`login ${login}`, `address ${address}`],
  );
}
