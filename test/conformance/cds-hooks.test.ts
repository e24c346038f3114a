import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { addClient, removeClient } from "../../src/server/db/cds/clients.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { checkAnswer, checkDiscovery } from "./cds-shape.ts";

const AUDIENCE = "https://willis.example/cds-services";
const ISSUER = "https://ehr.example";
let willis: TestWillis;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let other: Awaited<ReturnType<typeof generateKeyPair>>;

before(async () => {
  willis = await startWillis();
  keys = await generateKeyPair("ES384", { extractable: true });
  other = await generateKeyPair("ES384", { extractable: true });
  await addClient(willis.services.pool, {
    organisationId: willis.organisations.Hub,
    name: "Test EHR",
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: null,
    jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "ES384", use: "sig" }] },
  });
});
after(() => willis?.stop());

interface Token {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: CryptoKey;
  readonly leave?: string;
}

/** A token as an EHR signs it, with what a test changes. */
async function token({ claims = {}, header = {}, key = keys.privateKey, leave }: Token = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all: JWTPayload = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 300, jti: randomUUID(), ...claims };
  if (leave) delete all[leave];
  return new SignJWT(all).setProtectedHeader({ alg: "ES384", typ: "JWT", kid: "k1", ...header }).sign(key);
}

async function call(path: string, body?: unknown, bearer?: string): Promise<Response> {
  return fetch(willis.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${bearer ?? (await token())}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const patient = { resourceType: "Patient", id: "p1", birthDate: `${new Date().getUTCFullYear() - 71}-01-01` };
const bundle = (...resources: object[]) => ({
  resourceType: "Bundle",
  type: "searchset",
  entry: resources.map((resource) => ({ resource })),
});
let ids = 0;
const observation = (system: string, code: string, value: object, at = ago(0.5)) => ({
  resourceType: "Observation",
  id: `o${ids++}`,
  status: "final",
  subject: { reference: "Patient/p1" },
  effectiveDateTime: at,
  code: { coding: [{ system, code }] },
  ...value,
});
const own = (field: string, value: object) => observation("urn:willis:field", field, value);
const condition = (code: string) => ({
  resourceType: "Condition",
  id: "c1",
  clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] },
  verificationStatus: {
    coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-ver-status", code: "confirmed" }],
  },
  subject: { reference: "Patient/p1" },
  onsetDateTime: ago(3),
  code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code }] },
});
const strokeFacts = [
  observation("http://loinc.org", "72089-6", { valueInteger: 15 }),
  own("occlusion_site", { valueString: "M1" }),
  own("time_lkw_h", { valueDateTime: ago(3) }),
  own("aspects", { valueInteger: 9 }),
  own("prestroke_mrs", { valueInteger: 0 }),
];
const whole = (observations: object[], conditions: object[] = [condition("I63.511")]) => ({
  patient,
  conditions: bundle(...conditions),
  observations: bundle(...observations),
  medicationRequests: bundle(),
  medicationStatements: null,
});
const asked = (prefetch: object, rest: object = {}, context: object = {}) => ({
  hook: "patient-view",
  hookInstance: randomUUID(),
  fhirServer: "http://169.254.169.254/never-called",
  context: { userId: "Practitioner/1", patientId: "p1", ...context },
  prefetch,
  ...rest,
});

interface Card {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
  readonly source: { label: string; url: string; topic: { code: string } };
  readonly links: { url: string }[];
  readonly overrideReasons?: { code: string; system: string; display: string }[];
}
interface Answer {
  readonly cards: Card[];
  readonly extension: Record<string, { field: string; why: string }[]>;
}

async function cardsOf(body: object, service = "willis-patient-view"): Promise<Answer> {
  const answer = await call(`/cds-services/${service}`, body);
  const value = (await answer.json()) as Answer;
  assert.equal(answer.status, 200, JSON.stringify(value));
  checkAnswer(value);
  return value;
}

