import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { addClient, removeClient } from "../../src/server/db/cds/clients.ts";
import { AUDIENCE, asked, type Ehr, ISSUER, startEhr, whole } from "./cds-ehr.ts";

let ehr: Ehr;
let willis: Ehr["willis"];
before(async () => {
  ehr = await startEhr();
  willis = ehr.willis;
});
after(() => willis?.stop());
const call: Ehr["call"] = (...given) => ehr.call(...given);
const cardsOf: Ehr["cardsOf"] = (...given) => ehr.cardsOf(...given);
const token: Ehr["token"] = (...given) => ehr.token(...given);

test("every call leaves an audit row with the client, allowed or refused", async () => {
  const { pool } = willis.services;
  const start = new Date();
  await cardsOf(asked(whole([])));
  await call(
    "/cds-services/willis-patient-view",
    asked(whole([])),
    await token({ key: (await generateKeyPair("ES384")).privateKey }),
  );
  for (let k = 0; k < 200; k++) {
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
    ["signed by another key", await token({ key: (await generateKeyPair("ES384")).privateKey }), /signature/],
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

test("each of the four algorithms is taken; a key that is no key refuses and breaks nothing", async () => {
  const { pool } = willis.services;
  const fields = { organisationId: willis.organisations.Hub, name: "More", audience: AUDIENCE, jwksUrl: null };
  for (const alg of ["ES384", "RS384", "ES256", "RS256"]) {
    const pair = await generateKeyPair(alg, { extractable: true });
    const iss = `https://${alg}.example`;
    const key = { ...(await exportJWK(pair.publicKey)), kid: "k1", alg };
    await addClient(pool, { ...fields, issuer: iss, jwks: { keys: [key] } });
    const answer = await call(
      "/cds-services",
      undefined,
      await token({ claims: { iss }, header: { alg }, key: pair.privateKey }),
    );
    assert.equal(answer.status, 200, alg);
  }
  const iss = "https://broken.example";
  const jwks = { keys: [{ kty: "EC", crv: "P-384", x: "AA", y: "AA", kid: "k1", alg: "ES384" }] };
  await addClient(pool, { ...fields, issuer: iss, jwks });
  const refused = await call("/cds-services", undefined, await token({ claims: { iss } }));
  assert.equal(refused.status, 401);
  assert.match(await refused.text(), /cannot be checked/);
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
