import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { ImpactRunView } from "../../cases/impact-views.ts";
import type { DraftContent, DraftLine, DraftView } from "../../cases/steward-views.ts";
import type { Recommendation, ReviewLine, Vignette } from "../../knowledge/index.ts";
import { createApiToken } from "../auth/api-tokens.ts";
import { createPerson } from "../auth/people.ts";
import { runImpact } from "../jobs/run-impact.ts";

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
  const asked = await call<ImpactRunView>("surgeon", "POST", `${path}/impact`, {});
  assert.equal(asked.status, 202, "who reviews asks for the count, too");
  await runImpact(willis.services, asked.is.id, new AbortController().signal);
  const { is: run } = await call<ImpactRunView>("surgeon", "GET", `/api/knowledge/impact/${asked.is.id}`);
  const impact = run.result!;
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

async function inReview(): Promise<string> {
  const path = await begin();
  const draft = (await call("author", "GET", path)).is;
  const content = edited(draft.content, (item) => ({ ...item, rationale: `In our words, ${path.slice(-6)}` }));
  assert.equal((await call("author", "PUT", path, { version: 1, content })).status, 200);
  assert.equal((await call("author", "POST", `${path}/submit`, { version: 2 })).is.state, "in review");
  return path;
}

const say = (login: string, path: string, verdict: "approved" | "changes asked", words = "Good") =>
  call(login, "POST", `${path}/review`, { version: 2, verdict, words, disclosure: "none" });

test("published twice at once and changed meanwhile, it is published once, and what was approved is what is in force", async () => {
  const path = await inReview();
  for (const login of ["second", "surgeon"]) assert.equal((await say(login, path, "approved")).status, 200);
  const { content } = (await call("author", "GET", path)).is;
  const changed = { ...content, pack: { ...content.pack, title: "Nobody approved this title" } };
  const answers = await Promise.all([
    ...[1, 2, 3, 4].map((k) => call(k % 2 ? "author" : "second", "POST", `${path}/publish`, { version: 2 })),
    call("author", "PUT", path, { version: 2, content: changed }),
  ]);
  const draft = (await call("author", "GET", path)).is;
  const published = answers.slice(0, 4).filter(({ status }) => status === 200);
  const inForce = willis.services.packs.find((pack) => pack.id === ID)!;
  assert.notEqual(inForce.title, "Nobody approved this title");
  assert.deepEqual(
    [published.length, draft.events.filter(({ kind }) => kind === "published").length, draft.state],
    answers[4]!.status === 200 ? [0, 0, "draft"] : [1, 1, "published"],
  );
});

test("a process that died after the pack came into force: publishing again only notes it", async () => {
  const path = await inReview();
  for (const login of ["second", "surgeon"]) await say(login, path, "approved");
  assert.equal((await call("author", "POST", `${path}/publish`, { version: 2 })).status, 200);
  const { pool } = willis.services;
  const count = async () => (await pool.query("select count(*)::int as n from pack_standing")).rows[0].n as number;
  const [before, hash] = [await count(), willis.services.packs.find((pack) => pack.id === ID)!.hash];
  await pool.query("update pack_draft set state = 'in review', published_hash = null where id = $1", [
    path.split("/").at(-1),
  ]);
  const again = await call("author", "POST", `${path}/publish`, { version: 2 });
  assert.deepEqual([again.status, again.is.state], [200, "published"]);
  assert.deepEqual([await count(), willis.services.packs.find((pack) => pack.id === ID)!.hash], [before, hash]);
});

test("a version of which changes were asked is not put to review again unchanged", async () => {
  const path = await inReview();
  await say("second", path, "approved");
  assert.equal((await say("surgeon", path, "changes asked", "The window is wrong")).is.state, "draft");
  const refused = await call("author", "POST", `${path}/submit`, { version: 2 });
  assert.equal(refused.status, 409);
  assert.match(refused.is.detail, /asked for changes of this version/);
});

test("who wrote long ago still does not review, after hundreds of savings by others", async () => {
  const path = await inReview();
  const { content } = (await call("author", "GET", path)).is;
  await call("second", "PUT", path, { version: 2, content });
  await willis.services.pool.query(
    `insert into pack_draft_event (draft, version, kind, person)
     select $1, 3, 'saved', (select author from pack_draft where id = $1) from generate_series(1, 700)`,
    [path.split("/").at(-1)],
  );
  await call("author", "POST", `${path}/submit`, { version: 3 });
  const given = { version: 3, verdict: "approved", words: "Mine", disclosure: "none" };
  assert.equal((await call("second", "POST", `${path}/review`, given)).status, 403);
});

