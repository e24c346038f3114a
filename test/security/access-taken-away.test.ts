import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createApiToken, revokeApiToken } from "../../src/server/auth/api-tokens.ts";
import { createPerson, disablePerson } from "../../src/server/auth/people.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { makeRecords, type Records } from "./records.ts";

let willis: TestWillis;
let records: Records;
before(async () => {
  willis = await startWillis();
  records = await makeRecords(willis);
});
after(() => willis?.stop());

const OTHER_SERVERS_MS = 1100; // what another server remembers, and a little

const get = async (path: string, token: string) =>
  (await fetch(willis.url + path, { headers: { authorization: `Bearer ${token}` } })).status;
const series = () => `/dicom-web/studies/${records.study}/series/${records.series}`;

/** A fresh person of the organisation that keeps the study, who has just read it, with two tokens. */
async function reader(login: string) {
  const { pool } = willis.services;
  const organisationId = willis.organisations.Spoke;
  const person = await createPerson(pool, { organisationId, login, name: login, role: "neurologist" });
  const [one, other] = [await createApiToken(pool, person.id, {}), await createApiToken(pool, person.id, {})];
  for (const { token } of [one, other]) assert.equal(await get(`${series()}/metadata`, token), 200);
  return { person, one, other };
}

test("a revoked token is nobody at the next request, while others of the same person go on", async () => {
  const { one, other } = await reader("revoked");
  await revokeApiToken(willis.services.pool, one.id);
  assert.equal(await get(`${series()}/metadata`, one.token), 401);
  assert.equal(await get(`${series()}/metadata`, other.token), 200);
});

test("a disabled person is nobody at the next request", async () => {
  const { person, one } = await reader("disabled");
  await disablePerson(willis.services.pool, person.id);
  assert.equal(await get(`${series()}/metadata`, one.token), 401);
});

test("what another server or a command takes away is gone here within about a second, also under steady requests", async () => {
  const { person, one, other } = await reader("elsewhere");
  await willis.services.pool.query("update api_token set revoked_at = now() where id = $1", [one.id]);
  const started = performance.now();
  while ((await get(`${series()}/metadata`, one.token)) === 200) {
    assert.ok(performance.now() - started < OTHER_SERVERS_MS, "a revoked token still reads");
    await sleep(20);
  }
  await willis.services.pool.query("update person set active = false where id = $1", [person.id]);
  await sleep(OTHER_SERVERS_MS);
  assert.equal(await get(`${series()}/metadata`, other.token), 401);
});

test("a study shared by a case is gone for the other side at the next request when it is taken out of the case", async () => {
  const paths = [`${series()}/metadata`, `${series()}/instances`, `/dicom-web/studies/${records.study}/series`];
  const hub = await willis.token("hub");
  const status = () => Promise.all(paths.map((path) => get(path, hub)));
  assert.deepEqual(await status(), [200, 200, 200]);
  const answer = await willis.as("spoke", `/api/cases/${records.case}/studies/${records.study}`, {
    method: "DELETE",
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(await status(), [404, 404, 404]);
});
