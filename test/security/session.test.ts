import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createApiToken, revokeApiToken } from "../../src/server/auth/api-tokens.ts";
import { createPerson, disablePerson } from "../../src/server/auth/people.ts";
import { createSignInLink } from "../../src/server/auth/sign-in-links.ts";
import { buildApp } from "../../src/server/http/app.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

const JSON_TYPE = { "content-type": "application/json" };
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(willis.url + path, { headers, redirect: "manual" });
const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(willis.url + path, { method, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });

async function cookieOf(personId: string): Promise<string> {
  const { path } = await createSignInLink(willis.services.pool, personId, { usesLeft: 1, hours: 1 });
  const answer = await get(path);
  return answer.headers.get("set-cookie")!.split(";")[0]!;
}

test("a link signs in once, with a cookie that scripts and other sites cannot use; after that it says what to do", async () => {
  const { path } = await createSignInLink(willis.services.pool, willis.people.spoke, { usesLeft: 1, hours: 1 });
  const first = await get(path);
  assert.equal(first.status, 303);
  assert.equal(first.headers.get("location"), "/");
  const cookie = first.headers.get("set-cookie") ?? "";
  for (const flag of [/^willis_session=[\w-]{43};/, /HttpOnly/, /SameSite=Strict/, /Path=\//])
    assert.match(cookie, flag);
  const second = await get(path);
  assert.equal(second.status, 410);
  assert.equal(second.headers.get("set-cookie"), null);
  assert.match(await second.text(), /user link --login/);
});

test("an expired link does not sign in", async () => {
  const { path } = await createSignInLink(willis.services.pool, willis.people.spoke, {
    usesLeft: null,
    hours: 1,
    now: new Date(Date.now() - 2 * 3_600_000),
  });
  assert.equal((await get(path)).status, 410);
});

test("behind TLS the cookie is Secure", async () => {
  const app = buildApp(willis.services, { trustProxy: true });
  const { path } = await createSignInLink(willis.services.pool, willis.people.spoke, { usesLeft: 1, hours: 1 });
  const answer = await app.inject({ url: path, headers: { "x-forwarded-proto": "https" } });
  assert.match(String(answer.headers["set-cookie"]), /; Secure/);
  assert.match(String(answer.headers["strict-transport-security"]), /max-age=/);
  await app.close();
});

test("secrets are kept as hashes only", async () => {
  const cookie = await cookieOf(willis.people.spoke);
  const { token } = await createApiToken(willis.services.pool, willis.people.spoke, {});
  for (const secret of [cookie.split("=")[1]!, token]) {
    for (const table of ["session", "sign_in_link", "api_token"]) {
      const { rows } = await willis.services.pool.query(`select t::text as row from ${table} t`);
      assert.ok(rows.every(({ row }) => !row.includes(secret) && !row.includes(Buffer.from(secret).toString("hex"))));
    }
  }
});

test("a change with the cookie needs X-Willis, and is refused when the browser says that another site caused it", async () => {
  const cookie = await cookieOf(willis.people.spoke);
  const post = async (headers: Record<string, string>) =>
    (await send("POST", "/api/cases", { kind: "stroke" }, { cookie, ...headers })).status;
  assert.equal(await post({}), 403);
  assert.equal(await post({ "x-willis": "1" }), 201);
  assert.equal(await post({ "x-willis": "1", origin: willis.url }), 201);
  assert.equal(await post({ "x-willis": "1", origin: "https://elsewhere.example" }), 403);
  assert.equal(await post({ "x-willis": "1", origin: "null" }), 403);
  assert.equal(await post({ "x-willis": "1", "sec-fetch-site": "cross-site" }), 403);
  const stow = await fetch(`${willis.url}/dicom-web/studies`, {
    method: "POST",
    headers: { cookie, "content-type": "application/dicom" },
    body: "x",
  });
  assert.equal(stow.status, 403);
});

test("signing in from another site is refused", async () => {
  const answer = await send(
    "POST",
    "/api/session",
    { login: "x", password: "y" },
    { origin: "https://elsewhere.example" },
  );
  assert.equal(answer.status, 403);
});

test("a bearer token needs no X-Willis; a revoked, an expired or an invented one is nobody", async () => {
  const { pool } = willis.services;
  const status = async (token: string) => (await get("/api/session", { authorization: `Bearer ${token}` })).status;
  const good = await createApiToken(pool, willis.people.spoke, {});
  assert.equal(await status(good.token), 200);
  const made = await send("POST", "/api/cases", { kind: "stroke" }, { authorization: `Bearer ${good.token}` });
  assert.equal(made.status, 201);
  await revokeApiToken(pool, good.id);
  assert.equal(await status(good.token), 401);
  const old = await createApiToken(pool, willis.people.spoke, { expiresAt: new Date(Date.now() - 1000) });
  assert.equal(await status(old.token), 401);
  assert.equal(await status("willis_inventedinventedinventedinvented"), 401);
});

test("a bad bearer token is not saved by a good cookie", async () => {
  const cookie = await cookieOf(willis.people.spoke);
  assert.equal(
    (await get("/api/session", { cookie, authorization: "Bearer willis_nonsensenonsensenonsense" })).status,
    401,
  );
});

test("signing out, and being disabled, end the access at once", async () => {
  const cookie = await cookieOf(willis.people.spoke);
  assert.equal((await get("/api/session", { cookie })).status, 200);
  assert.equal((await send("DELETE", "/api/session", {}, { cookie, "x-willis": "1" })).status, 204);
  assert.equal((await get("/api/session", { cookie })).status, 401);
  const { pool } = willis.services;
  const fields = {
    login: "leaver",
    name: "Dr Leaver",
    role: "fellow",
    organisationId: willis.organisations.Hub,
  } as const;
  const leaver = await createPerson(pool, fields);
  const [session, { token }] = [await cookieOf(leaver.id), await createApiToken(pool, leaver.id, {})];
  await disablePerson(pool, leaver.id);
  assert.equal((await get("/api/session", { cookie: session })).status, 401);
  assert.equal((await get("/api/session", { authorization: `Bearer ${token}` })).status, 401);
});

test("a password is set once signed in, signs in, and takes the old one to change; other sessions end", async () => {
  const { pool } = willis.services;
  const fields = {
    login: "setter",
    name: "Dr Setter",
    role: "fellow",
    organisationId: willis.organisations.Hub,
  } as const;
  const person = await createPerson(pool, fields);
  const cookie = await cookieOf(person.id);
  const put = (body: object, by: string) => send("PUT", "/api/session/password", body, { cookie: by, "x-willis": "1" });
  assert.equal((await put({ password: "short" }, cookie)).status, 400);
  assert.equal((await put({ password: "four words in rows" }, cookie)).status, 204);
  const signedIn = await send("POST", "/api/session", { login: "SETTER", password: "four words in rows" });
  assert.equal(signedIn.status, 200);
  const second = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  assert.equal((await put({ password: "another long one" }, second)).status, 403);
  assert.equal((await put({ current: "four words in rows", password: "another long one" }, second)).status, 204);
  assert.equal((await get("/api/session", { cookie })).status, 401);
  assert.equal((await send("POST", "/api/session", { login: "setter", password: "four words in rows" })).status, 401);
});

test("after eight wrong passwords for a login the ninth try waits, told for how long, and a known login looks like an unknown", async () => {
  for (const login of ["hub", "nobody-here"]) {
    const answers: Response[] = [];
    for (let i = 0; i < 9; i++)
      answers.push(await send("POST", "/api/session", { login, password: "wrong wrong wrong" }));
    assert.deepEqual(
      answers.map((one) => one.status),
      [...Array(8).fill(401), 429],
    );
    assert.ok(Number(answers[8]!.headers.get("retry-after")) > 0);
    const details = await Promise.all(answers.slice(0, 8).map((one) => one.json() as Promise<{ detail: string }>));
    assert.equal(new Set(details.map((one) => one.detail)).size, 1);
  }
});

test("every answer carries the content security policy and is kept by no cache unless its route says so", async () => {
  for (const path of ["/healthz", "/api/session", "/nowhere", "/api/cases/x"]) {
    const answer = await get(path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
      assert.ok(policy.includes(part), `${path}: ${part}`);
    }
    assert.doesNotMatch(policy, /script-src[^;]*'unsafe-(inline|eval)'/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  }
  assert.equal((await get("/api/session")).headers.get("cache-control"), "no-store");
});

test("an app with a route that does not say who may use it does not start", async () => {
  const app = buildApp(willis.services, { routes: [] });
  assert.throws(() => app.get("/forgotten", () => "x"), /does not say who may use it/);
  await app.close();
});

test("a body that is too long, not JSON, of another type or with an unknown field is refused in words", async () => {
  const authorization = `Bearer ${await willis.token("spoke")}`;
  const post = (body: string, type = "application/json") =>
    fetch(`${willis.url}/api/cases`, { method: "POST", headers: { authorization, "content-type": type }, body });
  assert.equal((await post(`{"kind":"stroke","question":"${"x".repeat(1_100_000)}"}`)).status, 413);
  assert.equal((await post("{")).status, 400);
  assert.equal((await post("kind=stroke", "application/x-www-form-urlencoded")).status, 415);
  const unknown = await post('{"kind":"stroke","status":"accepted"}');
  assert.equal(unknown.status, 400);
  assert.match(unknown.headers.get("content-type") ?? "", /problem\+json/);
  assert.equal((await post('{"kind":"stroke","__proto__":{"x":1}}')).status, 400);
});

test("an address that no database can hold leaves its audit row, and holds up none behind it", async () => {
  const refused = [
    await willis.as("hub", "/dicom-web/studies/%00"),
    await willis.as("hub", "/dicom-web/studies/1.2.0.9"),
  ];
  for (const { status } of refused) assert.ok(status === 400 || status === 404, String(status));
  const { pool } = willis.services;
  const kept = async () =>
    (await pool.query("select object_id from audit where object_id in ('\uFFFD', '1.2.0.9') order by id")).rows;
  for (let i = 0; i < 50 && (await kept()).length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await kept(), [{ object_id: "\uFFFD" }, { object_id: "1.2.0.9" }]);
});
