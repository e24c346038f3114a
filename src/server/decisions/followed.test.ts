import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { installOpenTrial } from "../../../test/open-trial.ts";
import type { DeviationView } from "../../cases/deviation.ts";
import type { ScreeningCount, ScreeningView } from "../../cases/screening.ts";
import type { CaseView } from "../../cases/views.ts";
import type { Enough } from "../../knowledge/enough.ts";
import type { CaseOptions } from "../../knowledge/index.ts";
import { createApiToken } from "../auth/api-tokens.ts";
import { createPerson } from "../auth/people.ts";
import type { Role } from "../http/route.ts";

let willis: TestWillis;
/** A case that was referred before there was an open trial. */
let early = "";
const tokens = new Map<string, string>();
const NAME = "Example, Ada";

before(async () => {
  willis = await startWillis();
  early = await stroke({ nihss: 16, prestroke_mrs: 1 });
  await installOpenTrial(willis.services);
  for (const [login, role] of Object.entries({
    quality: "quality-lead",
    research: "researcher",
    desk: "coordinator",
  })) {
    const person = { organisationId: willis.organisations.Hub, login, name: `Dr ${login}`, role: role as Role };
    const { id } = await createPerson(willis.services.pool, person);
    const made = await createApiToken(willis.services.pool, id, { label: "test", expiresAt: null });
    tokens.set(login, made.token);
  }
});
after(() => willis?.stop());

type Who = "spoke" | "hub" | "stranger" | "quality" | "research" | "desk";

