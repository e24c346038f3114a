import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataSet, items, text } from "../../src/dicom/data-set.ts";
import type { DicomJson } from "../../src/dicom/json.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writeDataSet, writeFileMeta } from "../../src/dicom/write.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { sweepOrphans } from "../../src/server/ingest/sweep-orphans.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { claimed } from "./identity-images.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

async function store(bytes: Uint8Array, name = "file.dcm") {
  return storeObject(willis.services, bytes, { organisationId: willis.organisations.Hub, via: "upload", name });
}

async function ask(method: "GET" | "POST", path: string, body?: object) {
  const answer = await willis.as("admin", path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked at by the tests
  return { status: answer.status, body: (await answer.json()) as any };
}

/** An object that does not say which study it belongs to. */
function homeless(): Uint8Array {
  const header = parsePart10(claimed("homeless", { PatientID: "H-1", PatientName: "HOMELESS^HANS" })).dataSet;
  const without = new Map(header);
  without.delete(0x0020000d);
  for (const [tag, element] of dataSet({ PatientID: "WRONG" })) without.set(tag, element);
  const head = writeFileMeta(text(header, "SOPClassUID")!, text(header, "SOPInstanceUID")!, TS.ExplicitLittle);
  return Buffer.concat([head, writeDataSet(without)]);
}

test("a file without study is read, fixed by a corrected copy, and kept as it came", async () => {
  const file = homeless();
  const kept = await store(file);
  assert.ok(kept.state === "quarantined");
  assert.match(kept.reason, /StudyInstanceUID is missing/);
  const path = `/api/quarantine/${kept.id}`;
  const header = await ask("GET", `${path}/header`);
  assert.equal(header.body.readable, true);
  assert.equal(header.body.values.PatientID, "WRONG");
  assert.equal(header.body.values.StudyInstanceUID, "");

  const bad = await ask("POST", `${path}/fix`, { values: { StudyInstanceUID: "1.02.x" }, reason: "as ordered" });
  assert.equal(bad.status, 400);
  assert.match(bad.body.detail, /StudyInstanceUID "1.02.x" is no UID/);
  const half = await ask("POST", `${path}/fix`, { values: { PatientID: "H-1" }, reason: "as ordered" });
  assert.equal(half.body.state, "quarantined", "without a study it still does not fit");
  const list = await ask("GET", "/api/quarantine?state=waiting");
  assert.equal(list.body.quarantine.length, 1, "and the copy that did not fit is no second file");

  const fixed = await ask("POST", `${path}/fix`, {
    values: { StudyInstanceUID: "new", PatientID: "H-1", PatientName: "Hömeless^Hans" },
    reason: "patient and order confirmed by the sender",
  });
  assert.equal(fixed.body.state, "stored", JSON.stringify(fixed.body));
  const study = fixed.body.studyUid as string;
  assert.match(study, /^2\.25\.\d+$/);
  const [row] = (await ask("GET", `/dicom-web/studies?StudyInstanceUID=${study}`)).body as DicomJson[];
  assert.equal(row?.["00100020"]?.Value?.[0], "H-1");
  const found = await willis.as(
    "admin",
    `/dicom-web/studies/${study}/series/${uidOf("homeless series")}/instances/${fixed.body.sopUid}`,
    {
      headers: { accept: "application/dicom" },
    },
  );
  const { dataSet: given } = parsePart10(new Uint8Array(await found.arrayBuffer()));
  const previous = items(items(given, "OriginalAttributesSequence")[0]!, "ModifiedAttributesSequence")[0]!;
  assert.equal(text(previous, "PatientID"), "WRONG");
  const download = await willis.as("admin", `${path}/file`);
  assert.deepEqual(new Uint8Array(await download.arrayBuffer()), new Uint8Array(file), "the file itself is as it came");
  const done = (await ask("GET", path)).body;
  assert.equal(done.state, "stored");
  assert.equal(done.fixed.PatientID, "H-1");
  assert.equal(done.decidedBy, "Dr admin");
});

test("a file that is no DICOM says why it cannot be fixed; discarded it can be taken back, until its time has passed", async () => {
  const kept = await store(new TextEncoder().encode("this is a letter, not an image".repeat(20)), "letter.dcm");
  assert.ok(kept.state === "quarantined");
  const path = `/api/quarantine/${kept.id}`;
  const header = await ask("GET", `${path}/header`);
  assert.equal(header.body.readable, false);
  assert.match(header.body.reason, /No "DICM"/);
  assert.equal((await ask("POST", `${path}/restore`)).status, 409, "it waits");
  const discarded = await ask("POST", `${path}/discard`, { reason: "a letter" });
  assert.equal(discarded.body.state, "discarded");
  assert.equal(discarded.body.decidedReason, "a letter");
  const left = (Date.parse(discarded.body.discardUntil) - Date.now()) / 86_400_000;
  assert.ok(left > 29.9 && left < 30.1);
  const later = Date.now() + 2 * 3_600_000;
  await sweepOrphans(willis.services, later);
  assert.equal((await ask("POST", `${path}/restore`)).body.state, "waiting");
  await ask("POST", `${path}/discard`, { reason: "a letter" });
  await willis.services.pool.query("update quarantine set discard_until = now() - interval '1 second' where id = $1", [
    kept.id,
  ]);
  assert.equal((await ask("POST", `${path}/restore`)).status, 409);
  assert.equal(await sweepOrphans(willis.services, later), 1, "the sweep takes its bytes, and only them");
});

test("other bytes under a known UID are compared and put into use; the first are kept and can be used again", async () => {
  const first = claimed("versions", { PatientID: "V-1", PatientName: "VERA^V" });
  const second = claimed("versions", { PatientID: "V-1", PatientName: "VERA^VERONIKA" });
  const series = `/dicom-web/studies/${uidOf("versions")}/series/${uidOf("versions series")}`;
  await store(first);
  const frame = async () => {
    const answer = await willis.as("admin", `${series}/instances/${uidOf("versions 1")}/frames/1`, {
      headers: { accept: "application/octet-stream" },
    });
    return Buffer.from(await answer.arrayBuffer());
  };
  const other = claimed("versions", { PatientID: "V-1", PatientName: "VERA^VERONIKA" }, 1);
  other[other.length - 2] = 0x7b; // the last pixel
  assert.equal((await store(other)).state, "version");
  assert.equal((await store(second)).state, "version");
  const before = await frame();
  const { versions } = (await ask("GET", "/api/versions")).body;
  assert.equal(versions.length, 2);
  assert.equal(versions[0].patientNumber, "V-1");
  const version = versions[1];
  const compared = (await ask("GET", `/api/versions/${version.id}`)).body;
  assert.deepEqual(compared.differences, [
    { tag: "00100010", name: "Patient Name", one: "VERA^V", other: "VERA^VERONIKA" },
  ]);
  const used = await ask("POST", `/api/versions/${version.id}/use`, {
    reason: "the modality sent it again, corrected",
  });
  assert.equal(used.status, 200, JSON.stringify(used.body));
  await new Promise((resolve) => setTimeout(resolve, 1100)); // what a server remembers of a study, it does for a second
  const now = await frame();
  assert.notDeepEqual(now, before);
  assert.equal(now.readUInt16LE(126), 0x7b);
  const [metadata] = (await ask("GET", `${series}/metadata`)).body as DicomJson[];
  assert.deepEqual(metadata?.["00100010"]?.Value, [{ Alphabetic: "VERA^VERONIKA" }]);
  const after = (await ask("GET", "/api/versions")).body.versions as { id: number; digest: string }[];
  assert.equal(after.length, 2);
  const back = after.find((one) => one.digest === version.inUse.digest)!;
  assert.equal((await ask("POST", `/api/versions/${back.id}/use`, { reason: "the first was right" })).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assert.deepEqual(await frame(), before);
  const { changes } = (await ask("GET", "/api/identity-changes")).body;
  assert.equal(changes[0].kind, "use-version");
});

test("space is said: what is kept, what comes a day, what is free, what was swept", async () => {
  const { rows } = await willis.services.pool.query(
    "select count(*)::int as n, sum(size)::int as bytes from instance where organisation_id = $1",
    [willis.organisations.Hub],
  );
  for (let round = 0; round < 2; round++) {
    const { status, body } = await ask("GET", "/api/storage");
    assert.equal(status, 200);
    assert.deepEqual(body.own, { objects: rows[0].n, bytes: rows[0].bytes });
    assert.equal(body.days.length, 1);
    assert.ok(body.databaseBytes > 1e6 && body.store.freeBytes > 1e6);
    assert.ok(body.daysLeft > 0);
    await willis.services.pool.query("update instance set received_at = now() - interval '20 minutes'");
  }
  const folded = await willis.services.pool.query("select sum(objects)::int as n from storage_day");
  assert.equal(folded.rows[0].n, rows[0].n, "what has settled is added up and not counted again");
});