test("the discovery document is that of CDS Hooks 2.0, with templates a client can fill", async () => {
  const answer = await call("/cds-services");
  assert.equal(answer.status, 200);
  const document = (await answer.json()) as { services: { id: string; hook: string }[] };
  checkDiscovery(document);
  assert.deepEqual(
    document.services.map(({ hook }) => hook),
    ["patient-view", "order-select", "order-sign"],
  );
});

test("a stroke within the window: thrombectomy with grade, citation, reasons to override and a page in the library", async () => {
  const { cards } = await cardsOf(asked(whole(strokeFacts)));
  const card = cards.find(({ summary }) => summary.startsWith("Mechanical thrombectomy: AHA/ASA 2026: 1"));
  assert.ok(card, cards.map(({ summary }) => summary).join("\n"));
  assert.match(card.detail, /10\.1161\/STR/);
  assert.match(card.detail, /NIHSS 15/);
  assert.match(card.detail, /lapses 20\d\d/);
  assert.equal(card.source.url, "https://willis.example/know/recommendation/ais26-evt-01");
  assert.ok(card.overrideReasons!.length >= 5);
  for (const { detail, indicator } of cards) {
    assert.match(detail, /not a medical device/);
    assert.notEqual(indicator, "critical");
  }
  assert.ok(cards.length <= 7);
  for (const url of cards.flatMap((one) => [one.source.url, ...one.links.map((link) => link.url)])) {
    const page = await willis.as(
      "hub",
      new URL(url).pathname.replace(/^\/know\/recommendation/, "/api/knowledge/recommendations"),
    );
    assert.ok(page.status === 200 || new URL(url).pathname === "/know", url);
  }
});

test("what is missing is said; nothing is advised, and no card comes from what does not apply", async () => {
  const { cards } = await cardsOf(asked(whole([])));
  const last = cards.at(-1)!;
  assert.match(last.summary, /^Cannot determine: \d+ more; missing .*Last known well/);
  assert.match(last.detail, /cannot determine Mechanical thrombectomy/);
  assert.ok(!cards.some(({ summary }) => summary.includes("thrombectomy:")));
  const late = [...strokeFacts.slice(0, 2), own("time_lkw_h", { valueDateTime: ago(30) }), ...strokeFacts.slice(3)];
  const { cards: after } = await cardsOf(asked(whole(late)));
  assert.ok(!after.some(({ summary }) => /^Mechanical thrombectomy/.test(summary)));
  for (const { summary, detail } of after)
    assert.ok(!/harm/i.test(`${summary}${detail}`.replaceAll("not thereby harmful", "")));
});

test("a wrong unit is refused field by field and named in a card and in the answer", async () => {
  const wrong = observation("http://loinc.org", "8480-6", {
    valueQuantity: { value: 18, unit: "cm", system: "http://unitsofmeasure.org", code: "cm" },
  });
  const { cards, extension } = await cardsOf(asked(whole([...strokeFacts, wrong])));
  assert.ok(extension["org.willis.notRead"]!.some(({ field, why }) => field === "sbp_mmHg" && /"cm"/.test(why)));
  assert.match(cards.at(-1)!.detail, /Not used: Systolic blood pressure of Observation\/o\d+: its unit is "cm"/);
  assert.ok(cards.length > 1, "the rest is used");
});

test("a record without a diagnosis of ours gives no card; one that did not come whole says so", async () => {
  assert.deepEqual((await cardsOf(asked(whole([], [condition("J18.9")])))).cards, []);
  const { cards } = await cardsOf(asked({ patient }));
  assert.equal(cards.length, 1);
  assert.match(cards[0]!.summary, /^Cannot determine: .*the problem list was not sent/);
  const dead = whole(strokeFacts);
  assert.deepEqual((await cardsOf(asked({ ...dead, patient: { ...patient, deceasedBoolean: true } }))).cards, []);
});

