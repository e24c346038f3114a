import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { askForCommitment, COMMITMENT, type ReferencedObject, readReport } from "../../src/dicom/commitment.ts";
import { type DataSet, number } from "../../src/dicom/data-set.ts";
import { COMMAND, Dimse } from "../../src/dicom/dimse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { answerContexts } from "../../src/dicom/upper-layer.ts";
import { writeDataSet } from "../../src/dicom/write.ts";
import { createCommitment } from "../../src/server/db/workflow/commitments.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import { dispatcher } from "../../src/server/dimse/dispatch.ts";
import type { DimseRequest, Service } from "../../src/server/dimse/service.ts";
import { Session } from "../../src/server/dimse/session.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack, type MadeStudy } from "./images.ts";
import { orthancProgram, startOrthanc, type TestOrthanc } from "./orthanc-server.ts";

interface Line {
  readonly id: string;
  readonly role: string;
  readonly transactionUid: string;
  readonly aeTitle: string;
  readonly state: string;
  readonly committed: number;
  readonly failed: number;
  readonly message: string;
}
interface Heard {
  readonly event: number;
  readonly objects: readonly { readonly sopUid: string; readonly reason: number }[];
}

const CT = "1.2.840.10008.5.1.4.1.1.2";
let willis: TestWillis;
let orthanc: TestOrthanc | null = null;
let study: MadeStudy;
let objects: ReferencedObject[];
let suite: Awaited<ReturnType<typeof listener>>;

before(async () => {
  willis = await startWillis();
  const program = await orthancProgram();
  if (program) {
    orthanc = await startOrthanc(program, { aeTitle: "WILLIS", port: willis.dimsePort });
    await peer("ORTHANC", orthanc.dicomPort, "{echo,store,find,retrieve,commit}");
  }
  suite = await listener();
  await peer("SUITE", suite.port, "{store,commit}");
  await peer("SILENT", 1, "{store}");
  study = ctStack("Commit", 5, 32);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of study.files) await storeObject(willis.services, file, origin);
  const { rows } = await willis.services.pool.query("select sop_class, sop_uid from instance order by number");
  objects = rows.map((row) => ({ sopClass: row.sop_class, sopUid: row.sop_uid }));
});
after(async () => {
  suite?.close();
  await orthanc?.stop();
  await willis?.stop();
});

async function peer(title: string, port: number, permissions: string): Promise<string> {
  const { rows } = await willis.services.pool.query(
    "insert into peer (organisation_id, ae_title, host, port, permissions) values ($1, $2, '127.0.0.1', $3, $4) returning id",
    [willis.organisations.Hub, title, port, permissions],
  );
  return rows[0].id;
}

/** A service that takes N-EVENT-REPORTs, as the angio suite does. */
function hearing(heard: Heard[]): Service {
  return {
    name: "suite",
    needs: "commit",
    fields: [COMMAND.eventReport],
    takes: (sopClass) => sopClass === COMMITMENT.sopClass,
    async handle(request: DimseRequest) {
      const report = readReport(await request.dataSet());
      assert.ok(typeof report !== "string", String(report));
      heard.push({ event: number(request.message.command, "EventTypeID")!, objects: report.objects });
      await request.respond(0);
    },
  };
}

function takingReports(session: Session, heard: Heard[]) {
  const permissions = new Set(["commit"] as const);
  return dispatcher(session, [hearing(heard)], {
    ...{ services: willis.services, ownAeTitle: "SUITE", remote: "", audit: null },
    caller: () => ({ aeTitle: "WILLIS", organisationId: "", permissions, peer: null, known: true }),
  });
}

