import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Login, startWillis, type TestWillis } from "../../../test/harness.ts";
import type { PackKey, PackList } from "../../cases/pack-views.ts";
import { makeKeys, signPack } from "../pack-signature.ts";
import { filesOfPack, loadPack, PACKS_DIR } from "../packs.ts";
import { ROOT } from "../services.ts";

const ID = "aha-ais-2026";
let willis: TestWillis;
let work: string;
before(async () => {
  work = mkdtempSync(join(tmpdir(), "willis-packs-"));
  willis = await startWillis();
});
after(async () => {
  await willis?.stop();
  rmSync(work, { recursive: true, force: true });
});

async function call<T>(login: Login, method: string, path: string, body?: object): Promise<{ status: number; is: T }> {
  const answer = await willis.as(login, path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, is: (text ? JSON.parse(text) : null) as T };
}

/** A copy of the pack with NIHSS of at least 8 for 6 in one recommendation and its vignettes, under a new version. */
function changed(name: string, version: string, strip = false): string {
  const folder = join(work, name);
  cpSync(join(PACKS_DIR, ID), folder, { recursive: true });
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
  edit("pack.json", (text) => text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  if (strip) edit("vignettes.json", (text) => text.replace('"expected": "applies"', '"expected": "doesNotApply"'));
  return folder;
}

const body = (folder: string, more: object = {}) => ({ files: filesOfPack(folder), why: "A test", ...more });
const inForce = () => willis.services.packs.find((pack) => pack.id === ID);

test("a pack is put in force while the server runs, by who may, signed or with a reason that is kept", async () => {
  const folder = changed("unsigned", "2026.2");
  const unsigned = await call<{ detail: string }>("admin", "POST", "/api/packs", body(folder));
  assert.equal(unsigned.status, 403);
  assert.match(unsigned.is.detail, /no signature.json.*Add the key of its author, or say why/);
  assert.equal((await call("hub", "POST", "/api/packs", body(folder))).status, 403, "no administrator");
  const before = inForce()!.version;
  const unsignedBecause = "written by our own steward, the key comes next week";
  const done = await call("admin", "POST", "/api/packs", body(folder, { unsignedBecause }));
  assert.equal(done.status, 201);
  assert.equal(inForce()!.version, "2026.2");
  const again = await call<{ changed: boolean }>("admin", "POST", "/api/packs", body(folder, { unsignedBecause }));
  assert.deepEqual([again.status, again.is.changed], [200, false]);
  const { is } = await call<PackList>("admin", "GET", "/api/packs");
  const listed = is.packs.find((pack) => pack.id === ID)!;
  if (listed.from === "with Willis") assert.fail("it was installed");
  assert.equal(listed.from.by, "Dr admin");
  assert.equal(listed.from.signature.acceptedBecause, unsignedBecause);
  assert.equal(listed.shipped!.version, before);
  assert.equal(is.log.length, 1);
  const known = await call<{ packs: { id: string; version: string }[] }>("spoke", "GET", "/api/knowledge/packs");
  assert.equal(known.is.packs.find((pack) => pack.id === ID)!.version, "2026.2");
});

test("a signature counts when its key is relied on; a wrong one is never taken, whatever the reason", async () => {
  const folder = changed("signed", "2026.3");
  const key = join(work, "author");
  const { keyId } = makeKeys(key);
  signPack(folder, loadPack(folder).hash, key);
  const signature = readFileSync(join(folder, "signature.json"), "utf8");
  const stranger = await call<{ detail: string }>("admin", "POST", "/api/packs", body(folder, { signature }));
  assert.equal(stranger.status, 403);
  assert.match(stranger.is.detail, /is not among those that you trust/);
  const name = "The author";
  const publicKey = readFileSync(`${key}.pub`, "utf8");
  assert.equal((await call("admin", "POST", "/api/pack-keys", { name, publicKey })).status, 201);
  assert.equal((await call("admin", "POST", "/api/pack-keys", { name, publicKey })).status, 409);
  const forged = JSON.stringify({ ...JSON.parse(signature), signature: Buffer.alloc(64, 7).toString("base64") });
  const because = { signature: forged, unsignedBecause: "never mind" };
  assert.equal((await call("admin", "POST", "/api/packs", body(folder, because))).status, 403);
  assert.equal((await call("admin", "POST", "/api/packs", body(folder, { signature }))).status, 201);
  assert.equal(inForce()!.version, "2026.3");

  assert.equal((await call("admin", "POST", `/api/pack-keys/${keyId}/revoke`, { why: "lost" })).status, 204);
  const { is } = await call<{ keys: PackKey[] }>("admin", "GET", "/api/pack-keys");
  assert.deepEqual([is.keys[0]!.revokedBy, is.keys[0]!.revokedWhy], ["Dr admin", "lost"]);
  const next = changed("next", "2026.4");
  signPack(next, loadPack(next).hash, key);
  const given = body(next, { signature: readFileSync(join(next, "signature.json"), "utf8") });
  assert.equal((await call("admin", "POST", "/api/packs", given)).status, 403);
});

test("another process installs and removes, and the running server hears of it", async () => {
  const folder = changed("elsewhere", "2026.5");
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "run.mjs"), "packs", ...args], {
      env: { ...process.env, WILLIS_HOME: willis.services.home },
      encoding: "utf8",
    });
  const done = run("install", folder, "--why", "By hand", "--unsigned", "our own", "--by", "admin");
  assert.equal(done.status, 0, done.stderr);
  await until(() => inForce()?.version === "2026.5");
  assert.match(run("list").stdout, /aha-ais-2026 +2026\.5 +in force until .* unsigned, .*: By hand/);
  assert.equal(run("remove", ID, "--why", "Not ours", "--by", "nobody").status, 1);
  const removed = run("remove", ID, "--why", "Not ours", "--by", "admin");
  assert.equal(removed.status, 0, removed.stderr);
  await until(() => inForce() === undefined);
  const { is } = await call<PackList>("admin", "GET", "/api/packs");
  const silent = is.silent.find((one) => one.pack === ID)!;
  assert.equal(silent.why, "Not ours");
  const back = await call("admin", "POST", `/api/pack-versions/${silent.shipped!.hash}/return`, { why: "Back" });
  assert.equal(back.status, 200);
  assert.equal(inForce()!.hash, silent.shipped!.hash);
  const bundle = join(work, "elsewhere.json");
  assert.equal(run("export", folder, "--fhir", "--out", bundle).status, 0);
  const given = run("install", bundle, "--why", "As FHIR", "--unsigned", "our own", "--by", "admin");
  assert.equal(given.status, 0, given.stderr);
  assert.match(given.stdout, /2026\.5 is in force.*\nIt replaces version/);
  await until(() => inForce()?.version === "2026.5");
  assert.equal(run("install", join(work, "no-such.json"), "--why", "x").status, 2);
});

