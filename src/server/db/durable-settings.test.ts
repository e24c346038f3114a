import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { notDurable } from "./durable-settings.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

test("the embedded database commits to disk", async () => {
  assert.deepEqual(await notDurable(willis.services.pool), []);
});

test("a database that answers before it has written is named, with what to do", async () => {
  const client = await willis.services.pool.connect();
  try {
    await client.query("set synchronous_commit = off");
    const [said, ...more] = await notDurable(client);
    assert.match(said!, /synchronous_commit = off.*Set it to on/);
    assert.deepEqual(more, []);
  } finally {
    client.release(true);
  }
});
