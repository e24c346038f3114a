import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { uniform } from "../../src/core/random.ts";
import { buildWeb } from "../../src/server/web-build.ts";
import { type OneServer, oneServer } from "../chaos/one-server.ts";
import { ctStack, stowBody } from "../conformance/images.ts";
import { type HttpMutant, jsonBody, multipartBody, query, xmlBody } from "./http-mutants.ts";
import { slowMs } from "./patience.ts";

/** WILLIS_FUZZ_HTTP=4000 makes the long run; WILLIS_FUZZ_SEED another one; a failure names seed, kind and number. */
const SEED = Number(process.env.WILLIS_FUZZ_SEED || 1);
const MUTANTS = Number(process.env.WILLIS_FUZZ_HTTP || 300);
const MOST_MB = 1200;
/** What the standard names for these services (PS3.18 tables 8.5-1, 8.3.4-1, 10.5.3-1, 10.6.3-1). */
const STATUSES = new Set([200, 202, 204, 400, 404, 405, 406, 409, 411, 413, 414, 415, 431]);

let folder = "";
let server: OneServer;
before(async () => {
  await buildWeb(() => {});
  folder = await mkdtemp(join(tmpdir(), "willis-http-"));
  await chmod(folder, 0o755);
  server = await oneServer(join(folder, "home"));
  await server.start();
  const { body, headers } = stowBody(ctStack("http-fuzz", 3, 32).files);
  await ask({ way: "", method: "POST", path: "/dicom-web/studies", headers, body });
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(one: HttpMutant): Promise<{ status: number; ms: number; text: string }> {
  const began = performance.now();
  const answer = await fetch(server.url + one.path, {
    method: one.method,
    headers: { ...one.headers, authorization: `Bearer ${server.token}` },
    ...(one.body ? { body: Buffer.from(one.body) } : {}),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  return { status: answer.status, ms: performance.now() - began, text };
}

for (const [name, make] of Object.entries({ query, jsonBody, xmlBody, multipartBody }))
  test(`${name}: requests that are wrong get an answer of the standard, at once`, async (t) => {
    const { pid } = server;
    const counts = new Map<string, number>();
    const times: number[] = [];
    for (let n = 0; n < MUTANTS / 4; n++) {
      const one = make(uniform((SEED * 7_368_787 + n * 15_485_863 + 3) >>> 0));
      const which = `seed ${SEED}, ${name} ${n} (${one.way}: ${one.method} ${one.path.slice(0, 300)})`;
      let answer = await ask(one).catch((error) => assert.fail(`${which}: ${error}`));
      if (answer.ms > slowMs()) answer = await ask(one);
      assert.ok(answer.ms <= slowMs(), `${which}: ${Math.round(answer.ms)} ms`);
      assert.ok(STATUSES.has(answer.status), `${which}: ${answer.status} ${answer.text.slice(0, 300)}`);
      // a refusal says why: problem+json, or reasons for each object
      if (answer.status >= 400) assert.match(answer.text, /"detail":"(\\.|[^"]){5,}|00081197/, which);
      times.push(answer.ms);
      counts.set(`${answer.status}`, (counts.get(`${answer.status}`) ?? 0) + 1);
    }
    assert.equal(server.pid, pid);
    assert.doesNotThrow(() => process.kill(pid!, 0), "the server lives");
    const peak = await server.peakMb();
    assert.ok(peak < MOST_MB, `${peak} MB`);
    const statuses = [...counts].sort().map(([status, n]) => `${status}: ${n}`);
    t.diagnostic(
      `seed ${SEED}, ${times.length} requests; ${statuses.join(", ")}; slowest ${Math.round(Math.max(...times))} ms, peak ${Math.round(peak)} MB`,
    );
  });

test("the server stores and finds as before", async () => {
  const { body, headers } = stowBody(ctStack("http-fuzz-after", 2, 32).files);
  const stored = await ask({ way: "", method: "POST", path: "/dicom-web/studies", headers, body });
  assert.equal(stored.status, 200, stored.text);
  const found = await ask({
    way: "",
    method: "GET",
    path: "/dicom-web/studies?PatientID=ID-http-fuzz-after",
    headers: {},
    body: null,
  });
  assert.equal(JSON.parse(found.text).length, 1);
});