test("a pack that was taken out of force does not come back by a draft that was begun before", async () => {
  const path = await inReview();
  for (const login of ["second", "surgeon"]) await say(login, path, "approved");
  const { removePack, returnToVersion } = await import("../knowledge/install-pack.ts");
  const { hash } = willis.services.packs.find((pack) => pack.id === ID)!;
  await removePack(willis.services, ID, { why: "a test", person: null });
  const refused = await call("author", "POST", `${path}/publish`, { version: 2 });
  await returnToVersion(willis.services, hash, willis.services.packShelf.find, { why: "a test", person: null });
  assert.equal(refused.status, 409);
  assert.match(refused.is.detail, /was taken out of force/);
});

test("what cannot be kept is refused in words, and the list of drafts stays readable", async () => {
  const path = await begin();
  const { content } = (await call("author", "GET", path)).is;
  let deep: unknown = 1;
  for (let k = 0; k < 100; k++) deep = [deep];
  const bad: unknown[] = [
    null,
    7,
    { ...content, pack: [] },
    { ...content, pack: { ...content.pack, title: "a\0b" } },
    { ...content, trials: [{ "\0": 1 }] },
    { ...content, pack: { ...content.pack, title: "half \ud800 of a pair" } },
    { ...content, scales: [deep] },
  ];
  for (const one of bad) {
    const { status, is } = await call("author", "PUT", path, { version: 1, content: one as object });
    assert.equal(status, 400, JSON.stringify(is).slice(0, 300));
  }
  assert.equal((await call("author", "GET", "/api/steward")).status, 200);
  const review = { version: 1, verdict: "approved", words: "a\0b", disclosure: "none" };
  assert.ok((await call("second", "POST", `${path}/review`, review)).status < 500);
  assert.ok((await call("author", "POST", `${path}/withdraw`, { words: "a\0b" })).status < 500);
});

test("a pack that was never here is begun empty, written and put in force beside the others", async () => {
  const post = (empty: object) => call<{ id: string }>("author", "POST", "/api/steward/drafts", { empty });
  const given = { id: "house-airway-2026", title: "Airway", body: "House", caseKinds: ["stroke"] };
  assert.equal((await post({ ...given, id: "No Name" })).status, 400);
  assert.equal((await post({ ...given, id: ID })).status, 409);
  const made = await post(given);
  assert.equal(made.status, 201, made.is.detail);
  const path = `/api/steward/drafts/${made.is.id}`;
  const { content, problems } = (await call("author", "GET", path)).is;
  assert.match(problems[0]!.message, /jurisdiction/);
  const like = willis.services.packs.find((pack) => pack.id === ID)!;
  const item = like.recommendations.find(({ id }) => id === "ais26-evt-02")!;
  const named = JSON.parse(
    JSON.stringify({
      recommendations: [{ ...item, supersedes: [], owner: "Dr author", disclosure: "none declared" }],
      vignettes: like.vignettes.filter((one) => one.recommendation === item.id),
    }).replaceAll("ais26-evt-02", "house26-01"),
  );
  named.recommendations[0].expires = content.pack.expires;
  const header = { ...content.pack, jurisdiction: "this house", licence: "CC-BY-4.0", disclosures: "none declared" };
  const saved = (await call("author", "PUT", path, { version: 1, content: { ...content, ...named, pack: header } })).is;
  assert.deepEqual(saved.problems, []);
  assert.equal((await call("author", "POST", `${path}/submit`, { version: 2 })).status, 200);
  for (const login of ["second", "surgeon"]) await say(login, path, "approved");
  const published = await call("author", "POST", `${path}/publish`, { version: 2 });
  assert.equal(published.status, 200, published.is.detail);
  assert.ok(willis.services.packs.some((pack) => pack.id === given.id && pack.version === "1.0.0"));
});

test("vignettes that are not what their kind says, or notice no slip of a threshold, stand in the way", async () => {
  const path = await begin();
  const content = edited((await call("author", "GET", path)).is.content);
  const all = content.vignettes as Vignette[];
  const without = all.filter((one) => one.recommendation !== "ais26-evt-02" || !/boundary-/.test(one.id));
  const told = async (vignettes: readonly Vignette[], version: number) =>
    (await call("author", "PUT", path, { version, content: { ...content, vignettes } })).is.problems
      .filter(({ item }) => item === "ais26-evt-02")
      .map(({ message }) => message)
      .join();
  assert.match(await told(without, 1), /no boundary vignette that would notice: .*and \d+ more/);
  assert.match(
    await told([...all, all.find((one) => one.recommendation === "ais26-evt-02")!], 2),
    /two vignettes named/,
  );
  const first = all.find((one) => one.recommendation === "ais26-evt-02" && one.kind === "negative")!;
  assert.match(await told([...all, { ...first, id: "x", kind: "positive" }], 3), /positive vignette that expects/);
  assert.equal(await told(all, 4), "");
});