async function ask(who: Who, method: string, path: string, body?: object): Promise<Response> {
  const token = tokens.get(who) ?? (await willis.token(who as "hub"));
  return fetch(willis.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

async function call<T>(who: Who, method: string, path: string, body?: object): Promise<T> {
  const answer = await ask(who, method, path, body);
  const said = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${said.slice(0, 300)}`);
  return JSON.parse(said) as T;
}

async function refused(who: Who, path: string, body: object, status: number, words: RegExp): Promise<void> {
  const answer = await ask(who, "POST", path, body);
  const said = await answer.text();
  assert.equal(answer.status, status, said);
  assert.match(said, words);
}

/** A stroke 3 h ago with a proximal occlusion; NIHSS as given. */
async function stroke(facts: object = { nihss: 16, prestroke_mrs: 0 }, refer = true): Promise<string> {
  const { id } = await call<CaseView>("spoke", "POST", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient: { name: NAME, identifier: "4471 0093", birthDate: "1955-03-12", sex: "F" },
  });
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await call("spoke", "PATCH", `/api/cases/${id}`, { lastKnownWell: { at, by: "daughter" } });
  for (const [name, value] of Object.entries({ aspects: 9, occlusion_site: "M1", ...facts }))
    await call("spoke", "POST", `/api/cases/${id}/facts`, { name, value });
  if (refer) await call("spoke", "POST", `/api/cases/${id}/refer`);
  return id;
}

const EVT = "ais26-evt-01";

test("a recommendation that is met is not followed: kept with the pack and the facts, told to both ends, taken back, kept still", async () => {
  const id = await stroke();
  const path = `/api/cases/${id}/deviations`;
  const made = await call<DeviationView>("hub", "POST", path, { recommendation: EVT, reason: "anatomy" });
  assert.match(made.packHash, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual([made.body, made.direction, made.facts.nihss], ["AHA/ASA", "for", 16]);
  await refused("spoke", path, { recommendation: EVT, reason: "trial" }, 409, /noted as not followed already/);
  const seen = await call<CaseView>("spoke", "GET", `/api/cases/${id}`);
  const told = /^does not follow AHA\/ASA 2026 on .*: anatomy or access$/;
  assert.ok(seen.timeline.some(({ text }) => told.test(text))); // a trial that is screened may be told after it
  await refused("stranger", `${path}/${made.id}/withdraw`, {}, 404, /no case/);
  await refused("spoke", `${path}/${made.id}/withdraw`, {}, 404, /Spoke noted no deviation/);
  await call("hub", "POST", `${path}/${made.id}/withdraw`, {});
  await refused("hub", `${path}/${made.id}/withdraw`, {}, 404, /still stands/);
  const again = await call<DeviationView>("hub", "POST", path, {
    recommendation: EVT,
    reason: "other",
    words: "frail",
  });
  const { deviations } = await call<{ deviations: DeviationView[] }>("spoke", "GET", path);
  assert.deepEqual(
    deviations.map((one) => [one.id, one.withdrawn?.by ?? null]),
    [
      [made.id, "Dr hub"],
      [again.id, null],
    ],
  );
});

test("only what is met can be not followed, with a reason, in a case that was referred, by those who write in it", async () => {
  const id = await stroke({ nihss: 3 });
  const path = `/api/cases/${id}/deviations`;
  await refused("hub", path, { recommendation: EVT, reason: "anatomy" }, 409, /not met.*does not apply/);
  await refused("hub", path, { recommendation: "ais26-evt-03", reason: "anatomy" }, 409, /not met/);
  await refused("hub", path, { recommendation: "made-up", reason: "anatomy" }, 404, /no recommendation/);
  await refused("hub", path, { recommendation: EVT, reason: "because" }, 400, /reason/);
  await refused("quality", path, { recommendation: EVT, reason: "anatomy" }, 403, /does not write/);
  const met = `/api/cases/${await stroke()}/deviations`;
  await refused("hub", met, { recommendation: EVT, reason: "other", words: " " }, 400, /needs its words/);
  const draft = await stroke({ nihss: 16, prestroke_mrs: 0 }, false);
  await refused("spoke", `/api/cases/${draft}/deviations`, { recommendation: EVT, reason: "anatomy" }, 409, /draft/);
});

test("with a decision, what was met when it was made counts, whatever the facts became", async () => {
  const id = await stroke();
  const decision = await call<{ id: string }>("hub", "POST", `/api/cases/${id}/answer`, { kind: "accept" });
  await call("hub", "POST", `/api/cases/${id}/facts`, { name: "nihss", value: 2 });
  await refused("hub", `/api/cases/${id}/deviations`, { recommendation: EVT, reason: "anatomy" }, 409, /not met/);
  const path = `/api/decisions/${decision.id}/deviations`;
  await refused("quality", path, { recommendation: EVT, reason: "anatomy" }, 403, /does not write/);
  const made = await call<DeviationView>("hub", "POST", path, { recommendation: EVT, reason: "patient-wish" });
  assert.deepEqual([made.decisionId, made.facts.nihss], [decision.id, 16]);
});

test("quality reads them newest first, page by page, adds them up and takes them away as a table without names", async () => {
  const id = await stroke();
  const words = '=cmd|"quoted"';
  await call("hub", "POST", `/api/cases/${id}/deviations`, { recommendation: EVT, reason: "other", words });
  type Page = { deviations: DeviationView[]; next: number | null };
  const all = await call<Page>("quality", "GET", "/api/deviations");
  assert.ok(all.deviations.length >= 3 && all.next === null);
  assert.equal(all.deviations[0]!.words, words);
  const seen: string[] = [];
  for (let next: number | null | undefined; next !== null; ) {
    const page: Page = await call("quality", "GET", `/api/deviations?limit=1${next ? `&before=${next}` : ""}`);
    seen.push(...page.deviations.map((one) => one.id));
    next = page.next;
  }
  assert.deepEqual(
    seen,
    all.deviations.map((one) => one.id),
  );
  const counts = await call<{ counts: { reason: string; times: number }[] }>(
    "quality",
    "GET",
    "/api/deviations/counts",
  );
  const standing = all.deviations.filter((one) => one.withdrawn === null);
  assert.equal(
    counts.counts.reduce((sum, one) => sum + one.times, 0),
    standing.length,
  );
  const answer = await ask("quality", "GET", "/api/deviations.csv");
  assert.match(answer.headers.get("content-type")!, /text\/csv/);
  const csv = await answer.text();
  assert.ok(csv.includes(`"'=cmd|""quoted"""`), "a formula stays text, quotes are doubled");
  assert.ok(!csv.includes("Ada") && !csv.includes("4471"));
  assert.equal((await ask("hub", "GET", "/api/deviations")).status, 403);
});

test("cards come with what changed and what is newer, and what would be enough is told for those undecided", async () => {
  const id = await stroke({ nihss: 16 });
  type Answer = CaseOptions & { marks: Record<string, { changed: { since: string; sentences: string[] } | null }> };
  const options = await call<Answer>("hub", "GET", `/api/cases/${id}/options`);
  assert.equal(options.marks[EVT]!.changed!.since, "AHA/ASA 2019");
  assert.ok(options.marks[EVT]!.changed!.sentences.includes("ASPECTS ≥ 6 became ≥ 3"));
  const { enough } = await call<{ enough: Enough[] }>("hub", "GET", `/api/cases/${id}/enough?ids=${EVT},made-up`);
  assert.deepEqual(
    enough.map((one) => [one.id, one.sets[0]!.facts.map(({ field }) => field), one.sets[0]!.could]),
    [[EVT, ["prestroke_mrs"], ["true", "false"]]],
  );
});

test("each referred case is screened for the open trials of its kind as its facts come, and the log has it enrolled or not", async () => {
  const id = await stroke({ nihss: 16 });
  const path = `/api/cases/${id}/screenings`;
  const stands = async () => (await call<{ screenings: ScreeningView[] }>("hub", "GET", path)).screenings;
  const until = async (result: string) => {
    for (let i = 0; i < 200 && (await stands())[0]?.result !== result; i++) await sleep(50);
    const [one, ...others] = await stands();
    assert.equal(others.length, 0, "closed trials are not screened for");
    assert.equal(one!.result, result);
    return one!;
  };
  const open = await until("cannot determine");
  assert.deepEqual([open.trial, open.missing, open.outcome], ["made-up-open", ["prestroke_mrs"], null]);
  await call("spoke", "POST", `/api/cases/${id}/facts`, { name: "prestroke_mrs", value: 1 });
  const inside = await until("inside");
  assert.ok(inside.conditions.every((line) => line.result === "true"));
  const { timeline } = await call<CaseView>("hub", "GET", `/api/cases/${id}`);
  assert.ok(timeline.some(({ kind, by }) => kind === "trial-candidate" && by === "Willis"));

  const say = `${path}/made-up-open`;
  await refused("hub", say, { outcome: "not-offered" }, 400, /needs its reason/);
  await refused("quality", say, { outcome: "enrolled" }, 403, /does not write/);
  await refused("hub", `${path}/dawn`, { outcome: "enrolled" }, 404, /no open trial/);
  const enrolled = await call<ScreeningView>("research", "POST", say, { outcome: "enrolled" });
  assert.deepEqual([enrolled.outcome!.code, enrolled.outcome!.by], ["enrolled", "Dr research"]);
  await call("spoke", "POST", `/api/cases/${id}/facts`, { name: "nihss", value: 2 });
  const outside = await until("outside");
  assert.deepEqual([outside.reasons, outside.outcome!.code], [["NIHSS"], "enrolled"]);
  await refused("hub", say, { outcome: "enrolled" }, 409, /outside MADE-UP: NIHSS/);
  await call("hub", "POST", say, { outcome: null });
  const steps = await willis.services.pool.query(
    `select payload ->> 'result' as result, payload ->> 'outcome' as outcome, person_id is null as willis
     from screening_step where screening_id = $1 order by id`,
    [inside.id],
  );
  assert.deepEqual(
    steps.rows.map((row) => [row.result ?? row.outcome, row.willis]),
    [
      ["cannot determine", true],
      ["inside", true],
      ["enrolled", false],
      ["outside", true],
      [null, false],
    ],
  );
});

test("when a trial opens, the cases that were there before are screened too", async () => {
  const stands = async () =>
    (await call<{ screenings: ScreeningView[] }>("hub", "GET", `/api/cases/${early}/screenings`)).screenings;
  for (let i = 0; i < 200 && (await stands()).length === 0; i++) await sleep(50);
  assert.deepEqual(
    (await stands()).map((one) => [one.trial, one.result]),
    [["made-up-open", "inside"]],
  );
});

test("an answer screens by itself, and the log is read by trial and taken away without names unless one may have them", async () => {
  const id = await stroke({ nihss: 16 });
  await call("hub", "POST", `/api/cases/${id}/answer`, { kind: "decline", reason: "no bed" });
  const { screenings } = await call<{ screenings: ScreeningView[] }>(
    "research",
    "GET",
    "/api/screening?trial=made-up-open&open=true",
  );
  assert.ok(screenings.some((one) => one.caseId === id));
  assert.ok(screenings.every((one) => one.outcome === null && one.result !== "outside"));
  const { counts } = await call<{ counts: ScreeningCount[] }>("research", "GET", "/api/screening/counts");
  const [count] = counts.filter(({ trial }) => trial === "made-up-open");
  assert.equal(count!.open, screenings.length);
  const plain = await (await ask("research", "GET", "/api/screening.csv")).text();
  assert.ok(plain.includes(id) && !plain.includes("Ada") && !plain.includes("4471"));
  assert.equal((await ask("research", "GET", "/api/screening.csv?identifiers=true")).status, 403);
  const named = await (await ask("desk", "GET", "/api/screening.csv?identifiers=true")).text();
  assert.ok(named.includes(`"${NAME}"`) && named.includes("4471 0093"));
  assert.equal((await ask("hub", "GET", "/api/screening")).status, 403);
});