/** An application entity of ours that listens for reports on associations of the other side. */
async function listener() {
  const heard: Heard[] = [];
  const roles: unknown[] = [];
  let refuses = 0;
  const refuse = (times: number): void => {
    refuses = times;
  };
  const server = createServer((socket) => {
    socket.on("error", () => {});
    if (refuses-- > 0) return void socket.destroy();
    const dimse = new Dimse({ aeTitle: "SUITE" });
    const session = new Session(socket, dimse);
    void session.run(takingReports(session, heard), async (event) => {
      if (event.kind !== "requested") return;
      roles.push(...event.request.user.roles);
      const contexts = answerContexts(event.request, (sopClass) => sopClass === COMMITMENT.sopClass);
      await session.send([dimse.association.accept(contexts, { roles: event.request.user.roles })]);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  return { heard, roles, port, refuse, close: () => server.close() };
}

/** N-ACTION as an application entity of this title; `stayMs` keeps the association open for the report. */
async function ask(
  aeTitle: string,
  transactionUid: string,
  wanted: readonly ReferencedObject[],
  options: { stayMs?: number; data?: DataSet; instance?: string; action?: number; port?: number } = {},
): Promise<{ status: number; heard: Heard[] }> {
  const heard: Heard[] = [];
  const { port = willis.dimsePort } = options;
  const callee = { aeTitle: "WILLIS", host: "127.0.0.1", port, tls: false };
  const contexts = [{ abstractSyntax: COMMITMENT.sopClass, transferSyntaxes: [TS.ImplicitLittle] }];
  const requests = (session: Session) => takingReports(session, heard);
  const status = await withPeer(callee, { aeTitle, tls: null }, { contexts, requests }, async ({ session }) => {
    const context = session.dimse.contextFor(COMMITMENT.sopClass);
    const { instance = COMMITMENT.instance, action = 1, stayMs = 0 } = options;
    const answer = await session.askOnce({
      ...{ field: COMMAND.action, context },
      fields: { RequestedSOPInstanceUID: instance, ActionTypeID: action },
      data: writeDataSet(options.data ?? askForCommitment(transactionUid, wanted), context.transferSyntax),
    });
    for (let left = stayMs; left > 0 && heard.length === 0; left -= 50) await sleep(50);
    return answer.status;
  });
  return { status, heard };
}

async function lines(): Promise<Line[]> {
  const answer = await willis.as("hub", "/api/commitments");
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { commitments: Line[] }).commitments;
}

async function until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await look();
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`this does not come: ${what}`);
}

test("on the association that asked: every object was read, and is committed", async () => {
  const { status, heard } = await ask("SUITE", "1.2.826.0.9.1", objects, { stayMs: 10_000 });
  assert.equal(status, 0);
  assert.equal(heard.length, 1);
  assert.equal(heard[0]!.event, 1);
  assert.deepEqual(heard[0]!.objects.map(({ sopUid }) => sopUid).sort(), objects.map(({ sopUid }) => sopUid).sort());
  assert.equal(suite.heard.length, 0, "no second association was opened");
  const line = await until("done", async () => (await lines()).find((one) => one.state === "done"));
  assert.deepEqual([line.aeTitle, line.role, line.committed, line.failed], ["SUITE", "provider", 5, 0]);
});

test("after the association has ended: on one of ours, as SCP by role selection", async () => {
  const { status } = await ask("SUITE", "1.2.826.0.9.2", objects);
  assert.equal(status, 0);
  await until("the report", () => suite.heard.length === 1);
  assert.equal(suite.heard[0]!.event, 1);
  assert.deepEqual(suite.roles, [{ sopClass: COMMITMENT.sopClass, scu: false, scp: true }]);
});

test("objects that are not there, are of another class or belong to others fail with their reason", async () => {
  const other = ctStack("Elsewhere", 1, 16);
  const origin = { organisationId: willis.organisations.Elsewhere, via: "import" } as const;
  const stored = await storeObject(willis.services, other.files[0]!, origin);
  assert.equal(stored.state, "stored");
  const theirs = await willis.services.pool.query("select sop_uid from instance where organisation_id = $1", [
    willis.organisations.Elsewhere,
  ]);
  const wanted = [
    objects[0]!,
    { sopClass: CT, sopUid: "1.2.826.0.404" },
    { sopClass: "1.2.840.10008.5.1.4.1.1.4", sopUid: objects[1]!.sopUid },
    { sopClass: "1.2.840.10008.1.1", sopUid: "1.2.826.0.405" },
    { sopClass: CT, sopUid: theirs.rows[0].sop_uid },
  ];
  const { heard } = await ask("SUITE", "1.2.826.0.9.3", wanted, { stayMs: 10_000 });
  assert.equal(heard[0]!.event, 2);
  const reasons = new Map(heard[0]!.objects.map(({ sopUid, reason }) => [sopUid, reason]));
  assert.deepEqual(
    wanted.map(({ sopUid }) => reasons.get(sopUid)),
    [0, 0x0112, 0x0119, 0x0122, 0x0112],
  );
});

test("bytes that have changed on the disk, or are gone, are not committed, whatever the index says", async () => {
  const damaged = ctStack("Damaged", 2, 32);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of damaged.files) await storeObject(willis.services, file, origin);
  const { rows } = await willis.services.pool.query(
    `select instance.sop_uid, blob_key, size from instance join series on series.id = series_id join study on study.id = series.study_id
     where study_uid = $1 order by instance.number`,
    [damaged.studyUid],
  );
  const wanted = rows.map((row) => ({ sopClass: CT, sopUid: row.sop_uid as string }));
  const file = join(willis.services.home, "blobs", "objects", rows[0].blob_key.slice(0, 2), rows[0].blob_key);
  const bytes = Buffer.from(await willis.services.blobs.read(rows[0].blob_key, 0, Number(rows[0].size)));
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
  await willis.services.blobs.remove(rows[1].blob_key);
  const { heard } = await ask("SUITE", "1.2.826.0.9.4", wanted, { stayMs: 10_000 });
  assert.equal(heard[0]!.event, 2);
  assert.deepEqual(
    heard[0]!.objects.map(({ reason }) => reason),
    [0x0110, 0x0110],
  );
  const line = await until("done", async () =>
    (await lines()).find((one) => one.transactionUid === "1.2.826.0.9.4" && one.state === "done"),
  );
  assert.match(line.message, /2 × could not be read back whole \(0110\)/);
});

