import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { DraftContent, DraftImpact, DraftLine, DraftView } from "../../cases/steward-views.ts";
import type { Recommendation, ReviewLine } from "../../knowledge/index.ts";
import { createApiToken } from "../auth/api-tokens.ts";
import { createPerson } from "../auth/people.ts";

const ID = "aha-ais-2026";
let willis: TestWillis;
const tokens = new Map<string, string>();

before(async () => {
  willis = await startWillis();
  const { pool } = willis.services;
  for (const [login, role, at] of [
    ["author", "steward", "Hub"],
    ["second", "steward", "Hub"],
    ["quality", "quality-lead", "Hub"],
    ["other", "steward", "Elsewhere"],
  ] as const) {
    const person = { organisationId: willis.organisations[at], login, name: `Dr ${login}`, role };
    const { id } = await createPerson(pool, person);
    tokens.set(login, (await createApiToken(pool, id, { label: "test", expiresAt: null })).token);
  }
  tokens.set("surgeon", await willis.token("surgeon"));
});
after(() => willis?.stop());

async function call<T = DraftView>(login: string, method: string, path: string, body?: object) {
  const answer = await fetch(willis.url + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens.get(login)}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, is: (await answer.json()) as T & { detail: string } };
}

const begin = async () =>
  `/api/steward/drafts/${(await call<{ id: string }>("author", "POST", "/api/steward/drafts", { pack: ID })).is.id}`;

/** The content with the recommendations changed, owners and disclosures given. */
function edited(
  content: DraftContent,
  change: (item: Recommendation) => Recommendation = (item) => item,
): DraftContent {
  const items = content.recommendations as Recommendation[];
  const own = (item: Recommendation) => ({ ...item, owner: "Dr author", disclosure: "none declared" });
  return { ...content, recommendations: items.map((item) => change(own(item))) };
}

const at8 = (item: Recommendation): Recommendation =>
  item.id === "ais26-evt-02"
    ? JSON.parse(
        JSON.stringify(item).replace(
          '{"field":"nihss","op":"gte","value":6}',
          '{"field":"nihss","op":"gte","value":8}',
        ),
      )
    : item;

test("what expires is listed, the nearest day first, for stewards and quality leads", async () => {
  const { is } = await call<{ queue: ReviewLine[]; drafts: DraftLine[] }>("quality", "GET", "/api/steward");
  const days = is.queue.map((line) => line.day);
  assert.ok(days.length >= 40);
  assert.deepEqual(days, [...days].sort());
  const { is: others } = await call<{ drafts: DraftLine[] }>("other", "GET", "/api/steward");
  assert.deepEqual(others.drafts, [], "drafts are of the organisation that writes them");
});

