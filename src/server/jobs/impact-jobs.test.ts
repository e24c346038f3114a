import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { ImpactRunView } from "../../cases/impact-views.ts";
import type { DraftView } from "../../cases/steward-views.ts";
import { createApiToken } from "../auth/api-tokens.ts";
import { createPerson } from "../auth/people.ts";
import { endImpact, impactRun } from "./impact-rows.ts";
import { runImpact } from "./run-impact.ts";

let willis: TestWillis;
const tokens = new Map<string, string>();

before(async () => {
  willis = await startWillis({ jobs: true });
  const { pool } = willis.services;
  for (const [login, role, at] of [
    ["author", "steward", "Hub"],
    ["quality", "quality-lead", "Hub"],
    ["other", "steward", "Elsewhere"],
  ] as const) {
    const person = { organisationId: willis.organisations[at], login, name: `Dr ${login}`, role };
    const { id } = await createPerson(pool, person);
    tokens.set(login, (await createApiToken(pool, id, { label: "test", expiresAt: null })).token);
  }
  for (const login of ["spoke", "hub"] as const) tokens.set(login, await willis.token(login));
});
after(() => willis?.stop());

async function call<T>(login: string, method: string, path: string, body?: object): Promise<{ status: number; is: T }> {
  const answer = await fetch(willis.url + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens.get(login)}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, is: (text ? JSON.parse(text) : null) as T };
}

async function referred(nihss: number): Promise<string> {
  const patient = { name: "Impact, Case", identifier: `J-${nihss}`, birthDate: "1950-01-01", sex: "F" };
  const to = { kind: "stroke", toOrganisationId: willis.organisations.Hub, patient };
  const { id } = (await call<{ id: string }>("spoke", "POST", "/api/cases", to)).is;
  const facts = { nihss, aspects: 8, occlusion_site: "M1", prestroke_mrs: 0, time_lkw_h: 8 };
  for (const [name, value] of Object.entries(facts))
    assert.ok((await call("spoke", "POST", `/api/cases/${id}/facts`, { name, value })).status < 300);
  await call("spoke", "POST", `/api/cases/${id}/refer`);
  return id;
}

/** A draft in which one recommendation asks for an NIHSS of 10. */
async function draftOf(login: string): Promise<string> {
  const { id } = (await call<{ id: string }>(login, "POST", "/api/steward/drafts", { pack: "aha-ais-2026" })).is;
  const { content, version } = (await call<DraftView>(login, "GET", `/api/steward/drafts/${id}`)).is;
  const text = JSON.stringify(content).replaceAll(
    '{"field":"nihss","op":"gte","value":6}',
    '{"field":"nihss","op":"gte","value":10}',
  );
  const saved = await call(login, "PUT", `/api/steward/drafts/${id}`, { version, content: JSON.parse(text) });
  assert.equal(saved.status, 200);
  return id;
}

async function ended(login: string, id: string): Promise<ImpactRunView> {
  for (let tries = 0; tries < 300; tries++) {
    const { is } = await call<ImpactRunView>(login, "GET", `/api/knowledge/impact/${id}`);
    if (!["queued", "running"].includes(is.state)) return is;
    await sleep(100);
  }
  throw new Error("the count did not end");
}

test("a steward asks whom a draft judges otherwise; the cases are named to those who may see them", async () => {
  const [waiting, decided] = [await referred(7), await referred(8)];
  const answered = { kind: "accept", option: "Mechanical thrombectomy" };
  assert.ok((await call("hub", "POST", `/api/cases/${decided}/answer`, answered)).status < 300);
  const asked = await call<ImpactRunView>("author", "POST", "/api/knowledge/impact", {
    draft: await draftOf("author"),
  });
  assert.equal(asked.status, 202);
  assert.equal(asked.is.asked.pack, "aha-ais-2026");
  const done = await ended("quality", asked.is.id);
  assert.equal(done.state, "done", done.error ?? "");
  const line = (run: ImpactRunView, of: "open" | "decided") =>
    run.result![of].lines.find(({ id }) => id === "ais26-evt-02")!;
  assert.deepEqual(line(done, "open").examples, [waiting]);
  assert.deepEqual(line(done, "decided").examples, [decided]);
  assert.deepEqual([line(done, "open").from, line(done, "open").to], ["applies", "doesNotApply"]);
  assert.deepEqual([done.seen, done.total], [1, 1]);

  const theirs = await call<ImpactRunView>("other", "POST", "/api/knowledge/impact", { draft: await draftOf("other") });
  const counted = await ended("other", theirs.is.id);
  assert.deepEqual([line(counted, "open").count, line(counted, "open").examples], [1, []]);
  assert.equal((await call("other", "GET", `/api/knowledge/impact/${asked.is.id}`)).status, 404);
  const { is } = await call<{ runs: ImpactRunView[] }>("quality", "GET", "/api/knowledge/impact");
  assert.deepEqual(
    is.runs.map(({ id, result }) => [id, result]),
    [[asked.is.id, null]],
  );
});

test("what cannot be asked is refused with the reason, and who may not ask is", async () => {
  const ask = (login: string, body: object) => call<{ detail: string }>(login, "POST", "/api/knowledge/impact", body);
  const hash = (id: string) => willis.services.packs.find((pack) => pack.id === id)!.hash;
  const [one] = willis.services.packs;
  const two = willis.services.packs.find(({ id }) => id !== one!.id)!;
  assert.match((await ask("author", { before: one!.hash, after: two.hash })).is.detail, /are two packs/);
  const unknown = `sha256:${"0".repeat(64)}`;
  assert.equal((await ask("author", { before: hash("aha-ais-2026"), after: unknown })).status, 404);
  assert.equal((await ask("author", { before: "latest", after: unknown })).status, 400);
  assert.equal((await ask("hub", { before: one!.hash, after: one!.hash })).status, 403);
  assert.equal((await ask("other", { draft: await draftOf("author") })).status, 404);
});

test("a cancelled count does nothing more, and one whose process stops goes back to the queue", async () => {
  const { pool } = willis.services;
  const { rows } = await pool.query<{ id: string }>(
    `insert into impact_run (organisation_id, requested_by, asked)
     select organisation_id, requested_by, asked from impact_run limit 1 returning id`,
  );
  const { id } = rows[0]!;
  const stop = AbortSignal.abort(new Error("the process stops"));
  await assert.rejects(runImpact(willis.services, id, stop), /the process stops/);
  assert.equal((await impactRun(pool, id))?.state, "queued");
  assert.equal((await call("author", "DELETE", `/api/knowledge/impact/${id}`)).status, 204);
  await runImpact(willis.services, id, new AbortController().signal);
  assert.equal((await impactRun(pool, id))?.state, "cancelled");
  assert.equal((await call("author", "DELETE", `/api/knowledge/impact/${id}`)).status, 409);
  assert.equal(await endImpact(pool, id, "late"), false);
});
