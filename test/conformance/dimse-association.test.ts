import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { dataSet, number } from "../../src/dicom/data-set.ts";
import { COMMAND, Dimse, type DimseEvent, VERIFICATION } from "../../src/dicom/dimse.ts";
import {
  APPLICATION_CONTEXT,
  type AssociateRequest,
  encodePdu,
  NO_USER_INFORMATION,
  parsePdu,
} from "../../src/dicom/pdu.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { writeDataSet } from "../../src/dicom/write.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import { echo } from "../../src/server/dimse/client/echo.ts";
import { QUERY_CLASSES } from "../../src/server/dimse/query-model.ts";
import { type DimseServer, startDimse } from "../../src/server/dimse/server.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack } from "./images.ts";

let willis: TestWillis;
let tight: DimseServer;

before(async () => {
  willis = await startWillis();
  const options = { host: "127.0.0.1", port: 0, aeTitle: "WILLIS", maxAssociations: 3, maxPerCaller: 2 };
  tight = await startDimse(willis.services, { ...options, idleMs: 300, openingMs: 300 });
});
after(async () => {
  await tight?.stop();
  await willis?.stop();
});

const at = (port: number) => ({ aeTitle: "WILLIS", host: "127.0.0.1", port, tls: false });
const verification = [{ abstractSyntax: VERIFICATION, transferSyntaxes: [TS.ImplicitLittle] }];

/** A connection to a listener; collects what comes and says when it is closed. */
function raw(port: number): { socket: Socket; bytes: () => Buffer; closed: Promise<void> } {
  const socket = connect(port, "127.0.0.1");
  const parts: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => parts.push(chunk));
  socket.on("error", () => {});
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  return { socket, bytes: () => Buffer.concat(parts), closed };
}

function request(fields: Partial<AssociateRequest> = {}): Uint8Array {
  const contexts = [{ id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [TS.ImplicitLittle] }];
  const fixed = { protocolVersion: 1, applicationContext: APPLICATION_CONTEXT, called: "WILLIS", calling: "PROBE" };
  const user = { ...NO_USER_INFORMATION, maxPdu: 16384, implementationClass: "1.2.3" };
  return encodePdu({ type: "associate-rq", request: { ...fixed, contexts, user, ...fields } });
}

/** What a listener answers to these bytes, as a PDU, once it has closed. */
async function answerTo(port: number, ...sent: Uint8Array[]) {
  const { socket, bytes, closed } = raw(port);
  for (const one of sent) socket.write(one);
  await closed;
  const got = bytes();
  return parsePdu(got[0]!, got.subarray(6));
}

test("another protocol version and another application context are rejected as PS3.8 table 9-21 says", async () => {
  const { dimsePort } = willis;
  const version = await answerTo(dimsePort, request({ protocolVersion: 2 }));
  assert.deepEqual(version, { type: "associate-rj", result: 1, source: 2, reason: 2 });
  const context = await answerTo(dimsePort, request({ applicationContext: "1.2.3" }));
  assert.deepEqual(context, { type: "associate-rj", result: 1, source: 1, reason: 2 });
  const called = await answerTo(dimsePort, request({ called: "NOBODY" }));
  assert.deepEqual(called, { type: "associate-rj", result: 1, source: 1, reason: 7 });
});

test("what is no PDU, comes out of turn or breaks its form is aborted with the reason of PS3.8 table 9-26", async () => {
  const { dimsePort } = willis;
  const abort = (reason: number) => ({ type: "abort", source: 2, reason });
  assert.deepEqual(await answerTo(dimsePort, Uint8Array.of(0x47, 0x45, 0x54, 0x20, 0x2f, 0x20)), abort(1));
  assert.deepEqual(await answerTo(dimsePort, encodePdu({ type: "release-rq" })), abort(2));
  assert.deepEqual(await answerTo(dimsePort, Uint8Array.of(1, 0, 0, 0, 0, 4, 0, 1, 0, 0)), abort(6));
  assert.deepEqual(await answerTo(dimsePort, Uint8Array.of(1, 0, 0x7f, 0, 0, 0)), abort(6));
});

test("a data value in a context that was not accepted is aborted", async () => {
  const { socket, bytes, closed } = raw(willis.dimsePort);
  socket.write(request());
  while (bytes().length === 0) await sleep(5);
  const before = bytes().length;
  socket.write(
    encodePdu({ type: "p-data", values: [{ context: 9, command: true, last: true, bytes: new Uint8Array(8) }] }),
  );
  await closed;
  assert.deepEqual([...bytes().subarray(before)], [7, 0, 0, 0, 0, 4, 0, 0, 2, 6]);
});

test("a connection that asks nothing is closed, and an association that falls silent is aborted", async () => {
  const began = performance.now();
  const mute = raw(tight.port);
  await mute.closed;
  const open = raw(tight.port);
  open.socket.write(request());
  await open.closed;
  assert.equal(open.bytes()[0], 2, "it was accepted");
  assert.equal(open.bytes().at(-10), 7, "and aborted");
  assert.ok(performance.now() - began < 5000);
});

test("one association too many, of a caller or of all, is rejected for the moment", async () => {
  const hold = async (calling: string) => {
    const one = raw(tight.port);
    one.socket.write(request({ calling }));
    while (one.bytes().length === 0) await sleep(5);
    return one;
  };
  const kinds = async (list: readonly string[]) => {
    const held = await Promise.all(list.map(hold));
    const types = held.map(({ bytes }) => bytes()[0]).sort();
    const rejected = held.find(({ bytes }) => bytes()[0] === 3);
    for (const { socket } of held) socket.destroy();
    await sleep(100);
    return { types, rejected: rejected && [...rejected.bytes().subarray(7, 10)] };
  };
  assert.deepEqual(await kinds(["ONE", "ONE", "ONE"]), { types: [2, 2, 3], rejected: [2, 3, 2] });
  assert.deepEqual(await kinds(["A", "B", "C", "D"]), { types: [2, 2, 2, 3], rejected: [2, 3, 2] });
  assert.equal((await kinds(["ONE", "ONE"])).rejected, undefined, "the places are free again");
});

