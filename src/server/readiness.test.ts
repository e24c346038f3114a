import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ctStack, stowBody } from "../../test/conformance/images.ts";
import { startWillis, type TestWillis } from "../../test/harness.ts";
import { startEmbeddedPostgres } from "./db/embedded-postgres.ts";
import { announceStop } from "./readiness.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

interface Answer {
  readonly status: string;
  readonly missing: string[];
}

async function ready(): Promise<{ code: number } & Answer> {
  const answer = await willis.as(null, "/health/ready");
  return { code: answer.status, ...((await answer.json()) as Answer) };
}

test("a server that has all it needs is ready, and says nothing of where that is", async () => {
  const answer = await willis.as(null, "/health/ready");
  assert.equal(answer.status, 200);
  const text = await answer.text();
  assert.match(text, /"status":"ready"/);
  assert.ok(!text.includes(willis.services.home));
});

test("with the database killed it says so and refuses for now; it serves again when the database returns", async () => {
  const folder = join(willis.services.home, "postgres");
  const { body, headers } = stowBody(ctStack("readiness", 1, 16).files);
  const store = () => willis.as("hub", "/dicom-web/studies", { method: "POST", body, headers });
  const taken = willis.services.pool.connect(); // a connection in use when the database dies must not end the process
  const client = await taken;
  await willis.token("hub");
  const [pid] = (await readFile(join(folder, "data/postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGKILL");
  await sleep(300);
  const away = await ready();
  assert.deepEqual([away.code, away.status], [503, "not-ready"]);
  assert.match(away.missing.join(), /database does not answer/);
  await sleep(1100); // who they are is remembered for a second
  const refused = await store();
  assert.equal(refused.status, 503);
  assert.match(await refused.text(), /database cannot be reached now: try again/);
  assert.equal(refused.headers.get("retry-after"), "2");
  client.release(true);
  for (let tries = 0; ; tries++) {
    try {
      await startEmbeddedPostgres(folder);
      break;
    } catch (error) {
      if (tries > 40) throw error;
      await sleep(250);
    }
  }
  for (let tries = 0; (await ready()).code !== 200; tries++) {
    assert.ok(tries < 100, "not ready 10 s after the database returned");
    await sleep(100);
  }
  assert.equal((await store()).status, 200);
});

test("a server that is about to stop is not ready any more, and answers what comes all the same", async () => {
  announceStop(willis.services);
  const found = await ready();
  assert.deepEqual([found.code, found.missing], [503, ["The server is stopping."]]);
  assert.equal((await willis.as("hub", "/dicom-web/studies")).status, 200);
});