test("the answer comes when the row is durable; what a killed process left behind is checked and reported", async () => {
  const before = suite.heard.length;
  const row = {
    organisationId: willis.organisations.Hub,
    role: "provider",
    aeTitle: "SUITE",
    transferId: null,
  } as const;
  const id = await createCommitment(willis.services.pool, {
    ...{ ...row, transactionUid: "1.2.826.0.9.5", objects, claimed: true },
  });
  await sleep(1500);
  assert.equal(suite.heard.length, before, "somebody else is at it");
  await willis.services.pool.query("update commitment set claimed_at = now() - interval '1 minute' where id = $1", [
    id,
  ]);
  await until("the report", () => suite.heard.length === before + 1);
  assert.equal(suite.heard.at(-1)!.event, 1);
});

test("a server that is killed right after its answer: another one reports", async () => {
  const before = suite.heard.length;
  const second = fork(join(import.meta.dirname, "second-server.ts"), [willis.services.home]);
  const [listening] = (await once(second, "message")) as [{ dimsePort: number }];
  suite.refuse(1); // so that it cannot have told before it is killed
  const gone = once(second, "exit");
  const { status } = await ask("SUITE", "1.2.826.0.9.40", objects, { port: listening.dimsePort });
  second.kill("SIGKILL");
  await gone;
  assert.equal(status, 0);
  assert.equal(suite.heard.length, before);
  await willis.services.pool.query(
    "update commitment set claimed_at = claimed_at - interval '1 minute' where transaction_uid = '1.2.826.0.9.40'",
  );
  await until("the report", () => suite.heard.length === before + 1);
  assert.equal(suite.heard.at(-1)!.event, 1);
});

test("many requests in a row are all answered, and each is reported", async () => {
  const before = suite.heard.length;
  for (let n = 0; n < 24; n++) assert.equal((await ask("SUITE", `1.2.826.0.9.50.${n}`, objects)).status, 0);
  await until("all reports", () => suite.heard.length >= before + 24);
  assert.equal(suite.heard.length, before + 24, "none twice");
});

