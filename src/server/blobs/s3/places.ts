import {
  type BlobPlace,
  forgetOtherPlaces,
  forgetPlaces,
  notePlaces,
  noteSpool,
  placesOf,
} from "../../db/archive/blob-places.ts";
import type { Pool } from "../../db/pool.ts";

/** The channel on which a server asks the others for a blob that waits in one of their spools. */
export const WANTED = "willis_blob_wanted";

/** What is told to the other servers of one spool. */
export interface Places {
  /** Resolves when the others can know; notes of a moment go in one statement. */
  note(key: string): Promise<void>;
  /** The object is in the object store. Told soon, and again at the next look when the database is away. */
  gone(key: string): void;
  of(key: string): Promise<BlobPlace[]>;
  want(key: string): Promise<void>;
  /** Says that this server lives, and how much waits. */
  beat(objects: number, bytes: number): Promise<void>;
  /** Makes what is told of this spool what is so: after a start, and after a database that was away. */
  reconcile(keys: readonly string[]): Promise<void>;
  settle(): Promise<void>;
}

const BATCH = 1000;

export function placesIn(pool: Pool, spoolId: string, name: string): Places {
  let noting: { key: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let leaving: string[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (noting.length + leaving.length > 0) {
      const [news, gone] = [noting, leaving];
      noting = [];
      leaving = [];
      if (news.length > 0)
        await notePlaces(pool, spoolId, [...new Set(news.map((one) => one.key))]).then(
          () => {
            for (const one of news) one.done();
          },
          (error) => {
            for (const one of news) one.failed(error);
          },
        );
      if (gone.length > 0) await forgetPlaces(pool, spoolId, gone).catch(() => {});
    }
    running = null;
  }
  const wake = (): void => {
    running ??= run();
  };
  return {
    note: (key) =>
      new Promise((done, failed) => {
        noting.push({ key, done, failed });
        wake();
      }),
    gone(key) {
      leaving.push(key);
      wake();
    },
    of: (key) => placesOf(pool, key),
    async want(key) {
      await pool.query("select pg_notify($1, $2)", [WANTED, key]);
    },
    async beat(objects, bytes) {
      await noteSpool(pool, { id: spoolId, name, objects, bytes });
    },
    async reconcile(keys) {
      for (let at = 0; at < keys.length; at += BATCH) await notePlaces(pool, spoolId, keys.slice(at, at + BATCH));
      await forgetOtherPlaces(pool, spoolId, keys);
    },
    async settle() {
      await running;
    },
  };
}
