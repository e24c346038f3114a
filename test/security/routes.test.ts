import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Route } from "../../src/server/http/route.ts";
import { ROUTES } from "../../src/server/routes/index.ts";
import { type Login, startWillis, type TestWillis } from "../harness.ts";
import { IDENTIFIER, makeRecords, PATIENT, type Records } from "./records.ts";

/** Routes that answer anybody. A new one has to be written down here, so that it is decided and not forgotten. */
const OPEN = ["GET /healthz", "GET /health/ready", "GET /api/openapi.json", "GET /sign-in/:token", "POST /api/session"];

/** Routes that any signed-in person may use as they name no object; what they show or make is the person's own. */
const OWN = [
  "GET /api/session",
  "DELETE /api/session",
  "PUT /api/session/password",
  "GET /api/organisations",
  "GET /api/people",
  "POST /api/cases",
  "POST /api/images",
  "GET /api/knowledge/packs",
  "GET /api/knowledge/recommendations/:id",
  "GET /api/knowledge/trials/:id",
  "GET /api/knowledge/scales",
  "GET /api/knowledge/scales/:id",
  "GET /api/knowledge/fields",
  "POST /api/knowledge/evaluate",
  "GET /api/packs/:pack/fhir",
  "GET /api/knowledge/search",
  "GET /api/knowledge/changes",
  "GET /api/knowledge/trials",
  "GET /api/knowledge/recommendations/:id/page",
  "GET /api/knowledge/trials/:id/page",
  "GET /api/knowledge/indications/:id",
  "GET /api/knowledge/metrics/:id",
  "POST /dicom-web/studies",
  "POST /dicom-web/studies/:study",
  "OPTIONS /dicom-web",
  "OPTIONS /dicom-web/",
  "GET /dicom-web/capabilities",
  "DELETE /api/learned-roles/:learned",
  "GET /api/hanging-layouts",
  "POST /api/hanging-layouts",
  "DELETE /api/hanging-layouts/:layout",
  "POST /api/hanging-layouts/:layout/restore",
];

let willis: TestWillis;
let records: Records;

before(async () => {
  willis = await startWillis();
  records = await makeRecords(willis);
});
after(() => willis?.stop());

const nameOf = (route: Route) => `${route.method} ${route.url}`;
const onObject = (route: Route) => !["nothing", "person", "role", "list", "cds-client"].includes(route.access.on);

/** The address of a route with real ids; a parameter for which there is no record fails the test. */
function address(route: Route): string {
  if (route.access.on === "series" && route.access.from === "query") return route.url + queryOf(records);
  return route.url.replace(/:(\w+)|\*/g, (whole, name?: string) => {
    const id = records[name ?? whole];
    assert.ok(id, `${nameOf(route)}: give the tests a record for "${whole}" (records.ts)`);
    return encodeURIComponent(id);
  });
}

/** Study, series and object as WADO-URI names them. */
function queryOf({ study, series, instance }: Partial<Records>): string {
  return `?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}`;
}

async function ask(login: Login | null, route: Route, url = address(route)): Promise<Response> {
  const signal = AbortSignal.timeout(10_000);
  const body = route.method === "GET" || route.method === "DELETE" ? {} : bodyFor(route);
  return willis.as(login, url, { method: route.method, signal, ...body });
}

function bodyFor(route: Route): { body: string; headers: Record<string, string> } {
  const type = route.rawBody ? "application/octet-stream" : "application/json";
  return { body: route.rawBody ? "x" : "{}", headers: { "content-type": type } };
}

test("every route is open on purpose, the person's own, a list, for a role, or on an object that is checked", () => {
  const seen = new Set<string>();
  for (const route of ROUTES) {
    const name = nameOf(route);
    assert.ok(!seen.has(name), `${name} is there twice`);
    seen.add(name);
    if (route.access.on === "nothing")
      assert.ok(OPEN.includes(name), `${name} answers anybody: write down why in this test`);
    if (route.access.on === "person")
      assert.ok(OWN.includes(name), `${name} checks no object: write it down in this test`);
  }
  for (const name of [...OPEN, ...OWN]) assert.ok(seen.has(name), `${name} is in the list of this test and not served`);
});

for (const route of ROUTES.filter((one) => one.access.on !== "nothing")) {
  test(`the anonymous is refused at ${nameOf(route)}`, async () => {
    const records404 = route.url.replace(/:(\w+)|\*/g, (_, name) => records[name ?? "*"] ?? "1");
    const answer = await ask(null, route, records404);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get("content-type") ?? "", /problem\+json/);
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
    const body = await answer.text();
    for (const secret of [PATIENT, IDENTIFIER]) assert.ok(!body.includes(secret));
  });
}

for (const route of ROUTES.filter(onObject)) {
  test(`a person of another organisation gets 404 at ${nameOf(route)}, as if it were not there`, async () => {
    const answer = await ask("stranger", route);
    const body = await answer.text();
    assert.equal(answer.status, 404, body.slice(0, 200));
    for (const secret of [PATIENT, IDENTIFIER, "CONFIDENTIAL"]) assert.ok(!body.includes(secret));
    const absent = await ask("stranger", route, address(route).replace(/[0-9a-f]{4}(?=[^0-9a-f]|$)/, "0000"));
    assert.equal(absent.status, 404);
  });
}

