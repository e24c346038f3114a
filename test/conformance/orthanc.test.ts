import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack, xaRun } from "./images.ts";
import { orthancProgram, startOrthanc, type TestOrthanc } from "./orthanc-server.ts";

let willis: TestWillis;
let orthanc: TestOrthanc;
let missing = "";
let peer = "";

interface TransferLine {
  readonly id: string;
  readonly state: string;
  readonly completed: number;
  readonly total: number | null;
  readonly message: string;
}

before(async () => {
  const program = await orthancProgram();
  missing = program ? "" : "Orthanc is not installed here";
  willis = await startWillis();
  if (!program) return;
  orthanc = await startOrthanc(program, { aeTitle: "WILLIS", port: willis.dimsePort });
  const answer = await post("admin", "/api/peers", {
    ...{ aeTitle: "ORTHANC", host: "127.0.0.1", port: orthanc.dicomPort },
    permissions: ["echo", "store", "find", "retrieve"],
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  peer = ((await answer.json()) as { id: string }).id;
});
after(async () => {
  await orthanc?.stop();
  await willis?.stop();
});

function post(login: "admin" | "hub", path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return willis.as(login, path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The transfer when it has ended. */
async function ended(id: string): Promise<TransferLine> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await willis.as("hub", "/api/transfers");
    const { transfers } = (await answer.json()) as { transfers: TransferLine[] };
    const found = transfers.find((one) => one.id === id);
    assert.ok(found);
    if (found.state !== "queued" && found.state !== "running") return found;
    await sleep(100);
  }
  throw new Error("the transfer does not end");
}

async function begun(answer: Response): Promise<TransferLine> {
  const text = await answer.text();
  assert.equal(answer.status, 202, text);
  return ended((JSON.parse(text) as { transfers: string[] }).transfers[0]!);
}

async function countHere(studyUid: string): Promise<number> {
  const found = await willis.services.pool.query("select instance_count as n from study where study_uid = $1", [
    studyUid,
  ]);
  return found.rows[0]?.n ?? 0;
}

async function countThere(studyUid: string): Promise<number> {
  const query = { Level: "Instance", Query: { StudyInstanceUID: studyUid } };
  return ((await orthanc.call("POST", "/tools/find", query)) as unknown[]).length;
}

test("Orthanc's C-ECHO is answered, and ours by Orthanc, with what it calls itself and the time it took", async (t) => {
  if (missing) return t.skip(missing);
  await orthanc.call("POST", "/modalities/willis/echo", {});
  const answer = (await (await post("hub", `/api/peers/${peer}/test`, {})).json()) as Record<string, unknown>;
  assert.equal(answer.ok, true, JSON.stringify(answer));
  assert.match(String(answer.implementation), /OFFIS|ORTHANC/i);
  assert.ok(Number(answer.echoMs) >= 0);
});

test("Orthanc stores to us (C-STORE)", async (t) => {
  if (missing) return t.skip(missing);
  const { files, studyUid } = ctStack("FromOrthanc", 4, 32);
  for (const file of files) await orthanc.call("POST", "/instances", file);
  const [study] = (await orthanc.call("POST", "/tools/find", {
    Level: "Study",
    Query: { StudyInstanceUID: studyUid },
  })) as string[];
  await orthanc.call("POST", "/modalities/willis/store", study);
  assert.equal(await countHere(studyUid), 4);
});

test("Orthanc finds at us (C-FIND) and has it moved to itself (C-MOVE)", async (t) => {
  if (missing) return t.skip(missing);
  const { files, studyUid } = xaRun("ToOrthanc", 3, 32);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  await storeObject(willis.services, files[0]!, origin);
  const query = { Level: "Study", Query: { PatientID: "ID-ToOrthanc", StudyInstanceUID: "", ModalitiesInStudy: "" } };
  const { ID } = (await orthanc.call("POST", "/modalities/willis/query", query)) as { ID: string };
  const answers = (await orthanc.call("GET", `/queries/${ID}/answers?expand&simplify`)) as Record<string, string>[];
  assert.equal(answers.length, 1);
  assert.equal(answers[0]!.StudyInstanceUID, studyUid);
  assert.equal(answers[0]!.ModalitiesInStudy, "XA");
  await orthanc.call("POST", `/queries/${ID}/answers/0/retrieve`, { Synchronous: true });
  assert.equal(await countThere(studyUid), 1);
});

for (const method of ["get", "move"] as const) {
  test(`we find at Orthanc and pull a study by C-${method.toUpperCase()}`, async (t) => {
    if (missing) return t.skip(missing);
    const { files, studyUid } = ctStack(`Pull-${method}`, 5, 32);
    for (const file of files) await orthanc.call("POST", "/instances", file);
    const found = await post("hub", `/api/peers/${peer}/query`, { keys: { PatientID: `ID-Pull-${method}` } });
    const { found: studies } = (await found.json()) as { found: Record<string, { Value?: string[] }>[] };
    assert.deepEqual(
      studies.map((one) => one["0020000D"]?.Value?.[0]),
      [studyUid],
    );
    const transfer = await begun(await post("hub", `/api/peers/${peer}/pull`, { studies: [{ studyUid }], method }));
    assert.equal(transfer.state, "done", JSON.stringify(transfer));
    assert.equal(transfer.completed, 5);
    assert.equal(await countHere(studyUid), 5);
  });
}

test("we push a study to Orthanc (C-STORE), and it counts", async (t) => {
  if (missing) return t.skip(missing);
  const { files, studyUid } = ctStack("Push", 6, 32);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of files) await storeObject(willis.services, file, origin);
  const transfer = await begun(await post("hub", `/api/studies/${studyUid}/push`, { peer }));
  assert.equal(transfer.state, "done", JSON.stringify(transfer));
  assert.deepEqual([transfer.total, transfer.completed], [6, 6]);
  assert.equal(await countThere(studyUid), 6);
});

test("a peer that is not there fails the test and the transfer with a sentence, and a retry succeeds when it is back", async (t) => {
  if (missing) return t.skip(missing);
  const { files, studyUid } = ctStack("Retry", 2, 32);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of files) await storeObject(willis.services, file, origin);
  const move = (port: number) => willis.services.pool.query("update peer set port = $2 where id = $1", [peer, port]);
  await move(1);
  const tested = (await (await post("hub", `/api/peers/${peer}/test`, {})).json()) as { ok: boolean; reason: string };
  assert.equal(tested.ok, false);
  assert.match(tested.reason, /nothing listens there/);
  const failed = await begun(await post("hub", `/api/studies/${studyUid}/push`, { peer }));
  assert.equal(failed.state, "failed");
  assert.match(failed.message, /ORTHANC at 127.0.0.1:1: nothing listens there/);
  await move(orthanc.dicomPort);
  assert.equal((await post("hub", `/api/transfers/${failed.id}/retry`, {})).status, 200);
  assert.equal((await ended(failed.id)).state, "done");
  assert.equal(await countThere(studyUid), 2);
  assert.equal((await post("hub", `/api/transfers/${failed.id}/cancel`, {})).status, 409, "it has ended");
});
