import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { fetchFrame, frameAhead, LoadCancelled } from "./frame-requests.ts";

/** A server that answers a frame when it is told to, and notes what was asked and what was given up. */
const open = new Map<string, ServerResponse>();
const asked: string[] = [];
const givenUp: string[] = [];
const server = createServer((request, response) => {
  const name = request.url!.slice(1);
  asked.push(name);
  open.set(name, response);
  response.on("close", () => !response.writableEnded && givenUp.push(name));
});
let root = "";
const still = new AbortController().signal;

before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

async function until(what: () => boolean): Promise<void> {
  for (let k = 0; k < 400 && !what(); k++) await new Promise((done) => setTimeout(done, 5));
  assert.ok(what());
}

function answer(name: string, status = 200): void {
  const response = open.get(name)!;
  response.writeHead(status, { "Content-Type": 'application/octet-stream; transfer-syntax="1.2.840.10008.1.2.5"' });
  response.end(Buffer.from([1, 2, 3]));
}

test("what is looked at overtakes what is loaded ahead, and what is called off leaves the line and the network", async () => {
  const ahead = Array.from({ length: 6 }, () => new AbortController());
  const loads = ahead.map(({ signal }, k) =>
    fetchFrame(`${root}ahead${k}`, 1, signal).catch((error: unknown) => error),
  );
  await until(() => asked.length === 4);
  const seen = fetchFrame(`${root}seen`, 0, still);
  await until(() => asked.includes("seen"));
  assert.deepEqual(asked, ["ahead0", "ahead1", "ahead2", "ahead3", "seen"], "two places were free for it");
  answer("seen");
  const { bytes, transferSyntax } = await seen;
  assert.deepEqual([[...bytes], transferSyntax], [[1, 2, 3], "1.2.840.10008.1.2.5"]);

  ahead[4]!.abort();
  assert.ok((await loads[4]) instanceof LoadCancelled);
  ahead[1]!.abort();
  assert.ok((await loads[1]) instanceof LoadCancelled);
  await until(() => givenUp.includes("ahead1"));
  await until(() => asked.includes("ahead5"));
  assert.ok(!asked.includes("ahead4"), "it never went out");
  for (const name of ["ahead0", "ahead2", "ahead3", "ahead5"]) answer(name);
  for (const k of [0, 2, 3, 5]) assert.equal(((await loads[k]!) as { bytes: Uint8Array }).bytes.length, 3);
});

test("a refusal carries its status, and the next in line goes on", async () => {
  const load = fetchFrame(`${root}refused`, 0, still);
  await until(() => open.has("refused"));
  answer("refused", 403);
  await assert.rejects(load, { status: 403 });
  const next = fetchFrame(`${root}next`, 3, still);
  await until(() => open.has("next"));
  answer("next");
  assert.equal((await next).bytes.length, 3);
});

test("a frame that was asked for before the viewer was there is fetched once, and anew when it is wanted again", async () => {
  frameAhead(`${root}early`);
  frameAhead(`${root}early`);
  await until(() => asked.includes("early"));
  const taken = fetchFrame(`${root}early`, 0, still);
  answer("early");
  assert.deepEqual([...(await taken).bytes], [1, 2, 3]);
  assert.equal(asked.filter((name) => name === "early").length, 1);
  const again = fetchFrame(`${root}early`, 0, still);
  await until(() => asked.filter((name) => name === "early").length === 2);
  answer("early");
  await again;
});
