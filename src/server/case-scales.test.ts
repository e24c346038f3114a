import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../test/harness.ts";
import type { ScaleEntryView } from "../cases/scale-entries.ts";
import type { CaseView } from "../cases/views.ts";
import type { Pack, Scale } from "../knowledge/index.ts";

let willis: TestWillis;
let caseId = "";

interface Said {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of several routes
  readonly body: any;
}

async function call(login: "spoke" | "hub" | "stranger", method: string, path: string, body?: object): Promise<Said> {
  const answer = await willis.as(login, path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

function scaleOf(id: string): { readonly scale: Scale; readonly pack: Pack } {
  for (const pack of willis.services.packs) {
    const scale = pack.scales.find((each) => each.id === id);
    if (scale) return { scale, pack };
  }
  throw new Error(`no scale ${id}`);
}

const keep = (login: "spoke" | "hub", scale: string, given: object) =>
  call(login, "POST", `/api/cases/${caseId}/scales`, {
    id: randomUUID(),
    scale,
    packHash: scaleOf(scale).pack.hash,
    ...given,
  });
const seen = async () => (await call("hub", "GET", `/api/cases/${caseId}`)).body as CaseView;
const fact = async (name: string) => (await seen()).facts.find((group) => group.name === name);
const zeros = (id: string) => Object.fromEntries(scaleOf(id).scale.items.map((item) => [item.key, 0]));
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

before(async () => {
  willis = await startWillis();
  const made = await call("spoke", "POST", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient: { name: "Example, Ada", identifier: "4471 0093", birthDate: "1955-03-12", sex: "F" },
  });
  caseId = made.body.id;
  await call("spoke", "POST", `/api/cases/${caseId}/refer`);
});

after(() => willis?.stop());

test("a score is computed by the server, becomes a fact, and both ends see who scored it", async () => {
  const answers = { ...zeros("nihss"), "5a": 4, "9": 2, "10": "UN" };
  const kept = await keep("spoke", "nihss", { answers, total: 6, observedAt: ago(120) });
  assert.equal(kept.status, 201, JSON.stringify(kept.body));
  const { entries } = (await call("hub", "GET", `/api/cases/${caseId}/scales`)).body as { entries: ScaleEntryView[] };
  const [entry] = entries;
  assert.deepEqual([entry?.value, entry?.reading, entry?.untestable], [6, "moderate", ["dysarthria"]]);
  assert.equal(entry?.pack.hash, scaleOf("nihss").pack.hash);
  const group = await fact("nihss");
  assert.equal(group?.current?.value, 6);
  assert.equal(group?.current?.source.kind, "scale");
  const said = (await seen()).timeline.at(-1);
  assert.match(`${said?.by} ${said?.text}`, /scored NIH Stroke Scale: 6, moderate/);
});

test("a total that the answers do not give, a missing item, and an answer that is not offered are refused by name", async () => {
  const answers = zeros("nihss");
  const wrong = await keep("hub", "nihss", { answers, total: 3 });
  assert.equal(wrong.status, 400);
  assert.match(wrong.body.detail, /give 0, not 3/);
  const { "9": _, ...without } = answers as Record<string, number>;
  const missing = await keep("hub", "nihss", { answers: without });
  assert.equal(missing.status, 400);
  assert.match(missing.body.detail, /not answered: language/);
  const strange = await keep("hub", "nihss", { answers: { ...answers, "4": 9 } });
  assert.equal(strange.status, 400);
  assert.match(strange.body.detail, /"facial palsy" must be one of .* not 9/);
});

test("a correction stands for the earlier score, which stays readable; its fact is taken back", async () => {
  const first = await keep("spoke", "gcs", { answers: { E: 4, V: 5, M: 6 }, observedAt: ago(10) });
  const bare = await keep("hub", "gcs", { answers: { E: 3, V: 4, M: 6 }, supersedes: first.body.id });
  assert.match(bare.body.detail, /say why/);
  const given = { answers: { E: 3, V: 4, M: 6 }, observedAt: ago(10), supersedes: first.body.id, correction: "eyes" };
  const second = await keep("hub", "gcs", given);
  assert.equal(second.status, 201, JSON.stringify(second.body));
  const entries = second.body.entries as ScaleEntryView[];
  const [old, now] = [first.body.id, second.body.id].map((id) => entries.find((entry) => entry.id === id));
  assert.deepEqual([old?.value, old?.supersededBy, old?.fact?.retracted], [15, second.body.id, true]);
  assert.deepEqual([now?.value, now?.supersedes, now?.correction], [13, first.body.id, "eyes"]);
  const group = await fact("gcs");
  assert.deepEqual([group?.current?.value, group?.contradicted], [13, false]);
  assert.equal((await keep("hub", "gcs", given)).status, 409, "a score is corrected once");
});

test("what cannot be added up is kept without a total and becomes no fact", async () => {
  const before = (await fact("gcs"))?.current?.id;
  const kept = await keep("hub", "gcs", { answers: { E: 4, V: "NT", M: 6 } });
  assert.equal(kept.status, 201);
  const entry = (kept.body.entries as ScaleEntryView[]).find((each) => each.id === kept.body.id);
  assert.equal(entry?.value, null);
  assert.match(entry?.reason ?? "", /verbal could not be tested/);
  assert.equal((await fact("gcs"))?.current?.id, before);
});

test("a filled-in item says which fact it came from; a fact that changed meanwhile is a conflict", async () => {
  const answers = { age: 1, nihss: 0, htn: 0, dm: 0, af: 0 };
  const nihss = (await fact("nihss"))!.current!.id;
  const prefilled = { age: ["derived:age_years"], nihss: [nihss] };
  const kept = await keep("hub", "thrive", { answers, prefilled });
  assert.equal(kept.status, 201, JSON.stringify(kept.body));
  const entry = (kept.body.entries as ScaleEntryView[]).find((each) => each.id === kept.body.id);
  const [age] = entry!.inputs;
  assert.equal(age?.item, "age");
  assert.deepEqual(
    [age?.facts[0]?.name, age?.facts[0]?.source],
    ["age_years", "derived: whole years since the birth date"],
  );
  await call("spoke", "POST", `/api/cases/${caseId}/facts`, { name: "nihss", value: 14 });
  const late = await keep("hub", "thrive", { answers, prefilled });
  assert.equal(late.status, 409);
  assert.match(late.body.detail, /the facts that filled "NIHSS" have changed/);
});

test("the modified Rankin Scale asks for its moment, and only the one before the stroke fills the pre-stroke fact", async () => {
  const bare = await keep("hub", "mrs", { answers: { value: 1 } });
  assert.match(bare.body.detail, /needs the moment it speaks of: before the stroke/);
  assert.equal((await keep("hub", "mrs", { answers: { value: 4 }, occasion: "now" })).status, 201);
  assert.equal(await fact("prestroke_mrs"), undefined);
  assert.equal((await keep("hub", "mrs", { answers: { value: 1 }, occasion: "before the stroke" })).status, 201);
  assert.equal((await fact("prestroke_mrs"))?.current?.value, 1);
});

test("the same score sent twice is kept once; another version of the pack is a conflict; strangers see nothing", async () => {
  const body = { id: randomUUID(), scale: "lams", packHash: scaleOf("lams").pack.hash, answers: zeros("lams") };
  const path = `/api/cases/${caseId}/scales`;
  for (const _ of [1, 2]) assert.equal((await call("hub", "POST", path, body)).status, 201);
  const { entries } = (await call("hub", "GET", path)).body as { entries: ScaleEntryView[] };
  assert.equal(entries.filter((entry) => entry.id === body.id).length, 1);
  const other = await call("hub", "POST", path, { ...body, id: randomUUID(), packHash: "0".repeat(64) });
  assert.equal(other.status, 409);
  assert.match(other.body.detail, /open it again/);
  const future = await keep("hub", "lams", { answers: zeros("lams"), observedAt: ago(-60) });
  assert.match(future.body.detail, /in the future/);
});