test("a peer that is switched off, or calls from elsewhere than its host, is rejected and shown to administrators", async () => {
  await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, host, active) values ($1, 'OFF', '', false), ($1, 'ELSEWHERE', '192.0.2.7', true)`,
    [willis.organisations.Hub],
  );
  for (const aeTitle of ["OFF", "ELSEWHERE"])
    await assert.rejects(echo(at(willis.dimsePort), { aeTitle, tls: null }), /does not know us as/);
  await willis.services.pool.query("update peer set address_check = false where ae_title = 'ELSEWHERE'");
  await echo(at(willis.dimsePort), { aeTitle: "ELSEWHERE", tls: null });
  const answer = await willis.as("admin", "/api/peer-strangers");
  const { callers } = (await answer.json()) as { callers: { aeTitle: string; refused: string }[] };
  const why = new Map(callers.map((one) => [one.aeTitle, one.refused]));
  assert.equal(why.get("OFF"), "the peer is switched off");
  assert.equal(why.get("ELSEWHERE"), "it does not come from 192.0.2.7");
});

test("an operation that a SOP class does not have is answered 0211", async () => {
  const status = await withPeer(
    at(willis.dimsePort),
    { aeTitle: "PROBE", tls: null },
    { contexts: verification },
    async ({ session }) => {
      const context = session.dimse.contextFor(VERIFICATION);
      return (
        await session.askOnce({
          field: COMMAND.action,
          context,
          fields: { RequestedSOPInstanceUID: "1.2", ActionTypeID: 1 },
        })
      ).status;
    },
  );
  assert.equal(status, 0x0211);
});

test("a second request while a query runs is refused with 0213, the first goes on", async () => {
  await willis.services.pool.query(
    "insert into peer (organisation_id, ae_title, permissions) values ($1, 'ASKING', '{find}')",
    [willis.organisations.Hub],
  );
  const many = ctStack("Busy", 60, 16);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of many.files) await storeObject(willis.services, file, origin);
  const sopClass = QUERY_CLASSES.study.find;
  const dimse = new Dimse({ aeTitle: "ASKING" });
  const socket = connect(willis.dimsePort, "127.0.0.1");
  const keys = { QueryRetrieveLevel: "IMAGE", StudyInstanceUID: many.studyUid, SeriesInstanceUID: many.seriesUid };
  const identifier = writeDataSet(dataSet({ ...keys, SOPInstanceUID: "", KVP: "" }), TS.ImplicitLittle);
  socket.write(
    dimse.association.request("WILLIS", [{ abstractSyntax: sopClass, transferSyntaxes: [TS.ImplicitLittle] }]),
  );
  const finals = new Map<number, number>();
  let pending = 0;
  await new Promise<void>((done) => {
    const take = (event: DimseEvent): void => {
      if (event.kind === "accepted") {
        const context = dimse.contextFor(sopClass);
        const parts = [0, 1].flatMap(() => [
          ...dimse.request(COMMAND.find, context, { Priority: 0 }, true).bytes,
          ...dimse.storeData(context, identifier, true),
        ]);
        socket.write(Buffer.concat(parts));
      }
      if (event.kind === "response" && event.status === 0xff00) pending++;
      else if (event.kind === "response")
        finals.set(number(event.message.command, "MessageIDBeingRespondedTo")!, event.status);
      if (finals.size === 2) done();
    };
    socket.on("data", (chunk) => dimse.receive(chunk).forEach(take));
  });
  socket.destroy();
  assert.deepEqual([finals.get(1), finals.get(2)], [0, 0x0213]);
  assert.equal(pending, 60);
});

test("mutated streams over the wire end the connection, never the server, within two seconds each", async () => {
  const dimse = new Dimse({ aeTitle: "FUZZ" });
  const sopClass = "1.2.840.10008.5.1.4.1.1.2";
  const rq = Buffer.from(
    dimse.association.request("WILLIS", [{ abstractSyntax: sopClass, transferSyntaxes: [TS.ImplicitLittle] }]),
  );
  const command = {
    AffectedSOPClassUID: sopClass,
    CommandField: 1,
    MessageID: 1,
    Priority: 0,
    CommandDataSetType: 0,
    AffectedSOPInstanceUID: "1.2.3",
  };
  const body = writeDataSet(dataSet(command), TS.ImplicitLittle);
  const data = new Uint8Array(3000).map((_, i) => i & 0xff);
  const store = encodePdu({
    type: "p-data",
    values: [
      { context: 1, command: true, last: true, bytes: body },
      { context: 1, command: false, last: true, bytes: data },
    ],
  });
  const good = Buffer.concat([rq, store]);
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % below;
  };
  let slowest = 0;
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const bytes = Buffer.from(good);
        for (let n = 0; n <= random(6); n++) bytes[random(bytes.length)] = random(256);
        const { socket, closed } = raw(willis.dimsePort);
        const began = performance.now();
        socket.end(bytes.subarray(0, random(3) === 0 ? random(bytes.length) : bytes.length));
        await closed;
        slowest = Math.max(slowest, performance.now() - began);
      }),
    );
  }
  assert.ok(slowest < 2000, `the slowest took ${Math.round(slowest)} ms`);
  await echo(at(willis.dimsePort), { aeTitle: "PROBE", tls: null });
});