test("words of the record never become links, tags or emphasis of a card", async () => {
  const evil = own("occlusion_site", { valueString: "[M1](https://evil.example) <img src=x> **now**" });
  const { cards } = await cardsOf(asked(whole([evil])));
  const all = cards.map(({ detail }) => detail).join("\n");
  assert.match(all, /Not used: Occlusion site/);
  assert.ok(!/[^\\]\]\(|[^\\]<img|[^\\*]\*\*now/.test(all), all);
});

test("orders: thrombolysis that is selected or signed brings what bears on it, and nothing else", async () => {
  const draft = (id: string, code: string) => ({
    resourceType: "MedicationRequest",
    id,
    status: "draft",
    intent: "order",
    subject: { reference: "Patient/p1" },
    medicationCodeableConcept: { coding: [{ system: "http://www.whocc.no/atc", code }] },
  });
  const draftOrders = bundle(draft("r1", "B01AD02"), draft("r2", "N02BE01"));
  const prefetch = whole([...strokeFacts, own("deficit_disabling", { valueBoolean: false })]);
  const sign = (of: object, hook = "order-sign") => asked(prefetch, { hook }, of);
  const { cards } = await cardsOf(sign({ draftOrders }), "willis-order-sign");
  assert.match(cards[0]!.summary, /^Against Intravenous thrombolysis: AHA\/ASA 2026: 3: No Benefit/);
  assert.equal(cards[0]!.indicator, "warning", "what speaks against stands first");
  assert.ok(cards.some(({ summary }) => summary.startsWith("Blood pressure before thrombolysis")));
  assert.ok(!cards.some(({ summary }) => /^Mechanical thrombectomy/.test(summary)), "thrombectomy was not ordered");
  const selected = (selections: string[]) =>
    cardsOf(sign({ draftOrders, selections }, "order-select"), "willis-order-select");
  assert.ok((await selected(["MedicationRequest/r1"])).cards.length > 0);
  assert.deepEqual((await selected(["MedicationRequest/r2"])).cards, []);
  for (const [body, status] of [
    [sign({}), 400],
    [sign({ draftOrders }, "patient-view"), 400],
    [sign({ draftOrders: { resourceType: "Patient" } }), 400],
  ] as const)
    assert.equal((await call("/cds-services/willis-order-sign", body)).status, status);
});

test("lapsed packs give no advice", async () => {
  const { services } = willis;
  const { now } = services;
  try {
    Object.assign(services, { now: () => new Date("2031-01-01T00:00:00Z") });
    const at = Math.floor(Date.parse("2031-01-01T00:00:00Z") / 1000);
    const bearer = await token({ claims: { iat: at, exp: at + 60 } });
    const facts = strokeFacts.map((one) => ({ ...one, effectiveDateTime: "2030-12-31T23:30:00Z" }));
    const body = asked(whole(facts, [{ ...condition("I63.9"), onsetDateTime: "2030-12-31T22:00:00Z" }]));
    const answer = (await (await call("/cds-services/willis-patient-view", body, bearer)).json()) as Answer;
    checkAnswer(answer);
    assert.equal(answer.cards.length, 1);
    assert.match(answer.cards[0]!.detail, /Lapsed on 20\d\d-\d\d-\d\d, gives no advice: .*2026/);
    assert.ok(!answer.cards[0]!.overrideReasons);
  } finally {
    Object.assign(services, { now });
  }
});

test("without its Patient a call is answered 412, and what cannot be read 400, 404 or 413", async () => {
  const { patient: _, ...without } = whole(strokeFacts);
  const path = "/cds-services/willis-patient-view";
  const missing = await call(path, asked(without));
  assert.equal(missing.status, 412);
  assert.match(await missing.text(), /not in the prefetch/);
  assert.equal((await call(path, asked({ ...without, patient: { ...patient, id: "p2" } }))).status, 412);
  assert.equal((await call(path, { hook: "patient-view" })).status, 400);
  assert.equal((await call(path, asked(whole([]), { hookInstance: "1" }))).status, 400);
  assert.equal((await call("/cds-services/other", asked(whole([])))).status, 404);
  const large = asked({ ...whole([]), filling: "x".repeat(5 * 1024 * 1024) });
  assert.equal((await call(path, large)).status, 413);
});

