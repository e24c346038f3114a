import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { CaseView } from "../../cases/views.ts";
import type { Pack } from "../../knowledge/index.ts";
import { impactOnCases } from "./impact.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

async function referred(nihss: number): Promise<string> {
  const post = async (path: string, body?: object) => {
    const answer = await willis.as("spoke", path, {
      method: "POST",
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const made = (await post("/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient: { name: "Impact, Case", identifier: `I-${nihss}`, birthDate: "1950-01-01", sex: "F" },
  })) as CaseView;
  const facts = { nihss, aspects: 8, occlusion_site: "M1", prestroke_mrs: 0, time_lkw_h: 8 };
  for (const [name, value] of Object.entries(facts)) await post(`/api/cases/${made.id}/facts`, { name, value });
  await post(`/api/cases/${made.id}/refer`);
  return made.id;
}

const raised = (packs: readonly Pack[]) =>
  packs.map((pack) => {
    const text = JSON.stringify(pack);
    return JSON.parse(
      text.replaceAll('{"field":"nihss","op":"gte","value":6}', '{"field":"nihss","op":"gte","value":10}'),
    ) as Pack;
  });

test("cases that wait and decisions that were made are counted apart, by the facts of each", async () => {
  await referred(12);
  const [waiting, decided] = [await referred(7), await referred(8)];
  const answer = await willis.as("hub", `/api/cases/${decided}/answer`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "accept", option: "Mechanical thrombectomy" }),
  });
  const { id: decision } = (await answer.json()) as { id: string };
  const packs = { before: willis.services.packs, after: raised(willis.services.packs) };
  const found = await impactOnCases(willis.services.pool, packs, new Date());
  assert.deepEqual([found.open.patients, found.open.otherwise], [2, 1]);
  assert.deepEqual([found.decided.patients, found.decided.otherwise], [1, 1]);
  const line = (of: "open" | "decided") => found[of].lines.find(({ id }) => id === "ais26-evt-02")!;
  assert.deepEqual(line("open").examples, [waiting]);
  assert.deepEqual(line("decided").examples, [decision]);
  assert.deepEqual([line("decided").from, line("decided").to], ["applies", "doesNotApply"]);
});

test("every decision is read once, however many were made in one moment and however many threads read; a signal stops the count", async () => {
  const { pool } = willis.services;
  await pool.query(
    `insert into decision (case_id, person_id, at, kind, basis, basis_digest)
     select case_id, person_id, at - interval '1 day', kind, basis, basis_digest
     from decision, generate_series(1, 12001)`,
  );
  const packs = { before: willis.services.packs, after: raised(willis.services.packs) };
  const found = await impactOnCases(pool, packs, new Date());
  assert.deepEqual([found.decided.patients, found.decided.otherwise], [12_002, 12_002]);
  const earlier = `update decision set at = at - random() * interval '100 days' where id in (select id from decision limit 9000)`;
  await pool.query(earlier);
  let told = 0;
  const inThreads = await impactOnCases(pool, packs, new Date(), {
    threads: 3,
    worth: 2000,
    told: (seen) => {
      told = seen;
    },
  });
  const counts = ({ decided }: typeof found) => ({
    ...decided,
    lines: decided.lines.map(({ examples, ...line }) => ({ ...line, examples: examples.length })),
  });
  assert.deepEqual(counts(inThreads), counts(found));
  assert.equal(told, 12_002);
  const stop = AbortSignal.abort(new Error("enough"));
  await assert.rejects(impactOnCases(pool, packs, new Date(), { signal: stop }), /enough/);
});