test("a draft goes from a changed threshold over failing vignettes, two reviews and impact into force", async () => {
  const path = await begin();
  const draft = (await call("author", "GET", path)).is;
  assert.deepEqual([draft.state, draft.version, draft.content.pack.version], ["draft", 1, "1.0.1"]);
  assert.ok(draft.problems.some(({ item, message }) => item === "ais26-evt-02" && /has no owner/.test(message)));
  assert.equal((await call("author", "POST", `${path}/submit`, { version: 1 })).status, 422);

  const changed = edited(draft.content, at8);
  const saved = (await call("author", "PUT", path, { version: 1, content: changed })).is;
  assert.deepEqual(
    saved.changes.find((one) => one.id === "ais26-evt-02")!.criteria.map(({ before, after }) => [before, after]),
    [["NIHSS ≥ 6", "NIHSS ≥ 8"]],
  );
  assert.match(saved.problems.map(({ message }) => message).join(), /vignette of ais26-evt-02: .* expected/);
  assert.equal(
    (await call("author", "PUT", path, { version: 1, content: changed })).status,
    409,
    "it was changed meanwhile",
  );
  assert.equal((await call("author", "POST", `${path}/submit`, { version: 2 })).status, 422);

  const vignettes = (changed.vignettes as { recommendation: string; facts: { nihss?: number } }[]).map((one) =>
    one.recommendation === "ais26-evt-02" && one.facts.nihss !== undefined
      ? { ...one, facts: { ...one.facts, nihss: one.facts.nihss + 2 } }
      : one,
  );
  const mended = (await call("author", "PUT", path, { version: 2, content: { ...changed, vignettes } })).is;
  assert.deepEqual(mended.problems, []);
  assert.equal((await call("author", "POST", `${path}/submit`, { version: 3 })).is.state, "in review");

  const review = (words: string) => ({ version: 3, verdict: "approved", words, disclosure: "none declared" });
  assert.equal(
    (await call("author", "POST", `${path}/review`, review("mine"))).status,
    403,
    "nobody reviews his own words",
  );
  assert.equal((await call("other", "POST", `${path}/review`, review("hm"))).status, 404, "another organisation");
  assert.equal((await call("author", "POST", `${path}/publish`, { version: 3 })).status, 409);
  assert.equal((await call("second", "POST", `${path}/review`, review("Checked"))).is.approvals, 1);
  assert.match((await call("author", "POST", `${path}/publish`, { version: 3 })).is.detail, /1 of 2 reviews/);
  const again = await call("second", "POST", `${path}/review`, review("Checked again"));
  assert.equal(again.is.approvals, 1, "one person is one review");
  assert.equal((await call("surgeon", "POST", `${path}/review`, review("Agreed"))).is.approvals, 2);
  const { is: impact } = await call<DraftImpact>("surgeon", "GET", `${path}/impact`);
  assert.ok(impact.open.patients >= 0 && impact.decided.lines.length === 0);

  const published = await call("author", "POST", `${path}/publish`, { version: 3 });
  assert.equal(published.status, 200, published.is.detail);
  assert.equal(published.is.state, "published");
  const pack = willis.services.packs.find((one) => one.id === ID)!;
  assert.equal(pack.version, "1.0.1");
  assert.match(JSON.stringify(pack.recommendations.find((one) => one.id === "ais26-evt-02")!.criteria), /"value":8/);
  assert.deepEqual((pack as unknown as { reviews: { by: string }[] }).reviews.map((one) => one.by).sort(), [
    "Dr second",
    "Dr surgeon",
  ]);
  assert.equal(
    (await call("author", "PUT", path, { version: 3, content: changed })).status,
    409,
    "what is published stays",
  );
});

test("a draft of a version that is no longer in force is not published over the new one", async () => {
  const { packsInForce, packShelf } = willis.services;
  const path = await begin();
  const draft = (await call("author", "GET", path)).is;
  const content = edited(draft.content);
  await call("author", "PUT", path, { version: 1, content });
  await call("author", "POST", `${path}/submit`, { version: 2 });
  for (const login of ["second", "surgeon"])
    await call(login, "POST", `${path}/review`, { version: 2, verdict: "approved", words: "Good", disclosure: "none" });
  const { returnToVersion } = await import("../knowledge/install-pack.ts");
  const shipped = packsInForce.shipped.find((pack) => pack.id === ID)!;
  await returnToVersion(willis.services, shipped.hash, packShelf.find, { why: "a test", person: null });
  const refused = await call("author", "POST", `${path}/publish`, { version: 2 });
  assert.equal(refused.status, 409);
  assert.match(refused.is.detail, /came into force since this draft was begun/);
});

test("an edit ends the review, a saving is taken back, and that as well; a form that is none is kept and said", async () => {
  const path = await begin();
  const draft = (await call("author", "GET", path)).is;
  await call("author", "PUT", path, { version: 1, content: edited(draft.content) });
  await call("author", "POST", `${path}/submit`, { version: 2 });
  await call("second", "POST", `${path}/review`, {
    version: 2,
    verdict: "approved",
    words: "Good",
    disclosure: "none",
  });
  const broken = { ...draft.content, pack: { ...draft.content.pack, expires: "2026-02-31" }, recommendations: [7] };
  const saved = (await call("author", "PUT", path, { version: 2, content: broken })).is;
  assert.deepEqual([saved.state, saved.approvals], ["draft", 0]);
  assert.match(saved.problems[0]!.message, /"expires" must be a day/);
  const back = (await call("author", "POST", `${path}/take-back`, { version: 3 })).is;
  assert.deepEqual([back.version, back.problems], [4, []]);
  const forth = (await call("author", "POST", `${path}/take-back`, { version: 4 })).is;
  assert.deepEqual(forth.content, broken);
  const asked = { version: 5, verdict: "changes asked", words: "No", disclosure: "none" };
  assert.equal((await call("second", "POST", `${path}/review`, asked)).status, 409, "not in review");
  assert.equal((await call("author", "POST", `${path}/withdraw`, { words: "Given up" })).is.state, "withdrawn");
  assert.equal((await call("author", "PUT", path, { version: 5, content: { pack: {} } })).status, 400);
});