test("feedback is kept with its card, once; on a card of others it is refused whole", async () => {
  const { cards } = await cardsOf(asked(whole(strokeFacts)));
  const [first, second] = cards as [Card, Card];
  const path = "/cds-services/willis-patient-view/feedback";
  const outcomeTimestamp = new Date().toISOString();
  const reason = first.overrideReasons![0]!;
  const feedback = [
    {
      card: first.uuid,
      outcome: "overridden",
      overrideReason: { reason, userComment: "Family asked." },
      outcomeTimestamp,
    },
    { card: second.uuid, outcome: "accepted", outcomeTimestamp },
  ];
  for (let k = 0; k < 2; k++) assert.equal((await call(path, { feedback })).status, 200);
  const { rows } = await willis.services.pool.query(
    `select card, outcome, reason, comment, c.recommendations from cds_feedback f join cds_card c on c.uuid = f.card
     where card = any($1) order by f.id`,
    [[first.uuid, second.uuid]],
  );
  assert.deepEqual(
    rows.map(({ card, outcome, reason: why, comment }) => [card, outcome, why, comment]),
    [
      [first.uuid, "overridden", reason, "Family asked."],
      [second.uuid, "accepted", null, ""],
    ],
  );
  assert.match(rows[0].recommendations[0].hash, /^sha256:[0-9a-f]{64}$/);
  const kept = JSON.stringify((await willis.services.pool.query("select * from cds_card")).rows);
  assert.ok(!kept.includes("p1") && !kept.includes("NIHSS"), "no patient and no value is kept");
  const strange = [
    { card: first.uuid, outcome: "accepted", outcomeTimestamp: ago(0) },
    { card: randomUUID(), outcome: "accepted", outcomeTimestamp },
  ];
  const refused = await call(path, { feedback: strange });
  assert.equal(refused.status, 404);
  assert.equal((await call("/cds-services/willis-order-sign/feedback", { feedback })).status, 404);
  const count = await willis.services.pool.query("select count(*) from cds_feedback where card = $1", [first.uuid]);
  assert.equal(count.rows[0].count, 1);
  for (const wrong of [
    { card: first.uuid, outcome: "ignored", outcomeTimestamp },
    { card: first.uuid, outcome: "accepted", outcomeTimestamp: "yesterday" },
    { card: "1", outcome: "accepted", outcomeTimestamp },
  ])
    assert.equal((await call(path, { feedback: [wrong] })).status, 400);
  const seen = await willis.as("admin", "/api/cds-feedback");
  assert.equal(((await seen.json()) as { feedback: { client: string }[] }).feedback[0]!.client, "Test EHR");
});

test("every call leaves an audit row with the client, allowed or refused", async () => {
  const { pool } = willis.services;
  const start = new Date();
  await cardsOf(asked(whole([])));
  await call("/cds-services/willis-patient-view", asked(whole([])), await token({ key: other.privateKey }));
  for (let k = 0; k < 50; k++) {
    const { rows } = await pool.query(
      "select outcome, status, object_id, organisation_id from audit where at >= $1 and object_kind = 'cds-client' order by at, id",
      [start],
    );
    if (rows.length < 2) {
      await new Promise((done) => setTimeout(done, 50));
      continue;
    }
    const { rows: client } = await pool.query("select id from cds_client where issuer = $1", [ISSUER]);
    assert.deepEqual(rows[0], {
      outcome: "allowed",
      status: 200,
      object_id: client[0].id,
      organisation_id: willis.organisations.Hub,
    });
    assert.deepEqual([rows[1].outcome, rows[1].status], ["refused", 401]);
    return;
  }
  assert.fail("the audit rows did not come");
});

