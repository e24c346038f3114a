import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWeb } from "../../src/server/web-build.ts";
import { withoutDcmtk } from "../conformance/dcmtk.ts";
import { inspect } from "./inspect.ts";
import { type Acknowledged, startLoad } from "./load.ts";
import { type OneServer, oneServer, system, withoutMounts } from "./one-server.ts";

/** WILLIS_CHAOS_ROUNDS=20 makes the long run. */
const ROUNDS = Number(process.env.WILLIS_CHAOS_ROUNDS || 4);
const LONG = ROUNDS > 4;
const GIB = 2 ** 30;
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: from now on nothing reaches the disk, not even the journal. */
const CUT = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))`;

let why = "";
let folder = "";
let disk = "";
let server: OneServer | null = null;
before(async () => {
  why = await withoutMounts("mkfs.ext4", "python3");
  if (why) return;
  await buildWeb(() => {});
  folder = await mkdtemp(join(tmpdir(), "willis-power-"));
  await chmod(folder, 0o755);
  disk = join(folder, "disk");
  const image = join(folder, "disk.img");
  await mkdir(disk);
  await writeFile(image, "");
  await truncate(image, (LONG ? 8 : 2) * GIB);
  try {
    await system("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
    await system("mount", "-o", "loop", image, disk);
  } catch (error) {
    why = `no loop device can be mounted here: ${error instanceof Error ? error.message : error}`;
    return;
  }
  server = await oneServer(join(disk, "home"));
  await server.start();
});
after(async () => {
  await server?.stop();
  if (folder && !why) await unmounted();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Those of PostgreSQL notice late that their disk is gone: each that still has it open is killed. */
async function unmounted(): Promise<void> {
  for (let tries = 0; ; tries++) {
    for (const pid of await readdir("/proc")) {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
      const place = await readlink(`/proc/${pid}/cwd`).catch(() => "");
      if (place.startsWith(`${disk}/`)) process.kill(Number(pid), "SIGKILL");
    }
    try {
      return await system("umount", disk);
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(100);
    }
  }
}

test("the power goes under load, images and database on the disk: what was acknowledged is there, whole", async (t) => {
  if (why) return t.skip(why);
  const missing = await withoutDcmtk();
  if (missing) t.diagnostic(`C-STORE is left out: ${missing}`);
  const shape = { stow: true, dimse: !missing, each: LONG ? 800 : 300, size: 192 };
  const one = server!;
  const all: Acknowledged[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const load = await startLoad(one, folder, `power-${round}`, shape);
    try {
      await load.flows(LONG ? 100 : 20);
      await sleep((round % 7) * 110);
      await system("python3", "-c", CUT, disk);
      await Promise.all([one.kill(), one.killPostgres(true)]);
    } finally {
      await load.stop();
    }
    await unmounted();
    await system("mount", "-o", "loop", join(folder, "disk.img"), disk); // replays the journal
    const began = performance.now();
    await one.start();
    const restartMs = Math.round(performance.now() - began);
    all.push(...load.acknowledged);
    const found = await inspect(one, load.acknowledged);
    const by = (via: string) => load.acknowledged.filter((a) => a.via === via).length;
    t.diagnostic(
      `round ${round + 1}: acknowledged ${by("dimse")} by C-STORE and ${by("stow")} by STOW; ${found.rows} rows, ` +
        `${found.files} files, ${found.orphans.length} orphans; missing ${found.missing.length}, unreadable ` +
        `${found.unreadable.length}, other bytes ${found.otherBytes.length}; serving again after ${restartMs} ms`,
    );
    assert.deepEqual([found.missing, found.unreadable, found.otherBytes], [[], [], []]);
  }
  const found = await inspect(one, all);
  assert.deepEqual([found.missing, found.unreadable, found.otherBytes], [[], [], []], "of all rounds together");
  t.diagnostic(`${ROUNDS} power cuts: ${all.length} acknowledged, missing 0, unreadable ${found.unreadable.length}`);
});
