import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { Replay } from "../../cases/judged-anew.ts";
import type { CaseView, DecisionView } from "../../cases/views.ts";
import type { Pack } from "../../knowledge/index.ts";
import { shelve } from "../knowledge/pack-shelf.ts";
import { PACKS_DIR } from "../packs.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

async function call<T>(login: "spoke" | "hub", method: string, path: string, body?: object): Promise<T> {
  const answer = await willis.as(login, path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

async function decided(nihss: number): Promise<string> {
  const { id } = await call<CaseView>("spoke", "POST", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient: { name: "Past, Decision", identifier: `R-${nihss}`, birthDate: "1950-01-01", sex: "F" },
  });
  const facts = { nihss, aspects: 8, occlusion_site: "M1", prestroke_mrs: 0, time_lkw_h: 8 };
  for (const [name, value] of Object.entries(facts))
    await call("spoke", "POST", `/api/cases/${id}/facts`, { name, value });
  await call("spoke", "POST", `/api/cases/${id}/refer`);
  return (
    await call<DecisionView>("hub", "POST", `/api/cases/${id}/answer`, { kind: "accept", option: "Thrombectomy" })
  ).id;
}

test("a past decision judged with the packs of its moment gives what was frozen; a changed threshold shows only today", async () => {
  const id = await decided(7);
  const first = await call<Replay>("hub", "GET", `/api/decisions/${id}/replay`);
  assert.equal(first.same, true);
  assert.deepEqual(first.today.differences, []);
  assert.ok(first.packs.length > 3 && first.packs.every((pack) => pack.kept));

  // From now on another version is in force: NIHSS of at least 10 instead of 6.
  const packs = willis.services.packs as Pack[];
  const at = packs.findIndex((pack) => pack.recommendations.some((item) => item.id === "ais26-evt-02"));
  const old = packs[at]!;
  const text = JSON.stringify(old).replaceAll(
    '{"field":"nihss","op":"gte","value":6}',
    '{"field":"nihss","op":"gte","value":10}',
  );
  packs[at] = { ...(JSON.parse(text) as Pack), version: "9.9.9", hash: "sha256:other" };
  try {
    const again = await call<Replay>("hub", "GET", `/api/decisions/${id}/replay`);
    assert.equal(again.same, true, "the packs of that moment are still on the shelf");
    const changed = again.today.differences.find((one) => one.id === "ais26-evt-02")!;
    assert.deepEqual([changed.before, changed.after], ["applies", "doesNotApply"]);
    assert.deepEqual(changed.conditions, { before: ["NIHSS ≥ 6"], after: ["NIHSS ≥ 10"] });
  } finally {
    packs[at] = old;
  }
});

test("a pack that is not on the shelf is said, and nothing is claimed of that moment", async () => {
  const id = await decided(8);
  const { packs } = await call<Replay>("hub", "GET", `/api/decisions/${id}/replay`);
  const { pool } = willis.services;
  const gone = () => pool.query("delete from pack_version where hash = $1", [packs[0]!.hash]);
  await assert.rejects(gone, /kept as it was written/, "the database itself refuses");
  await assert.rejects(
    () => pool.query("update pack_version set files = '{}' where hash = $1", [packs[0]!.hash]),
    /kept as it was written/,
  );
  await pool.query("alter table pack_version disable trigger pack_version_kept");
  await gone();
  await pool.query("alter table pack_version enable trigger pack_version_kept");
  // A process that has read it knows it still; another one, started after, does not.
  const { packShelf } = await import("../knowledge/pack-shelf.ts");
  const { replay } = await import("./replay.ts");
  const { rows } = await willis.services.pool.query("select basis from decision where id = $1", [id]);
  const shelf = packShelf(willis.services.pool);
  const anew = await replay(rows[0].basis, shelf, willis.services.packs, new Date().toISOString());
  assert.equal(anew.same, null);
  assert.equal(anew.packs[0]!.kept, false);
  assert.match(anew.packs[0]!.why!, /never kept here/);
  await shelve(willis.services.pool, PACKS_DIR, willis.services.packs);
  assert.ok(await shelf.byHash(packs[0]!.hash), "the next start puts it back");
});

test("a stranger does not see it", async () => {
  const id = await decided(9);
  const answer = await willis.as("stranger", `/api/decisions/${id}/replay`);
  assert.ok([403, 404].includes(answer.status));
});
