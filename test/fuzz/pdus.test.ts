import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parsePdu } from "../../src/dicom/pdu.ts";
import { buildWeb } from "../../src/server/web-build.ts";
import { type OneServer, oneServer } from "../chaos/one-server.ts";
import { allKinds, type Kind } from "./kinds.ts";
import { slowMs } from "./patience.ts";
import { pduMutant } from "./pdu-mutants.ts";
import { associate, associateRequest, pdu, RawPeer, statusOf, store, storeCommand } from "./pdu-sender.ts";

/** WILLIS_FUZZ_PDUS=4000 makes the long run; WILLIS_FUZZ_SEED another one; a failure names seed and number. */
const SEED = Number(process.env.WILLIS_FUZZ_SEED || 1);
const MUTANTS = Number(process.env.WILLIS_FUZZ_PDUS || 74);
const LONG = MUTANTS > 74;
const QUIET_MS = 60; // when nothing more comes for so long after the last byte, the server waits for more

/** Reject results, sources and reasons of PS3.8 table 9-21, and sources and reasons of A-ABORT, table 9-26. */
const REJECTS = new Set(
  ["1", "2"].flatMap((result) =>
    ["1 1", "1 2", "1 3", "1 7", "2 1", "2 2", "3 1", "3 2"].map((why) => `${result} ${why}`),
  ),
);
const ABORTS = new Set(["0 0", "2 0", "2 1", "2 2", "2 4", "2 5", "2 6"]);

