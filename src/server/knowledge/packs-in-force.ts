import type { Pack } from "../../knowledge/index.ts";
import { withSuccessors } from "../../knowledge/pack-standing.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { postgresListen } from "../realtime/postgres-listen.ts";
import { type PackShelf, packShelf } from "./pack-shelf.ts";

const CHANNEL = "willis_packs"; // told by a trigger on pack_standing
const TRY_AGAIN_MS = 1000;

/** What ought to be in force and is not, with why. */
interface Unreadable {
  readonly pack: string;
  readonly hash: string;
  readonly why: string;
}

/** What is in force, as one look at the database found it. */
export interface Standing {
  readonly packs: readonly Pack[];
  readonly unreadable: readonly Unreadable[];
}

/** The packs of this moment, the same in every process on one database. */
export interface PacksInForce {
  /** Never waits and never reads: another list when something was installed or removed. */
  current(): readonly Pack[];
  /** Those that come with this version of Willis, whatever is in force. */
  readonly shipped: readonly Pack[];
  /** Packs that ought to be in force and are not, with why. */
  unreadable(): readonly Unreadable[];
  /**
   * What is in force as a transaction sees it; `current` stays as it is. Needs no other connection than this one: who
   * holds a lock here never waits for a connection that waits for the lock.
   */
  seenBy(sql: Sql): Promise<Standing>;
  /** Reads what is in force now; `current` shows it when this has ended. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** What a process begins with, and hears of from the others. */
export async function packsInForce(
  pool: Pool,
  connectionString: string,
  shipped: readonly Pack[],
  shelf: PackShelf,
): Promise<PacksInForce> {
  let standing: Standing = { packs: shipped, unreadable: [] };
  let reading: Promise<void> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  let stopped = false;

  async function look(sql: Sql, from: PackShelf): Promise<Standing> {
    const { rows } = await sql.query<{ pack: string; hash: string | null }>(
      "select distinct on (pack) pack, hash from pack_standing order by pack, seq desc",
    );
    const given = new Map(shipped.map((pack) => [pack.id, pack]));
    const unreadable: Unreadable[] = [];
    for (const { pack, hash } of rows) {
      if (hash === null) given.delete(pack);
      else if (given.get(pack)?.hash !== hash) {
        const found = await from.find(hash);
        if ("pack" in found) given.set(pack, found.pack);
        else {
          given.delete(pack); // the shipped one is not what somebody put in force: silence is safer than another answer
          unreadable.push({ pack, hash, why: found.why });
        }
      }
    }
    return { packs: withSuccessors([...given.values()]), unreadable };
  }
  async function read(): Promise<void> {
    const seen = await look(pool, shelf);
    for (const { pack, why } of seen.unreadable) console.error(`The pack ${pack} is not in force: ${why}.`);
    standing = seen;
  }
  /** One after the other, so that an older answer never comes last. */
  function refresh(): Promise<void> {
    const next = reading.catch(() => {}).then(read);
    reading = next;
    return next;
  }
  /** What was told is not lost when the database cannot be read at that moment. */
  const heard = () => {
    clearTimeout(again);
    if (stopped) return;
    refresh().catch((error: Error) => {
      console.error(`The packs in force cannot be read, trying again: ${error.message}`);
      if (!stopped) again = setTimeout(heard, TRY_AGAIN_MS).unref();
    });
  };
  const listening = await postgresListen(connectionString, CHANNEL, heard, heard);
  await refresh();
  return {
    current: () => standing.packs,
    shipped,
    unreadable: () => standing.unreadable,
    seenBy: (sql) => look(sql, packShelf(sql)),
    refresh,
    async stop() {
      stopped = true;
      clearTimeout(again);
      await listening.stop();
      await reading.catch(() => {});
    },
  };
}
