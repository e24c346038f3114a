import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createApiToken } from "../../src/server/auth/api-tokens.ts";
import { createOrganisation, createPerson } from "../../src/server/auth/people.ts";
import { startEmbeddedPostgres } from "../../src/server/db/embedded-postgres.ts";
import { migrate } from "../../src/server/db/migrate.ts";
import { openPool, type Pool } from "../../src/server/db/pool.ts";
import { ROOT } from "../../src/server/services.ts";
import { steadyPort } from "../free-port.ts";

const PATIENCE_MS = 60_000;
const run = promisify(execFile);

/** A Willis as people start it: `node run.mjs serve` with its embedded PostgreSQL, in a home that outlives it. */
export interface OneServer {
  readonly home: string;
  readonly url: string;
  readonly dimsePort: number;
  /** Of a person who may store and read. */
  readonly token: string;
  readonly organisationId: string;
  /** The process that serves; null when none does. */
  readonly pid: number | null;
  /** What it wrote since it was started last. */
  readonly said: string;
  start(): Promise<void>;
  /** kill -9 of the server; its database lives on. */
  kill(): Promise<void>;
  /** kill -9 of PostgreSQL's first process: the others then die by themselves, or are killed as well. */
  killPostgres(everyProcess?: boolean): Promise<void>;
  startPostgres(): Promise<void>;
  ready(): Promise<boolean>;
  /** Until it says that it is ready. */
  untilReady(): Promise<void>;
  /** A connection of its own to the database, for the one who checks. */
  look<T>(work: (pool: Pool) => Promise<T>): Promise<T>;
  /** Peak of its resident memory, MB. */
  peakMb(): Promise<number>;
  stop(): Promise<void>;
}

/** Makes the database with one hospital and one person in it; the server is not started yet. */
export async function oneServer(home: string, settings: Readonly<Record<string, string>> = {}): Promise<OneServer> {
  const database = join(home, "postgres");
  const [port, dimsePort] = [await steadyPort(), await steadyPort()];
  const { connectionString } = await startEmbeddedPostgres(database);
  const pool = openPool(connectionString, 2);
  await migrate(pool);
  const { id: organisationId } = await createOrganisation(pool, { name: "Hospital", kind: "hub" });
  const tester = { organisationId, login: "tester", name: "Dr tester", role: "interventionalist" } as const;
  const { token } = await createApiToken(pool, (await createPerson(pool, tester)).id, { label: "t", expiresAt: null });
  await pool.end();
  const env = { ...process.env, ...settings, WILLIS_HOME: home };
  let child: ChildProcess | null = null;
  let pid: number | null = null;
  let said = "";

  /** Null when it does not run. */
  async function postmaster(): Promise<number | null> {
    const text = await readFile(join(database, "data/postmaster.pid"), "utf8").catch(() => "");
    return Number(text.split("\n")[0]) || null;
  }
  const url = `http://127.0.0.1:${port}`;
  const self: OneServer = {
    ...{ home, url, dimsePort, token, organisationId },
    get pid() {
      return pid;
    },
    get said() {
      return said;
    },
    async start() {
      const words = [join(ROOT, "run.mjs"), "serve", "--no-demo", "--no-jobs"];
      const ports = { WILLIS_PORT: `${port}`, WILLIS_DIMSE_PORT: `${dimsePort}` };
      const now = spawn(process.execPath, words, { env: { ...env, ...ports }, stdio: ["ignore", "pipe", "pipe"] });
      child = now;
      said = "";
      await new Promise<void>((done, failed) => {
        const late = setTimeout(() => failed(new Error(`The server did not start in time:\n${said}`)), PATIENCE_MS);
        now.once("exit", (code) => failed(new Error(`The server ended (${code}) while it started:\n${said}`)));
        const hear = (chunk: Buffer): void => {
          said = (said + chunk).slice(-200_000);
          if (process.env.WILLIS_TEST_LOUD) process.stderr.write(`[server] ${chunk}`);
          if (!said.includes("Ctrl-C stops")) return;
          clearTimeout(late);
          done();
        };
        now.stdout.on("data", hear);
        now.stderr.on("data", hear);
      });
      pid = (await childrenOf(now.pid!))[0] ?? null;
    },
    async kill() {
      const now = child;
      if (!now || pid === null) return;
      const gone = now.exitCode === null ? once(now, "exit") : null;
      process.kill(pid, "SIGKILL");
      await gone;
      [child, pid] = [null, null];
    },
    async killPostgres(everyProcess = false) {
      const first = await postmaster();
      if (first === null) return;
      for (const one of [first, ...(everyProcess ? await childrenOf(first) : [])])
        try {
          process.kill(one, "SIGKILL");
        } catch {} // it has gone already
    },
    async startPostgres() {
      for (let tries = 0; ; tries++)
        try {
          await startEmbeddedPostgres(database);
          return;
        } catch (error) {
          if (tries > 60) throw error; // those that the killed one left behind hold its memory for a moment
          await sleep(250);
        }
    },
    ready: () =>
      fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3000) }).then(
        (a) => a.ok,
        () => false,
      ),
    async untilReady() {
      for (const until = performance.now() + PATIENCE_MS; !(await self.ready()); await sleep(100))
        if (performance.now() > until) throw new Error(`The server is not ready:\n${said.slice(-2000)}`);
    },
    async look(work) {
      const own = openPool((await startEmbeddedPostgres(database)).connectionString, 4);
      try {
        return await work(own);
      } finally {
        await own.end();
      }
    },
    async peakMb() {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    async stop() {
      await self.kill();
      if ((await postmaster()) !== null) await (await startEmbeddedPostgres(database)).stop();
    },
  };
  return self;
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")),
  );
  return lists.join(" ").split(/\s+/).filter(Boolean).map(Number);
}

/** Why a test that mounts something cannot be done here; empty when it can. */
export async function withoutMounts(...programs: string[]): Promise<string> {
  if (process.platform !== "linux") return `mounting is tested on Linux only, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "only root may mount a file system: run the tests as root";
  for (const program of ["mount", "umount", ...programs])
    if (!(await run("sh", ["-c", `command -v ${program}`]).catch(() => null)))
      return `${program} is not installed here`;
  return "";
}

/** Runs a program of the system to its end. Errors: what it complained about. */
export async function system(program: string, ...args: string[]): Promise<void> {
  await run(program, args);
}