let folder = "";
let server: OneServer;
let kind: Kind;
before(async () => {
  await buildWeb(() => {});
  folder = await mkdtemp(join(tmpdir(), "willis-pdus-"));
  await chmod(folder, 0o755);
  kind = (await allKinds()).find((one) => one.name === "CT")!;
  server = await oneServer(join(folder, "home"));
  await server.start();
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Sockets that the server has open. */
async function sockets(): Promise<number> {
  const names = await readdir(`/proc/${server.pid}/fd`);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${server.pid}/fd/${name}`).catch(() => "")));
  return links.filter((link) => link.startsWith("socket:")).length;
}

async function storesAsEver(what: string): Promise<void> {
  const began = performance.now();
  const peer = await associate(server.dimsePort, [[kind.sopClass, kind.transferSyntax]]);
  assert.ok(peer, `after ${what} no association can be opened`);
  const status = await store(peer, 1, storeCommand(kind.sopClass, kind.sopUid), kind.file.subarray(kind.start), 20_000);
  peer.end();
  assert.equal(status, 0, `after ${what}`);
  const ms = performance.now() - began;
  if (ms > slowMs()) assert.ok((await again()) < slowMs(), `after ${what} an object takes ${Math.round(ms)} ms`);
}

async function again(): Promise<number> {
  const began = performance.now();
  const peer = await associate(server.dimsePort, [[kind.sopClass, kind.transferSyntax]]);
  peer?.end();
  return performance.now() - began;
}

/** What came back: PDU after PDU, until the end or silence. */
async function exchange(number: number): Promise<{ way: string; heard: string[] }> {
  const { way, accepted, pieces } = pduMutant(kind, SEED, number);
  const peer = accepted
    ? await associate(server.dimsePort, [[kind.sopClass, kind.transferSyntax]])
    : new RawPeer(server.dimsePort);
  assert.ok(peer, `no association before number ${number} (${way})`);
  for (const piece of pieces) peer.send(piece);
  const heard: string[] = [];
  for (;;) {
    const answer = await peer.next(heard.length > 0 ? QUIET_MS : QUIET_MS * 5);
    if (answer === "closed" || answer === "silent") {
      heard.push(answer);
      break;
    }
    const status = statusOf(answer);
    heard.push(status !== null ? `status ${status.toString(16)}` : describe(answer));
  }
  peer.end();
  return { way, heard };
}

function describe({ type, body }: { type: number; body: Buffer }): string {
  const found = parsePdu(type, body);
  if (found.type === "abort") {
    assert.ok(ABORTS.has(`${found.source} ${found.reason}`), `A-ABORT source ${found.source}, reason ${found.reason}`);
    return `abort ${found.source} ${found.reason}`;
  }
  if (found.type === "associate-rj") {
    const why = `${found.result} ${found.source} ${found.reason}`;
    assert.ok(REJECTS.has(why), `A-ASSOCIATE-RJ ${why}`);
    return `reject ${why}`;
  }
  return found.type;
}

const STATUSES = /^status (0|b000|b006|b007|110|111|112|117|118|119|122|124|210|211|212|213|a7..|a9..|c...)$/;

test("PDUs that are wrong end in an answer of the standard, and the next caller is served", async (t) => {
  const { pid } = server;
  const ends = new Map<string, Map<string, number>>();
  for (let n = 0; n < MUTANTS; n++) {
    const { way, heard } = await exchange(n).catch((error) => assert.fail(`seed ${SEED}, number ${n}: ${error}`));
    for (const one of heard)
      if (one.startsWith("status")) assert.match(one, STATUSES, `seed ${SEED}, number ${n} (${way})`);
    const counts = ends.get(way) ?? new Map<string, number>();
    const key = [...new Set(heard)].join(", ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
    ends.set(way, counts);
    if (n % 40 === 0) await storesAsEver(`seed ${SEED}, number ${n} (${way})`);
  }
  await storesAsEver("all of them");
  assert.equal(server.pid, pid);
  assert.doesNotThrow(() => process.kill(pid!, 0), "the server lives");
  t.diagnostic(`seed ${SEED}, ${MUTANTS} mutants of ${ends.size} ways`);
  for (const [way, counts] of ends)
    t.diagnostic(`${way}: ${[...counts].map(([what, count]) => `${what} (${count})`).join("; ")}`);
});

test("callers that stop in the middle, or send a byte a second, keep nobody from being served; those that stay are let go", async (t) => {
  const had = await sockets();
  const slow: RawPeer[] = [];
  const request = associateRequest([{ id: 1, abstractSyntax: kind.sopClass, transferSyntaxes: [kind.transferSyntax] }]);
  for (let k = 0; k < 40; k++) {
    const peer = new RawPeer(server.dimsePort);
    peer.send(request.subarray(0, k * 3));
    slow.push(peer);
  }
  const dribble = setInterval(() => {
    for (const peer of slow) peer.send(Uint8Array.of(0));
  }, 1000);
  try {
    await sleep(500);
    await storesAsEver("forty slow callers");
    t.diagnostic(`${(await sockets()) - had} connections are open meanwhile`);
    for (const until = performance.now() + 45_000; LONG && slow.some((peer) => !peer.closed); await sleep(250))
      assert.ok(performance.now() < until, `${slow.filter((p) => !p.closed).length} are open after 45 s`);
  } finally {
    clearInterval(dribble);
    for (const peer of slow) peer.end();
  }
  for (const until = performance.now() + 10_000; (await sockets()) > had + 2; await sleep(100))
    assert.ok(performance.now() < until, `${await sockets()} sockets are open, ${had} were before`);
});

test("associations beyond the limit are rejected for the moment, and served when there is room", async () => {
  const peers: RawPeer[] = [];
  let rejected = 0;
  for (let k = 0; k < 24; k++) {
    const peer = await associate(server.dimsePort, [[kind.sopClass, kind.transferSyntax]], "GREEDY");
    if (peer) peers.push(peer);
    else rejected++;
  }
  assert.ok(peers.length >= 8 && rejected > 0, `${peers.length} are open, ${rejected} were rejected`);
  await storesAsEver("a greedy caller"); // another title has room
  for (const peer of peers) peer.send(pdu(5, Buffer.alloc(4)));
  await sleep(300);
  for (const peer of peers) peer.end();
  const late = await associate(server.dimsePort, [[kind.sopClass, kind.transferSyntax]], "GREEDY");
  assert.ok(late, "it is let in again");
  late.end();
});
