import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbeddedPostgres } from "../db/embedded-postgres.ts";
import { openPool } from "../db/pool.ts";
import type { LiveEvent } from "./live.ts";
import { postgresLive } from "./postgres-live.ts";

test("an event reaches every server on the database, also after a server's connection was cut", async () => {
  const home = await mkdtemp(join(tmpdir(), "willis-live-"));
  const database = await startEmbeddedPostgres(join(home, "postgres"));
  const pool = openPool(database.connectionString, 2);
  const [one, two] = await Promise.all([
    postgresLive(pool, database.connectionString),
    postgresLive(pool, database.connectionString),
  ]);
  try {
    const heard: [LiveEvent[], LiveEvent[]] = [[], []];
    one.subscribe((event) => heard[0].push(event));
    two.subscribe(() => {
      throw new Error("a listener that fails");
    });
    two.subscribe((event) => heard[1].push(event));
    const until = async (count: number) => {
      for (let i = 0; i < 200 && heard.some((list) => list.length < count); i++) await sleep(25);
      assert.ok(heard.every((list) => list.length >= count));
    };
    await one.publish({ type: "study", studyId: 1, instances: 5 });
    await until(1);
    assert.deepEqual(heard[1], [{ type: "study", studyId: 1, instances: 5 }]);
    await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'willis live'");
    for (let i = 0; i < 200 && heard.some((list) => list.length < 2); i++) {
      await two.publish({ type: "study", studyId: 2, instances: 6 });
      await sleep(50);
    }
    await until(2);
  } finally {
    await Promise.all([one.stop(), two.stop()]);
    await pool.end();
    await database.stop();
    await rm(home, { recursive: true, force: true });
  }
});