test("a token is taken once, from a known issuer, signed by its key, for this address, in time", async () => {
  const now = Math.floor(Date.now() / 1000);
  const used = await token();
  assert.equal((await call("/cds-services", undefined, used)).status, 200);
  const secret = new TextEncoder().encode("a secret that both sides know, 32 bytes long at least");
  const hs = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, jti: "x" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: "k1" })
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(secret);
  const [head, payload] = (await token()).split(".") as [string, string];
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT", kid: "k1" })).toString("base64url");
  const wrong: [string, string, RegExp][] = [
    ["used twice", used, /used before/],
    ["no JWT", "x".repeat(40), /JWT/],
    ["an API token of a person", await willis.token("admin"), /JWT/],
    ["expired", await token({ claims: { iat: now - 400, exp: now - 100 } }), /expired/],
    ["made long ago", await token({ claims: { iat: now - 2000, exp: now + 300 } }), /expired|15 minutes/],
    ["made in the future", await token({ claims: { iat: now + 2000, exp: now + 3000 } }), /"iat"/],
    ["of another issuer", await token({ claims: { iss: "https://evil.example" } }), /issuer/],
    ["for another server", await token({ claims: { aud: "https://other.example/cds-services" } }), /"aud"/],
    ["for another service", await token({ claims: { aud: `${AUDIENCE}/willis-order-sign` } }), /"aud"/],
    ["signed by another key", await token({ key: other.privateKey }), /signature/],
    ["with an unknown kid", await token({ header: { kid: "k2" } }), /kid/],
    ["of another type", await token({ header: { typ: "at+jwt" } }), /"typ"/],
    ["of a shared secret", hs, /signed with/],
    ["of no algorithm", `${none}.${payload}.x`, /signed with|JWT/],
    [
      "with a changed payload",
      `${head}.${Buffer.from('{"iss":"https://ehr.example","aud":"x"}').toString("base64url")}.AAAA`,
      /not accepted/,
    ],
    ...(await Promise.all(
      ["iss", "aud", "exp", "iat", "jti"].map(
        async (leave) => [`without ${leave}`, await token({ leave }), /not accepted/] as [string, string, RegExp],
      ),
    )),
    ["with an empty jti", await token({ claims: { jti: "" } }), /jti/],
  ];
  for (const [name, bearer, words] of wrong) {
    const answer = await call("/cds-services", undefined, bearer);
    assert.equal(answer.status, 401, name);
    assert.match(answer.headers.get("content-type") ?? "", /problem\+json/);
    assert.match(((await answer.json()) as { detail: string }).detail, words, name);
  }
  assert.equal((await fetch(`${willis.url}/cds-services`)).status, 401);
  const own = await token({ claims: { aud: [`${AUDIENCE}/willis-patient-view`] } });
  assert.equal((await call("/cds-services/willis-patient-view", asked(whole([])), own)).status, 200);
  const together = await token();
  const race = await Promise.all(Array.from({ length: 6 }, () => call("/cds-services", undefined, together)));
  assert.equal(race.filter(({ status }) => status === 200).length, 1, "of six at once one is let in");
});

test("the interface description has the services, with the token that they ask for", async () => {
  const { paths } = (await (await willis.as(null, "/api/openapi.json")).json()) as {
    paths: Record<string, Record<string, { security: object[]; summary: string }>>;
  };
  assert.deepEqual(paths["/cds-services"]!.get!.security, [{ cdsClient: [] }]);
  for (const path of ["/cds-services/{service}", "/cds-services/{service}/feedback"])
    assert.match(paths[path]!.post!.summary, /CDS Hooks 2\.0/);
});

test("a diagnosis alone opens its treatments: everything is missing, and that is said", async () => {
  const { cards } = await cardsOf(asked(whole([], [condition("I65.21")])));
  assert.equal(cards.length, 1);
  assert.match(cards[0]!.summary, /^Cannot determine: \d+ more; missing .*Carotid/);
  assert.match(cards[0]!.detail, /cannot determine Carotid endarterectomy/);
});