test("a report that is not taken is tried again later, and one can ask for it", async () => {
  const before = suite.heard.length;
  suite.refuse(1);
  assert.equal((await ask("SUITE", "1.2.826.0.9.6", objects)).status, 0);
  const line = await until("the failed try", async () =>
    (await lines()).find((one) => one.transactionUid === "1.2.826.0.9.6" && one.message !== ""),
  );
  assert.equal(line.state, "checked", "the result stands, and waits to be told");
  assert.equal(line.committed, 5);
  const asked = await willis.as("hub", `/api/commitments/${line.id}/retry`, { method: "POST" });
  assert.equal(asked.status, 200);
  await until("the second try", () => suite.heard.length === before + 1);
});

test("the same question again is the same request; other objects under its transaction are refused", async () => {
  const before = suite.heard.length;
  assert.equal((await ask("SUITE", "1.2.826.0.9.2", objects)).status, 0);
  await until("the report again", () => suite.heard.length > before);
  assert.equal((await ask("SUITE", "1.2.826.0.9.2", objects.slice(1))).status, 0x0110);
});

test("what is wrong with a request is said by its status, and nothing is kept of it", async () => {
  const many = (await lines()).length;
  assert.equal((await ask("SUITE", "1.2.826.0.9.7", objects, { instance: "1.2.3" })).status, 0x0112);
  assert.equal((await ask("SUITE", "1.2.826.0.9.7", objects, { action: 7 })).status, 0x0123);
  assert.equal((await ask("SUITE", "1.2.826.0.9.7", [])).status, 0x0115);
  assert.equal((await ask("SUITE", "", objects)).status, 0x0115);
  assert.equal((await lines()).length, many);
  await assert.rejects(
    ask("SILENT", "1.2.826.0.9.8", objects),
    /did not accept SOP class/,
    "no permission, no context",
  );
});

test("Orthanc asks us for commitment of what it sent, and gets its report", async (t) => {
  if (!orthanc) return t.skip("Orthanc is not installed here");
  const made = ctStack("FromOrthanc", 3, 32);
  const ids: string[] = [];
  for (const file of made.files) ids.push(((await orthanc.call("POST", "/instances", file)) as { ID: string }).ID);
  await orthanc.call("POST", "/modalities/willis/store", ids);
  const { ID } = (await orthanc.call("POST", "/modalities/willis/storage-commitment", { Resources: ids })) as {
    ID: string;
  };
  type Report = { Status: string; Success: unknown[]; Failures?: unknown[] };
  const report = await until("Orthanc's report", async () => {
    const found = (await orthanc!.call("GET", `/storage-commitment/${ID}`)) as Report;
    return found.Status !== "Pending" && found;
  });
  assert.equal(report.Status, "Success", JSON.stringify(report));
  assert.equal(report.Success.length, 3);
});

test("Orthanc hears which objects we do not have", async (t) => {
  if (!orthanc) return t.skip("Orthanc is not installed here");
  const DicomInstances = [{ SOPClassUID: CT, SOPInstanceUID: "1.2.826.0.404" }];
  const { ID } = (await orthanc.call("POST", "/modalities/willis/storage-commitment", { DicomInstances })) as {
    ID: string;
  };
  const report = await until("Orthanc's report", async () => {
    const found = (await orthanc!.call("GET", `/storage-commitment/${ID}`)) as { Status: string };
    return found.Status !== "Pending" && found;
  });
  assert.equal(report.Status, "Failure");
  assert.match(JSON.stringify(report), /"FailureReason":274/);
});

