import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pool, PoolClient } from "pg";
import { openBlobs } from "./blobs/open-blobs.ts";
import { startEmbeddedPostgres } from "./db/embedded-postgres.ts";
import { migrate } from "./db/migrate.ts";
import { openPool } from "./db/pool.ts";
import type { Services } from "./http/services.ts";
import type { Jobs } from "./jobs/jobs.ts";
import { idleJobs, startJobs } from "./jobs/start.ts";
import { packShelf, shelve } from "./knowledge/pack-shelf.ts";
import { packsInForce } from "./knowledge/packs-in-force.ts";
import { loadPacks, PACKS_DIR } from "./packs.ts";
import { postgresLive } from "./realtime/postgres-live.ts";

export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const IN_USE = 77_105_109; // advisory lock that each process on an embedded database holds, shared

export interface OpenOptions {
  readonly home?: string;
  /** False: this process computes nothing, what it queues is done by the server. "later": it does after `work()`. */
  readonly jobs?: boolean | "later";
  readonly say?: (text: string) => void;
}

export interface OpenServices {
  readonly services: Services;
  readonly adopted: boolean;
  /** Begins to compute what is queued; for `jobs: "later"`. */
  work(): Promise<void>;
  close(): Promise<void>;
}

export function homeFolder(): string {
  return resolve(process.env.WILLIS_HOME || join(ROOT, ".willis"));
}

/**
 * Opens what a server or a command needs: database (DATABASE_URL, else the embedded one), schema, blobs, knowledge,
 * queue, live channel. An embedded database is ended by the last process that leaves it.
 */
export async function openServices(options: OpenOptions = {}): Promise<OpenServices> {
  const home = options.home ?? homeFolder();
  const say = options.say ?? (() => {});
  await mkdir(home, { recursive: true, mode: 0o755 });
  const url = process.env.DATABASE_URL;
  say(url ? "Connecting to the database" : "Starting the database");
  const embedded = url ? null : await startEmbeddedPostgres(join(home, "postgres"));
  const connectionString = url ?? embedded!.connectionString;
  const pool = openPool(connectionString, 16);
  const opened: (() => Promise<void>)[] = [() => leave(pool, embedded, undefined)];
  const close = async () => {
    for (let end = opened.pop(); end; end = opened.pop()) await end();
  };
  try {
    const holder = embedded && (await pool.connect());
    if (holder) opened[0] = () => leave(pool, embedded, holder);
    await holder?.query("select pg_advisory_lock_shared($1)", [IN_USE]);
    const applied = await migrate(pool);
    if (applied.length > 0) say(`Brought the schema up to date (${applied.join(", ")})`);
    const blobs = await openBlobs(process.env, home, pool, connectionString);
    opened.push(() => blobs.close());
    const shipped = loadPacks(PACKS_DIR);
    await shelve(pool, PACKS_DIR, shipped);
    const shelf = packShelf(pool);
    const inForce = await packsInForce(pool, connectionString, shipped, shelf);
    opened.push(() => inForce.stop());
    const live = await postgresLive(pool, connectionString);
    opened.push(() => live.stop());
    const base = {
      ...{ pool, blobs, live, packsInForce: inForce, packShelf: shelf, home, now: () => new Date() },
      get packs() {
        return inForce.current();
      },
    };
    let queue = await idleJobs(base, connectionString);
    opened.push(() => queue.stop());
    const jobs: Jobs = {
      ask: (question) => queue.ask(question),
      cancel: (analysisId) => queue.cancel(analysisId),
      askImpact: (asked, by) => queue.askImpact(asked, by),
      stop: () => queue.stop(),
    };
    const services: Services = Object.assign(base, { jobs });
    const work = async () => {
      const idle = queue;
      queue = await startJobs(base, connectionString);
      await idle.stop();
    };
    if (options.jobs === undefined || options.jobs === true) await work();
    return { services, adopted: embedded?.adopted ?? false, work, close };
  } catch (error) {
    await close().catch(() => undefined); // what is open would keep the process, and its database, alive for ever
    throw error;
  }
}

type Embedded = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

/** Ends the connections, and the embedded database when no other process uses it. */
async function leave(pool: Pool, embedded: Embedded | null, holder: PoolClient | null | undefined): Promise<void> {
  const last = holder && (await isLast(holder));
  holder?.release(true);
  await pool.end();
  if (last) await embedded?.stop();
}

/** Whether no other process uses the embedded database; when it is gone already, there is nothing to end. */
async function isLast(holder: PoolClient): Promise<boolean> {
  try {
    await holder.query("select pg_advisory_unlock_shared($1)", [IN_USE]);
    return (await holder.query("select pg_try_advisory_lock($1) as last", [IN_USE])).rows[0].last;
  } catch {
    return false;
  }
}