for (const route of ROUTES.filter((one) => onObject(one) && one.method === "GET")) {
  test(`those whose case it is are answered at ${nameOf(route)}: the ids of these tests are real`, async () => {
    for (const login of ["spoke", "hub"] as const) {
      const receivers = ["quarantine", "patient", "version"].includes(route.access.on); // the receiver's alone
      if (receivers && login === "hub") continue;
      if (["draft", "impact"].includes(route.access.on) && login === "spoke") continue; // a draft is of the organisation that writes it
      const answer = await ask(login, route);
      const body = await answer.text();
      assert.ok(answer.status < 400, `${login}: ${answer.status} ${body.slice(0, 300)}`);
    }
  });
}

for (const route of ROUTES.filter((one) => one.access.on === "list" && one.url !== "/api/live")) {
  test(`nothing of others is in the list ${nameOf(route)}`, async () => {
    const url = route.url.replace(/:(\w+)/g, (_, name) => records[name] ?? "");
    const answer = await ask("stranger", route, url);
    const body = await answer.text();
    assert.ok(answer.status < 300, body);
    const hidden = [
      PATIENT,
      IDENTIFIER,
      records.case,
      records.study,
      records.series,
      records.instance,
      records.quarantine,
      records.patient,
      records.change,
    ];
    for (const secret of hidden) assert.ok(!body.includes(secret!), `${secret} is in the list of a stranger`);
    const own = await ask("spoke", route, url);
    assert.ok(own.status < 300);
  });
}

for (const route of ROUTES.filter((one) => one.access.on === "role")) {
  test(`who has not the role is refused at ${nameOf(route)}`, async () => {
    assert.equal((await ask("stranger", route)).status, 403);
  });
}

for (const route of ROUTES.filter((one) => one.access.on === "cds-client")) {
  test(`a person's token opens nothing at ${nameOf(route)}: it is for EHRs with a token of their own`, async () => {
    for (const login of ["admin", "stranger"] as const) {
      const answer = await ask(login, route);
      assert.equal(answer.status, 401);
      assert.match(await answer.text(), /a JWT/);
    }
  });
}

test("a study of others cannot be drawn into an own case", async () => {
  const made = await willis.as("stranger", "/api/cases", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "stroke" }),
  });
  const { id } = (await made.json()) as { id: string };
  const answer = await willis.as("stranger", `/api/cases/${id}/studies`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ studyUid: records.study }),
  });
  assert.equal(answer.status, 404);
});

test("a draft is seen by its own organisation alone, and by the other side once it is referred", async () => {
  const post = (path: string, body: object = {}) =>
    willis.as("spoke", path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const { id } = (await (
    await post("/api/cases", { kind: "avm", toOrganisationId: willis.organisations.Hub })
  ).json()) as {
    id: string;
  };
  assert.equal((await willis.as("hub", `/api/cases/${id}`)).status, 404);
  assert.equal((await post(`/api/cases/${id}/refer`)).status, 200);
  assert.equal((await willis.as("hub", `/api/cases/${id}`)).status, 200);
  assert.equal((await willis.as("stranger", `/api/cases/${id}`)).status, 404);
});

test("only those who treat, at the organisation that was asked, may answer", async () => {
  const answer = (login: Login) =>
    willis.as(login, `/api/cases/${records.case}/answer`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "decline", reason: "not for us" }),
    });
  assert.equal((await answer("spoke")).status, 403);
  assert.equal((await answer("admin")).status, 403);
  assert.equal((await answer("surgeon")).status, 201);
});

test("each access to patient data leaves a row, allowed or refused, with who, what and from where", async () => {
  const path = `/dicom-web/studies/${records.study}/series/${records.series}/instances/${records.instance}/frames/1`;
  await (await willis.as("hub", path)).arrayBuffer();
  await willis.as("stranger", path);
  await willis.as(null, path);
  const answer = await willis.as("admin", `/api/audit?object=${records.series}&limit=50`);
  const { rows } = (await answer.json()) as {
    rows: { action: string; outcome: string; status: number; remote: string; by: { login: string } | null }[];
  };
  const frames = rows.filter((row) => row.action.endsWith("/frames/:frames"));
  const { rows: all } = await willis.services.pool.query(
    "select outcome, status, person_id from audit where action like 'GET %/frames/:frames' and object_id = $1",
    [records.series],
  );
  assert.ok(frames.some((row) => row.by?.login === "hub" && row.outcome === "allowed" && row.remote === "127.0.0.1"));
  assert.ok(
    all.some((row) => row.person_id === willis.people.stranger && row.outcome === "refused" && row.status === 404),
  );
  assert.ok(all.some((row) => row.person_id === null && row.outcome === "refused" && row.status === 401));
});
