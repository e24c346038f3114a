import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { keySetAt, wrongKeySet, wrongKeysUrl } from "./key-sets.ts";

test("keys are read over https, or over http from this machine alone", () => {
  for (const good of [
    "https://ehr.example/jwks.json",
    "http://localhost:1/x",
    "http://127.0.0.1/x",
    "http://[::1]:9/x",
  ])
    assert.equal(wrongKeysUrl(good), null, good);
  for (const bad of [
    "http://ehr.example/jwks.json",
    "http://169.254.169.254/",
    "http://localhost.evil.example/",
    "file:///etc/passwd",
    "https://name:word@ehr.example/",
    "data:application/json,{}",
    "jwks",
  ])
    assert.ok(wrongKeysUrl(bad), bad);
});

test("a set of keys has keys, and no private or shared one", () => {
  assert.equal(wrongKeySet({ keys: [{ kty: "RSA", n: "x", e: "AQAB" }] }), null);
  for (const bad of [
    null,
    {},
    [],
    { keys: [] },
    { keys: [1] },
    { keys: [{ kty: "EC", d: "x" }] },
    { keys: [{ kty: "oct", k: "x" }] },
  ])
    assert.ok(wrongKeySet(bad), JSON.stringify(bad));
});

test("keys are kept ten minutes; asked for anew they are read again after a minute, after a failure after ten seconds", async (t) => {
  let calls = 0;
  let status = 200;
  const server = createServer((_, reply) => {
    calls++;
    reply.writeHead(status).end(JSON.stringify({ keys: [{ kty: "RSA", kid: String(calls) }] }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let time = performance.now();
  t.mock.method(performance, "now", () => time);
  const kid = async (anew = false) => (await keySetAt(url, anew)).keys[0]!.kid;
  assert.equal(await kid(), "1");
  time += 59_000;
  assert.equal(await kid(true), "1");
  time += 2000;
  assert.equal(await kid(), "1");
  assert.equal(await kid(true), "2");
  time += 601_000;
  assert.equal(await kid(), "3");
  status = 500;
  time += 601_000;
  await assert.rejects(kid(), /answers 500/);
  await assert.rejects(kid(), /answers 500/);
  assert.equal(calls, 4, "a failure is not tried again at once");
  status = 200;
  time += 11_000;
  assert.equal(await kid(), "5");
});