test("after a push we ask Orthanc for commitment, and show it at the transfer", async (t) => {
  if (!orthanc) return t.skip("Orthanc is not installed here");
  const { rows } = await willis.services.pool.query("select id from peer where ae_title = 'ORTHANC'");
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ peer: rows[0].id });
  const answer = await willis.as("hub", `/api/studies/${study.studyUid}/push`, { method: "POST", headers, body });
  assert.equal(answer.status, 202);
  const id = ((await answer.json()) as { transfers: string[] }).transfers[0];
  type Transfer = {
    id: string;
    state: string;
    commitment: { state: string; committed: number; failed: number } | null;
  };
  const transfer = await until("the commitment", async () => {
    const { transfers } = (await (await willis.as("hub", "/api/transfers")).json()) as { transfers: Transfer[] };
    return transfers.find((one) => one.id === id && one.commitment?.state === "done");
  });
  assert.deepEqual([transfer.commitment!.committed, transfer.commitment!.failed], [5, 0]);
});

test("an archive that lost an object says so, and it is shown", async (t) => {
  if (!orthanc) return t.skip("Orthanc is not installed here");
  const asked = [objects[0]!, { sopClass: CT, sopUid: "1.2.826.0.999" }];
  const row = { organisationId: willis.organisations.Hub, role: "user", aeTitle: "ORTHANC", transferId: null } as const;
  const id = await createCommitment(willis.services.pool, {
    ...{ ...row, transactionUid: "1.2.826.0.9.20", objects: asked, claimed: false },
  });
  const line = await until("done", async () => (await lines()).find((one) => one.id === id && one.state === "done"));
  assert.deepEqual([line.committed, line.failed], [1, 1]);
});

test("a store that cannot be read says nothing about its objects: the check is put off", async () => {
  const folder = join(willis.services.home, "blobs", "objects");
  await rename(folder, `${folder}-away`);
  const before = suite.heard.length;
  try {
    assert.equal((await ask("SUITE", "1.2.826.0.9.30", objects)).status, 0);
    const line = await until("the failed try", async () =>
      (await lines()).find((one) => one.transactionUid === "1.2.826.0.9.30" && one.message !== ""),
    );
    assert.deepEqual([line.state, line.committed, line.failed], ["queued", 0, 0]);
    assert.match(line.message, /The disk where images are kept is not there/);
  } finally {
    await rename(`${folder}-away`, folder);
  }
  await until("the report", () => suite.heard.length > before);
  assert.equal(suite.heard.at(-1)!.event, 1);
});

test("an archive that reports on the same association is heard on it", async () => {
  const archive = await startWillis();
  try {
    await archive.services.pool.query(
      "insert into peer (organisation_id, ae_title, host, port, permissions) values ($1, 'WILLIS', '127.0.0.1', 1, '{store,commit}')",
      [archive.organisations.Hub],
    );
    const id = await peer("ANY-SCP", archive.dimsePort, "{store,commit}");
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ peer: id });
    await willis.as("hub", `/api/studies/${study.studyUid}/push`, { method: "POST", headers, body });
    const line = await until("the answer", async () =>
      (await lines()).find((one) => one.aeTitle === "ANY-SCP" && one.state === "done"),
    );
    assert.deepEqual([line.role, line.committed, line.failed], ["user", 5, 0]);
  } finally {
    await archive.stop();
  }
});

test("a report about nothing that we asked is refused", async () => {
  const callee = { aeTitle: "WILLIS", host: "127.0.0.1", port: willis.dimsePort, tls: false };
  const contexts = [{ abstractSyntax: COMMITMENT.sopClass, transferSyntaxes: [TS.ExplicitLittle] }];
  const roles = [{ sopClass: COMMITMENT.sopClass, scu: false, scp: true }];
  await withPeer(callee, { aeTitle: "SUITE", tls: null }, { contexts, roles }, async ({ session }) => {
    assert.deepEqual(session.dimse.association.roles.get(COMMITMENT.sopClass)?.scp, true);
    const context = session.dimse.contextFor(COMMITMENT.sopClass);
    const data = writeDataSet(askForCommitment("1.2.826.0.9.21", objects), context.transferSyntax);
    const tell = (EventTypeID: number) =>
      session.askOnce({
        ...{ field: COMMAND.eventReport, context, data },
        fields: { AffectedSOPInstanceUID: COMMITMENT.instance, EventTypeID },
      });
    assert.equal((await tell(1)).status, 0x0115);
    assert.equal((await tell(3)).status, 0x0113);
  });
});