async function until(is: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !is(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(is());
}

test("what is not well is refused with its reason, and nothing is in force of it", async () => {
  const was = inForce()!.hash;
  const refused = async (given: object, why: RegExp, status = 400) => {
    const answer = await call<{ detail: string }>("admin", "POST", "/api/packs", given);
    assert.equal(answer.status, status, answer.is.detail);
    assert.match(answer.is.detail, why);
    assert.equal(inForce()!.hash, was);
  };
  const files = filesOfPack(changed("bad", "2026.6"));
  const because = { why: "A test", unsignedBecause: "a test" };
  const withFile = (name: string, text: string) => ({ ...because, files: { ...files, [name]: text } });
  await refused(withFile("pack.json", "[".repeat(100_000)), /nested deeper/);
  await refused(withFile("pack.json", files["pack.json"]!.replace("{", '{"id": "x",')), /"id" occurs twice/);
  await refused(withFile("trials.json", "{"), /trials.json is not JSON/);
  await refused(withFile("other.json", "{}"), /"other.json" is no file of a pack/);
  await refused({ ...because, files: { "pack.json": files["pack.json"] } }, /recommendations.json is missing/);
  await refused(body(changed("failing", "2026.7", true), because), /its vignettes fail: .* vignette of/);
  const twin = files["pack.json"]!.replace(`"id": "${ID}"`, '"id": "twin-2026"');
  await refused(withFile("pack.json", twin), /occurs in the packs aha-ais-2026 and twin-2026/, 409);
  assert.equal((await call("admin", "POST", "/api/packs/no-such/remove", { why: "x" })).status, 404);
});

test("a pack that names another one in `supersedes` silences it, though the old one could not know", async () => {
  const folder = changed("successor", "2027.1");
  const rename = (text: string) => text.replaceAll(/"ais26-/g, '"ais27-').replaceAll("ais26-", "ais27-");
  for (const name of ["recommendations.json", "vignettes.json", "pack.json"])
    writeFileSync(join(folder, name), rename(readFileSync(join(folder, name), "utf8")));
  const header = JSON.parse(readFileSync(join(folder, "pack.json"), "utf8"));
  writeFileSync(
    join(folder, "pack.json"),
    JSON.stringify({ ...header, id: "aha-ais-2027", supersedes: [ID], disagreements: [], newerEvidence: [] }),
  );
  const given = body(folder, { unsignedBecause: "a test" });
  const done = await call<{ detail?: string }>("admin", "POST", "/api/packs", given);
  assert.equal(done.status, 201, done.is.detail);
  assert.equal(inForce()!.supersededBy, "aha-ais-2027");
  assert.equal((await call("admin", "POST", "/api/packs/aha-ais-2027/remove", { why: "a test" })).status, 204);
  assert.equal(inForce()!.supersededBy, null);
});
