import type { Pack } from "../../knowledge/index.ts";
import { withSuccessors } from "../../knowledge/pack-standing.ts";
import type { Pool } from "../db/pool.ts";
import { postgresListen } from "../realtime/postgres-listen.ts";
import type { PackShelf } from "./pack-shelf.ts";

const CHANNEL = "willis_packs"; // told by a trigger on pack_standing

/** The packs of this moment, the same in every process on one database. */
export interface PacksInForce {
  /** Never waits and never reads: another list when something was installed or removed. */
  current(): readonly Pack[];
  /** Those that come with this version of Willis, whatever is in force. */
  readonly shipped: readonly Pack[];
  /** Packs that ought to be in force and are not, with why. */
  unreadable(): readonly { readonly pack: string; readonly hash: string; readonly why: string }[];
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
  let packs = shipped;
  let unreadable: { pack: string; hash: string; why: string }[] = [];
  let reading: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    const { rows } = await pool.query<{ pack: string; hash: string | null }>(
      "select distinct on (pack) pack, hash from pack_standing order by pack, seq desc",
    );
    const given = new Map(shipped.map((pack) => [pack.id, pack]));
    const missing: typeof unreadable = [];
    for (const { pack, hash } of rows) {
      if (hash === null) given.delete(pack);
      else if (given.get(pack)?.hash !== hash) {
        const found = await shelf.find(hash);
        if ("pack" in found) given.set(pack, found.pack);
        else {
          given.delete(pack); // the shipped one is not what somebody put in force: silence is safer than another answer
          missing.push({ pack, hash, why: found.why });
        }
      }
    }
    for (const { pack, why } of missing) console.error(`The pack ${pack} is not in force: ${why}.`);
    packs = withSuccessors([...given.values()]);
    unreadable = missing;
  }
  /** One after the other, so that an older answer never comes last. */
  function refresh(): Promise<void> {
    const next = reading.catch(() => {}).then(read);
    reading = next;
    return next;
  }
  const heard = () => {
    refresh().catch((error: Error) => console.error(`The packs in force cannot be read: ${error.message}`));
  };
  const listening = await postgresListen(connectionString, CHANNEL, heard, heard);
  await refresh();
  return {
    current: () => packs,
    shipped,
    unreadable: () => unreadable,
    refresh,
    async stop() {
      await listening.stop();
      await reading.catch(() => {});
    },
  };
}
