import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../../test/harness.ts";
import { makeRecords, type Records } from "../../../../test/security/records.ts";
import type { GradeView } from "../../../cases/grades.ts";

let willis: TestWillis;
let records: Records;
before(async () => {
  willis = await startWillis();
  records = await makeRecords(willis);
});
after(() => willis.stop());

const ID = "11111111-2222-4333-8444-555555555555";
const put = (login: "hub" | "spoke" | "stranger", path: string, body: unknown) =>
  willis.as(login, `/api/studies/${records.study}/grades/${path}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const list = async (login: "hub" | "spoke"): Promise<GradeView[]> =>
  (await willis.as(login, `/api/studies/${records.study}/grades`)).json() as Promise<GradeView[]>;
const draft = (grade: string) => ({
  scale: "etici",
  grade,
  seriesUid: records.series,
  outline: [
    [1, 1],
    [9, 1],
    [5, 8.5],
  ],
  moment: "after pass 1",
});
const reading = { grade: "2b67", value: 71, low: 64, high: 77, unit: "%", method: { name: "Share", version: "1.0.0" } };

test("a machine's reading is refused until the person's own grade is recorded", async () => {
  assert.equal((await put("hub", `${ID}/machine`, reading)).status, 404);
  const recorded = await put("hub", ID, draft("2b50"));
  assert.equal(recorded.status, 201, await recorded.text());
  assert.equal((await list("hub"))[0]?.machine, null);
  assert.equal((await put("spoke", `${ID}/machine`, reading)).status, 404);
  assert.equal((await put("hub", `${ID}/machine`, reading)).status, 200);
  const [mine] = await list("hub");
  assert.equal(mine?.grade, "2b50");
  assert.equal(mine?.machine?.value, 71);
  assert.ok(mine!.machine!.at >= mine!.at);
  assert.equal(mine?.by, "Dr hub");
  assert.equal((await put("hub", `${ID}/machine`, reading)).status, 409);
});

test("another reader sees the grade but not what the machine read, until they have graded themselves", async () => {
  const [seen] = await list("spoke");
  assert.deepEqual([seen?.grade, seen?.machine, seen?.hidden, seen?.mine], ["2b50", null, true, false]);
  const own = "21111111-2222-4333-8444-555555555555";
  assert.equal((await put("spoke", own, draft("2c"))).status, 201);
  const [now, later] = await list("spoke");
  assert.equal(now?.machine?.value, 71);
  assert.deepEqual([later?.grade, later?.mine, later?.afterMachine], ["2c", true, false]);
});

test("a change of mind after the reading stands beside the first grade and says so", async () => {
  const again = "31111111-2222-4333-8444-555555555555";
  assert.equal((await put("hub", again, draft("2b67"))).status, 201);
  const mine = (await list("hub")).filter((one) => one.mine);
  assert.deepEqual(
    mine.map(({ grade, afterMachine }) => [grade, afterMachine]),
    [
      ["2b50", false],
      ["2b67", true],
    ],
  );
});

test("grades of no scale and runs of no study are refused, with what would do", async () => {
  const wrong = await put("hub", "41111111-2222-4333-8444-555555555555", draft("2d"));
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /choose from 0, 1, 2a, 2b50, 2b67, 2c, 3/);
  const elsewhere = { ...draft("3"), seriesUid: "1.2.3.4" };
  assert.match(await (await put("hub", "41111111-2222-4333-8444-555555555555", elsewhere)).text(), /not in this study/);
  assert.ok((await put("stranger", "51111111-2222-4333-8444-555555555555", draft("3"))).status >= 403);
});
