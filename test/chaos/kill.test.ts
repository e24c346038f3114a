import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWeb } from "../../src/server/web-build.ts";
import { withoutDcmtk } from "../conformance/dcmtk.ts";
import { inspect } from "./inspect.ts";
import { type Acknowledged, startLoad } from "./load.ts";
import { type OneServer, oneServer } from "./one-server.ts";

/** WILLIS_CHAOS_ROUNDS=20 makes the long run. */
const ROUNDS = Number(process.env.WILLIS_CHAOS_ROUNDS || 3);
const LONG = ROUNDS > 3;
const SHAPE = { stow: true, each: LONG ? 800 : 300, size: 192 };
const VICTIMS = ["server", "PostgreSQL", "both"] as const;

let folder = "";
let server: OneServer | null = null;
before(async () => {
  await buildWeb(() => {});
  folder = await mkdtemp(join(tmpdir(), "willis-kill-"));
  await chmod(folder, 0o755);
  server = await oneServer(join(folder, "home"));
  await server.start();
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("kill -9 under load, of the server, of its database and of both: what was acknowledged is there, whole", async (t) => {
  const missing = await withoutDcmtk();
  const shape = { ...SHAPE, dimse: !missing };
  if (missing) t.diagnostic(`C-STORE is left out: ${missing}`);
  const one = server!;
  const all: Acknowledged[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const victim = VICTIMS[round % VICTIMS.length]!;
    const load = await startLoad(one, folder, `kill-${round}`, shape);
    try {
      await load.flows(LONG ? 100 : 20);
      await sleep((round % 7) * 110);
      if (victim === "PostgreSQL") {
        const { pid } = one;
        await one.killPostgres();
        await sleep(600);
        await one.startPostgres();
        await one.untilReady();
        assert.equal(one.pid, pid);
        assert.doesNotThrow(() => process.kill(pid!, 0), "the server lives through the death of its database");
        const had = load.acknowledged.length;
        for (let tries = 0; load.acknowledged.length === had; tries++) {
          assert.ok(tries < 300, "it stores again when the database is back, without a restart");
          await sleep(100);
        }
      } else {
        await Promise.all([one.kill(), victim === "both" ? one.killPostgres() : null]);
      }
    } finally {
      await load.stop();
    }
    const began = performance.now();
    if (one.pid === null) await one.start();
    const restartMs = Math.round(performance.now() - began);
    all.push(...load.acknowledged);
    const found = await inspect(one, load.acknowledged);
    const by = (via: string) => load.acknowledged.filter((a) => a.via === via).length;
    t.diagnostic(
      `round ${round + 1}, ${victim} killed: acknowledged ${by("dimse")} by C-STORE and ${by("stow")} by STOW; ` +
        `${found.rows} rows, ${found.files} files, ${found.orphans.length} orphans; missing ${found.missing.length}, ` +
        `unreadable ${found.unreadable.length}, other bytes ${found.otherBytes.length}` +
        (restartMs > 5 ? `; serving again after ${restartMs} ms` : ""),
    );
    assert.ok(by("stow") > 4 && (!shape.dimse || by("dimse") > 4), "there was a load");
    assert.deepEqual([found.missing, found.unreadable, found.otherBytes], [[], [], []]);
  }
  const found = await inspect(one, all);
  assert.deepEqual([found.missing, found.unreadable, found.otherBytes], [[], [], []], "of all rounds together");
  t.diagnostic(
    `${ROUNDS} rounds: ${all.length} acknowledged, missing ${found.missing.length}, unreadable ${found.unreadable.length}`,
  );
});

test("what crashes left without a row is counted, set aside and reported at the next start", async () => {
  const one = server!;
  const objects = join(one.home, "blobs/objects");
  const { put } = await import("../../src/server/blobs/file-system.ts").then(({ fileSystemBlobs }) =>
    fileSystemBlobs(join(one.home, "blobs")),
  );
  await put(new TextEncoder().encode("begun, and never acknowledged"));
  const before = await inspect(one, []);
  assert.ok(before.orphans.length > 0);
  const hoursAgo = Date.now() / 1000 - 2 * 3600;
  for (const key of before.orphans) await utimes(join(objects, key.slice(0, 2), key), hoursAgo, hoursAgo);
  await one.kill();
  await one.start();
  const told = `${before.orphans.length} blobs that nothing refers to were set aside`;
  for (let tries = 0; !one.said.includes(told); tries++) {
    assert.ok(tries < 100, `it does not say "${told}":\n${one.said.slice(-1000)}`);
    await sleep(100);
  }
  assert.deepEqual((await readdir(join(one.home, "blobs/orphans"))).sort(), [...before.orphans].sort());
  const { orphans, unreadable } = await inspect(one, []);
  assert.deepEqual([orphans, unreadable], [[], []]);
});