test("a page on a named other origin may call; on any other it may not", async () => {
  const { buildApp } = await import("../../src/server/http/app.ts");
  const app = buildApp(willis.services, { corsOrigins: ["https://sandbox.example"] });
  const preflight = (origin: string) =>
    app.inject({
      method: "OPTIONS",
      url: "/cds-services/willis-patient-view",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
  const allowed = await preflight("https://sandbox.example");
  assert.equal(allowed.statusCode, 204);
  assert.equal(allowed.headers["access-control-allow-origin"], "https://sandbox.example");
  assert.match(String(allowed.headers["access-control-allow-headers"]), /authorization/);
  assert.match(String(allowed.headers["access-control-allow-methods"]), /POST/);
  assert.equal(allowed.headers["access-control-allow-credentials"], undefined);
  assert.equal((await preflight("https://evil.example")).headers["access-control-allow-origin"], undefined);
  await app.close();
});

test("keys at an address: read from there alone, and kept; a token names no address", async () => {
  const rsa = await generateKeyPair("RS384", { extractable: true, modulusLength: 2048 });
  const elsewhere: string[] = [];
  let calls = 0;
  let mode: "keys" | "redirect" | "large" | "rubbish" = "keys";
  const publicKey = { ...(await exportJWK(rsa.publicKey)), kid: "r1", alg: "RS384" };
  const server: Server = createServer((request, reply) => {
    if (request.url?.split("?")[0] !== "/jwks.json") {
      elsewhere.push(request.url ?? "");
      return reply.end("{}");
    }
    calls++;
    if (mode === "redirect") return reply.writeHead(302, { location: "/elsewhere" }).end();
    if (mode === "large") return reply.end(`{"keys":[${" ".repeat(400_000)}]}`);
    return reply.end(mode === "rubbish" ? "<html>" : JSON.stringify({ keys: [publicKey] }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const { pool } = willis.services;
  const client = async (query: string): Promise<string> => {
    const issuer = `https://rsa.example/${randomUUID()}`;
    const fields = { organisationId: willis.organisations.Hub, name: "RSA", issuer, audience: AUDIENCE, jwks: null };
    await addClient(pool, { ...fields, jwksUrl: `http://127.0.0.1:${port}/${query}` });
    return issuer;
  };
  const signed = (iss: string, header: object = {}) =>
    token({ claims: { iss }, header: { alg: "RS384", kid: "r1", ...header }, key: rsa.privateKey });
  try {
    const issuer = await client("jwks.json");
    for (let k = 0; k < 3; k++)
      assert.equal((await call("/cds-services", undefined, await signed(issuer))).status, 200);
    assert.equal(calls, 1, "kept between calls");
    assert.equal((await call("/cds-services", undefined, await signed(issuer, { kid: "r9" }))).status, 401);
    assert.equal(calls, 1, "an unknown kid causes no call so soon");
    const jku = `http://127.0.0.1:${port}/mine.json`;
    assert.equal((await call("/cds-services", undefined, await signed(issuer, { jku }))).status, 401);
    assert.deepEqual(elsewhere, [], "the address that the token names is never called");
    assert.ok(await removeClient(pool, issuer));
    assert.equal((await call("/cds-services", undefined, await signed(issuer))).status, 401, "removed");
    for (const [next, words] of [
      ["redirect", /answers 302/],
      ["large", /longer than/],
      ["rubbish", /no JSON/],
    ] as const) {
      mode = next;
      const url = `http://localhost:${port}/jwks.json?${next}`;
      const strange = `https://rsa.example/${next}`;
      const fields = {
        organisationId: willis.organisations.Hub,
        name: "RSA",
        issuer: strange,
        audience: AUDIENCE,
        jwks: null,
      };
      await addClient(pool, { ...fields, jwksUrl: url });
      const answer = await call("/cds-services", undefined, await signed(strange));
      assert.equal(answer.status, 503, next);
      assert.match(await answer.text(), words);
    }
    assert.deepEqual(
      elsewhere.filter((path) => path === "/elsewhere"),
      [],
      "a redirect is not followed",
    );
  } finally {
    server.close();
  }
});
