import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createApiToken } from "../../src/server/auth/api-tokens.ts";
import { createOrganisation, createPerson } from "../../src/server/auth/people.ts";
import { startEmbeddedPostgres } from "../../src/server/db/embedded-postgres.ts";
import { migrate } from "../../src/server/db/migrate.ts";
import { openPool, type Pool } from "../../src/server/db/pool.ts";
import { ROOT } from "../../src/server/services.ts";
import { steadyPort } from "../free-port.ts";
import { type ObjectStore, startObjectStore, storeSettings } from "../stores/object-store.ts";

/** A process that can be killed without warning and started again. */
export interface Part {
  readonly name: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface Server extends Part {
  readonly url: string;
}

/** Servers and workers as separate processes on one database and one object store. */
export interface Cluster {
  readonly servers: readonly Server[];
  readonly workers: readonly Part[];
  readonly postgres: Part;
  readonly store: Part;
  readonly storeName: string;
  readonly pool: Pool;
  /** Of a person who may store and read. */
  readonly token: string;
  stop(): Promise<void>;
}

interface Shape {
  readonly servers: number;
  readonly workers: number;
  /** "uploaded": the disk of a server vanishes with its process. */
  readonly acknowledge: "uploaded" | "spool";
}

/** Null when there is no object store of the kind that WILLIS_TEST_S3 names. */
export async function startCluster(shape: Shape): Promise<Cluster | null> {
  const store = await startObjectStore();
  if (!store) return null;
  const folder = await mkdtemp(join(tmpdir(), "willis-cluster-"));
  await chmod(folder, 0o755);
  const database = join(folder, "postgres");
  let { connectionString } = await startEmbeddedPostgres(database);
  const pool = openPool(connectionString, 4);
  await migrate(pool);
  const { id: organisationId } = await createOrganisation(pool, { name: "Hospital", kind: "hub" });
  const person = { organisationId, login: "tester", name: "Dr tester", role: "interventionalist" } as const;
  const { id } = await createPerson(pool, person);
  const { token } = await createApiToken(pool, id, { label: "test", expiresAt: null });

  const postgres: Part = {
    name: "PostgreSQL",
    async kill() {
      const [pid] = (await readFile(join(database, "data/postmaster.pid"), "utf8")).split("\n");
      process.kill(Number(pid), "SIGKILL");
    },
    async start() {
      for (let tries = 0; ; tries++) {
        try {
          ({ connectionString } = await startEmbeddedPostgres(database));
          return;
        } catch (error) {
          if (tries > 40) throw error; // those it left behind hold its memory for a moment
          await sleep(250);
        }
      }
    },
  };
  const settings = {
    ...storeSettings(store, "images"),
    DATABASE_URL: connectionString,
    WILLIS_S3_ACK: shape.acknowledge,
  };
  const vanishes = shape.acknowledge === "uploaded";
  const servers = await Promise.all(
    Array.from({ length: shape.servers }, (_, i) =>
      serverPart(`server ${i + 1}`, join(folder, `server-${i + 1}`), settings, vanishes),
    ),
  );
  const workers = Array.from({ length: shape.workers }, (_, i) =>
    part(`worker ${i + 1}`, ["work"], join(folder, `worker-${i + 1}`), settings, "Working.", vanishes),
  );
  await Promise.all([...servers, ...workers].map((one) => one.start()));
  return {
    servers,
    workers,
    postgres,
    store: { name: store.name, kill: store.kill, start: store.start },
    storeName: store.name,
    pool,
    token,
    async stop() {
      await Promise.all([...servers, ...workers].map((one) => one.kill()));
      await pool.end();
      await stopPostgres(database);
      await stopStore(store);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function stopPostgres(database: string): Promise<void> {
  await (await startEmbeddedPostgres(database)).stop();
}

function stopStore(store: ObjectStore): Promise<void> {
  return store.stop();
}

type Env = Readonly<Record<string, string>>;

async function serverPart(name: string, home: string, settings: Env, vanishes: boolean): Promise<Server> {
  const [port, dimse] = [await steadyPort(), await steadyPort()];
  const env = { ...settings, WILLIS_PORT: `${port}`, WILLIS_DIMSE_PORT: `${dimse}` };
  const words = ["serve", "--no-demo", "--no-jobs"];
  return { ...part(name, words, home, env, "Ctrl-C stops", vanishes), url: `http://127.0.0.1:${port}` };
}

function part(name: string, words: string[], home: string, settings: Env, ready: string, vanishes: boolean): Part {
  let child: ChildProcess | null = null;
  return {
    name,
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
      if (vanishes) await rm(home, { recursive: true, force: true });
    },
    async start() {
      await mkdir(home, { recursive: true });
      const env = { ...process.env, ...settings, WILLIS_HOME: home };
      const program = [join(ROOT, "src/cli/index.ts"), ...words];
      const now = spawn(process.execPath, program, { env, stdio: ["ignore", "pipe", "pipe"] });
      child = now;
      let said = "";
      now.stderr.on("data", (chunk) => {
        said = (said + chunk).slice(-4000);
        if (process.env.WILLIS_TEST_LOUD) process.stderr.write(`[${name}] ${chunk}`);
      });
      await new Promise<void>((done, failed) => {
        now.once("exit", (code, signal) =>
          failed(new Error(`${name} ended (${code ?? signal}) while it started:\n${said}`)),
        );
        now.stdout.on("data", (chunk) => {
          said = (said + chunk).slice(-4000);
          if (said.includes(ready)) done();
        });
      });
    },
  };
}
