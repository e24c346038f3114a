import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listTransfers, queueTransfer, retryTransfer, type Transfer } from "../../src/server/db/peers/transfers.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import { echo } from "../../src/server/dimse/client/echo.ts";
import { startTransfers } from "../../src/server/dimse/transfers.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack, type MadeStudy } from "./images.ts";

let willis: TestWillis;
let other: TestWillis; // another installation, as the hospital's archive
let silent: Server;
let study: MadeStudy;
const peers = { ARCHIVE: "", SILENT: "" };

before(async () => {
  willis = await startWillis();
  other = await startWillis();
  silent = createServer((socket) => void socket.resume().on("error", () => {}));
  await new Promise<void>((ready) => silent.listen(0, "127.0.0.1", ready));
  const { port } = silent.address() as { port: number };
  for (const [title, at] of [
    ["ARCHIVE", other.dimsePort],
    ["SILENT", port],
  ] as const) {
    const made = await willis.services.pool.query(
      "insert into peer (organisation_id, ae_title, host, port, permissions) values ($1, $2, '127.0.0.1', $3, '{store}') returning id",
      [willis.organisations.Hub, title, at],
    );
    peers[title] = made.rows[0].id;
  }
  // The other one calls itself WILLIS as well: it is known here as ARCHIVE and answers to any name in this test.
  await willis.services.pool.query("update peer set ae_title = 'ANY-SCP' where id = $1", [peers.ARCHIVE]);
  study = ctStack("Transfer", 8, 32);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of study.files) await storeObject(willis.services, file, origin);
});
after(async () => {
  silent?.close();
  await willis?.stop();
  await other?.stop();
});

async function wanted(peerId: string, direction: "push" | "pull" = "push"): Promise<string> {
  const by = { organisationId: willis.organisations.Hub, requestedBy: willis.people.hub };
  return queueTransfer(willis.services.pool, {
    ...by,
    peerId,
    direction,
    method: direction === "push" ? "store" : "get",
    studyUid: study.studyUid,
  });
}

async function until(id: string, done: (transfer: Transfer) => boolean): Promise<Transfer> {
  for (let tries = 0; tries < 300; tries++) {
    const found = (await listTransfers(willis.services.pool, willis.organisations.Hub)).find((one) => one.id === id)!;
    if (done(found)) return found;
    await sleep(50);
  }
  throw new Error("the transfer does not come there");
}

test("what a killed process left behind is taken up again and comes to its end", async () => {
  const id = await wanted(peers.ARCHIVE);
  await willis.services.pool.query(
    "update transfer set state = 'running', attempts = 1, heartbeat_at = now() - interval '1 minute', completed = 3 where id = $1",
    [id],
  );
  const transfer = await until(id, ({ state }) => state !== "running" && state !== "queued");
  assert.equal(transfer.state, "done", transfer.message);
  assert.equal(transfer.attempts, 2);
  assert.deepEqual([transfer.total, transfer.completed, transfer.failed], [8, 8, 0]);
  const there = await other.services.pool.query("select instance_count as n from study where study_uid = $1", [
    study.studyUid,
  ]);
  assert.equal(there.rows[0].n, 8);
});

test("one that killed three processes is given up with a sentence, and begins anew when asked", async () => {
  const id = await wanted(peers.ARCHIVE);
  await willis.services.pool.query(
    "update transfer set state = 'running', attempts = 3, heartbeat_at = now() - interval '1 minute' where id = $1",
    [id],
  );
  const transfer = await until(id, ({ state }) => state === "failed");
  assert.match(transfer.message, /begun 3 times/);
  assert.ok(await retryTransfer(willis.services.pool, id));
  assert.equal((await until(id, ({ state }) => state === "done")).attempts, 1);
});

test("the same transfer asked twice is one while it waits", async () => {
  const first = await wanted(peers.SILENT);
  assert.equal(await wanted(peers.SILENT), first);
  assert.equal((await willis.as("hub", `/api/transfers/${first}/cancel`, { method: "POST" })).status, 200);
});

test("a transfer to a peer that never answers is cancelled within seconds", async () => {
  const id = await wanted(peers.SILENT);
  await until(id, ({ state }) => state === "running");
  const began = performance.now();
  assert.equal((await willis.as("hub", `/api/transfers/${id}/cancel`, { method: "POST" })).status, 200);
  const answer = await willis.as("hub", `/api/transfers/${id}/retry`, { method: "POST" });
  assert.equal(answer.status, 200, "it can be asked again at once");
  await willis.as("hub", `/api/transfers/${id}/cancel`, { method: "POST" });
  await sleep(4500); // the next look of the worker, and its grace
  const sockets = await new Promise<number>((done) => silent.getConnections((_, count) => done(count)));
  assert.equal(sockets, 0, "the association is given up");
  assert.ok(performance.now() - began < 10_000);
});

test("a second worker takes nothing that the first is at, and stops at once", async () => {
  const id = await wanted(peers.SILENT);
  await until(id, ({ state }) => state === "running");
  // The worker of this server is at it; a second worker finds nothing to take, and stops at once.
  const second = startTransfers(willis.services);
  await sleep(1200);
  const began = performance.now();
  await second.stop();
  assert.ok(performance.now() - began < 500);
  assert.equal((await until(id, () => true)).state, "running");
  await willis.as("hub", `/api/transfers/${id}/cancel`, { method: "POST" });
});

test("a peer that does not answer in time is given up with a sentence", async () => {
  const { port } = silent.address() as { port: number };
  const peer = { aeTitle: "SILENT", host: "127.0.0.1", port, tls: false };
  const contexts = [{ abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"] }];
  const began = performance.now();
  await assert.rejects(
    withPeer(peer, { aeTitle: "WILLIS", tls: null }, { contexts, openMs: 300 }, async () => {}),
    /did not answer the association request/,
  );
  assert.ok(performance.now() - began < 3000);
  await assert.rejects(
    echo({ ...peer, host: "nowhere.invalid" }, { aeTitle: "WILLIS", tls: null }),
    /the name is not known|no connection/,
  );
  await assert.rejects(echo({ ...peer, host: "" }, { aeTitle: "WILLIS", tls: null }), /has no address/);
});
