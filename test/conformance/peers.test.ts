import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createApiToken } from "../../src/server/auth/api-tokens.ts";
import { createPerson } from "../../src/server/auth/people.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { type Login, startWillis, type TestWillis } from "../harness.ts";
import { ctStack } from "./images.ts";

let willis: TestWillis;
let self = ""; // this server as its own peer: it calls itself under the title that it knows

before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

async function ask(login: Login, method: string, path: string, body?: object) {
  const headers = { "content-type": "application/json" };
  const answer = await willis.as(login, path, { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
}

test("an administrator adds, changes and removes a peer; a title is there once", async () => {
  const made = await ask("admin", "POST", "/api/peers", { aeTitle: "SCANNER 1", note: "angio suite" });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.permissions, made.body.port, made.body.addressCheck], [["echo", "store"], 104, true]);
  const again = await ask("admin", "POST", "/api/peers", { aeTitle: "SCANNER 1" });
  assert.equal(again.status, 409);
  assert.match(again.body.detail, /SCANNER 1 is that of a peer already/);
  const path = `/api/peers/${made.body.id}`;
  const changed = await ask("admin", "PUT", path, {
    aeTitle: "SCANNER 2",
    host: "10.1.2.3",
    permissions: ["store", "mpps"],
  });
  assert.equal(changed.status, 200);
  assert.deepEqual(
    [changed.body.aeTitle, changed.body.host, changed.body.note],
    ["SCANNER 2", "10.1.2.3", "angio suite"],
  );
  const other = await ask("admin", "POST", "/api/peers", { aeTitle: "OTHER" });
  assert.equal((await ask("admin", "PUT", path, { aeTitle: "OTHER" })).status, 409);
  assert.equal((await ask("admin", "DELETE", `/api/peers/${other.body.id}`)).status, 204);
  assert.equal((await ask("admin", "DELETE", path)).status, 204);
  assert.equal((await ask("admin", "DELETE", path)).status, 404);
});

test("what is no AE title, host, port or permission is refused", async () => {
  for (const wrong of [
    { aeTitle: "" },
    { aeTitle: "SEVENTEEN LETTERS" },
    { aeTitle: "BACK\\SLASH" },
    { aeTitle: " SPACE" },
    { aeTitle: "X", host: "http://x/" },
    { aeTitle: "X", port: 0 },
    { aeTitle: "X", permissions: ["everything"] },
  ])
    assert.equal((await ask("admin", "POST", "/api/peers", wrong)).status, 400, JSON.stringify(wrong));
});

test("people of the organisation see its peers, only administrators where they are; only they set them up", async () => {
  const made = await ask("admin", "POST", "/api/peers", {
    ...{ aeTitle: "WILLIS", host: "127.0.0.1", port: willis.dimsePort, permissions: ["echo", "find"] },
  });
  self = made.body.id;
  const seen = await ask("hub", "GET", "/api/peers");
  const [peer] = seen.body.peers;
  assert.deepEqual([peer.aeTitle, peer.callable, "host" in peer], ["WILLIS", true, false]);
  assert.deepEqual(seen.body.own, { aeTitle: "WILLIS", tls: false });
  assert.equal((await ask("admin", "GET", "/api/peers")).body.peers[0].host, "127.0.0.1");
  assert.deepEqual((await ask("spoke", "GET", "/api/peers")).body.peers, []);
  assert.equal((await ask("hub", "PUT", `/api/peers/${self}`, { aeTitle: "WILLIS" })).status, 403);
  assert.equal((await ask("hub", "DELETE", `/api/peers/${self}`)).status, 403);
});

test("a reader of cases neither queries nor pulls nor cancels", async () => {
  const { pool } = willis.services;
  const person = {
    organisationId: willis.organisations.Hub,
    login: "quality",
    name: "Q",
    role: "quality-lead",
  } as const;
  const { token } = await createApiToken(pool, (await createPerson(pool, person)).id, { label: "", expiresAt: null });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  for (const [path, body] of [
    [`/api/peers/${self}/test`, {}],
    [`/api/peers/${self}/query`, { keys: { PatientID: "1" } }],
    [`/api/peers/${self}/pull`, { studies: [{ studyUid: "1.2" }] }],
  ] as const) {
    const answer = await fetch(willis.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 403, path);
  }
});

test("a peer is tested and queried; a search needs a value and known keys", async () => {
  const { files, studyUid } = ctStack("Queried", 1, 16);
  await storeObject(willis.services, files[0]!, { organisationId: willis.organisations.Hub, via: "import" });
  const tested = await ask("hub", "POST", `/api/peers/${self}/test`, {});
  assert.equal(tested.body.ok, true, JSON.stringify(tested.body));
  assert.equal(tested.body.implementation, "WILLIS_1");
  const path = `/api/peers/${self}/query`;
  const found = await ask("hub", "POST", path, { keys: { PatientName: "Queried*", StudyDate: "20260101-" } });
  assert.equal(found.status, 200, JSON.stringify(found.body));
  assert.equal(found.body.found[0]["0020000D"].Value[0], studyUid);
  assert.equal(found.body.cut, false);
  const series = await ask("hub", "POST", path, { level: "SERIES", keys: { StudyInstanceUID: studyUid } });
  assert.equal(series.body.found[0]["00080060"].Value[0], "CT");
  assert.match((await ask("hub", "POST", path, { keys: { PatientID: "*" } })).body.detail, /at least one value/);
  assert.match((await ask("hub", "POST", path, { keys: { Colour: "red" } })).body.detail, /"Colour" is no key/);
});

test("a study goes only to peers of the own organisation that can be called", async () => {
  const { files, studyUid } = ctStack("Pushed", 1, 16);
  await storeObject(willis.services, files[0]!, { organisationId: willis.organisations.Hub, via: "import" });
  const push = (peer: string) => ask("hub", "POST", `/api/studies/${studyUid}/push`, { peer });
  const { rows } = await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, host) values ($1, 'FOREIGN', '127.0.0.1'), ($2, 'CALLS', '') returning id`,
    [willis.organisations.Elsewhere, willis.organisations.Hub],
  );
  assert.equal((await push(rows[0].id)).status, 404);
  assert.equal((await push(rows[1].id)).status, 409);
  assert.equal((await push("no-uuid")).status, 400);
});
