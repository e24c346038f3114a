import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listArrivals } from "../../src/server/db/archive/arrivals.ts";
import { flushArrivals } from "../../src/server/ingest/arrival-log.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack } from "./images.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis.stop());

test("what arrives is counted by sender and study, in sittings, with what became of it", async () => {
  const { pool } = willis.services;
  const organisationId = willis.organisations.Hub;
  const store = (bytes: Uint8Array, who: string, name = "") =>
    storeObject(willis.services, bytes, { organisationId, via: "dimse", who, name });
  const { files, studyUid } = ctStack("Counted", 4, 32);
  await Promise.all(files.map((file) => store(file, "CT01")));
  await flushArrivals(pool);
  await store(files[0]!, "CT01");
  await store(files[1]!, "PACS");
  await store(Buffer.from("this is no image"), "CT01");
  await store(Buffer.from("read me"), "CT01", "readme.txt");
  await flushArrivals(pool);
  const rows = await listArrivals(pool, organisationId);
  const brief = rows.map((row) => [row.who, row.studyUid, row.stored, row.duplicates, row.quarantined, row.ignored]);
  assert.deepEqual(
    new Set(brief.map((row) => row.join())),
    new Set([
      ["CT01", studyUid, 4, 1, 0, 0].join(),
      ["PACS", studyUid, 0, 1, 0, 0].join(),
      ["CT01", null, 0, 0, 1, 1].join(),
    ]),
  );
  const whole = rows.find((row) => row.who === "CT01" && row.studyUid === studyUid)!;
  assert.equal(whole.patientId, "ID-Counted");
  assert.equal(
    whole.bytes,
    [...files, files[0]!].reduce((sum, file) => sum + file.length, 0),
  );

  await pool.query("update arrival set last_at = last_at - interval '1 hour', first_at = first_at - interval '1 hour'");
  await store(files[0]!, "PACS");
  await flushArrivals(pool);
  const later = await listArrivals(pool, organisationId, { limit: 1 });
  assert.deepEqual([later[0]!.who, later[0]!.duplicates], ["PACS", 1], "after a pause a new sitting begins");
  assert.equal((await listArrivals(pool, organisationId)).length, 4);
});
