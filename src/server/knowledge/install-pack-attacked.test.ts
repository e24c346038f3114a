import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Login, startWillis, type TestWillis } from "../../../test/harness.ts";
import type { PackList } from "../../cases/pack-views.ts";
import { makeKeys, signPack } from "../pack-signature.ts";
import { filesOfPack, loadPack, PACKS_DIR } from "../packs.ts";
import { openServices } from "../services.ts";

const ID = "eso-basilar-2024";
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

type Files = Readonly<Record<string, string>>;
interface Answer {
  readonly status: number;
  readonly is: { detail?: string; changed?: boolean };
}

async function post(path: string, body: object | string, login: Login = "admin"): Promise<Answer> {
  const answer = await willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, is: text ? JSON.parse(text) : {} };
}

const UNSIGNED = { why: "A test", unsignedBecause: "a test" };
const shipped = () => filesOfPack(join(PACKS_DIR, ID));
const withVersion = (files: Files, version: string): Files => ({
  ...files,
  "pack.json": files["pack.json"]!.replace(/"version": "[^"]*"/, `"version": "${version}"`),
});
const install = (files: Files, more: object = UNSIGNED) => post("/api/packs", { files, ...more });
const inForce = () => willis.services.packs.find((pack) => pack.id === ID)!;
const shippedHash = () => willis.services.packsInForce.shipped.find((pack) => pack.id === ID)!.hash;

test("more installations at once than there are connections all end, one after the other, and the last one holds", async () => {
  const versions = Array.from({ length: 24 }, (_, k) => `9.0.${k}`);
  const answers = await Promise.all(versions.map((version) => install(withVersion(shipped(), version))));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  const { rows } = await willis.services.pool.query(
    "select v.version from pack_standing s join pack_version v on v.hash = s.hash where s.pack = $1 order by s.seq",
    [ID],
  );
  assert.deepEqual(rows.map(({ version }) => version).sort(), [...versions].sort());
  assert.equal(inForce().version, rows.at(-1).version);
});

test("the same version installed many times at once is one deed", async () => {
  const files = withVersion(shipped(), "9.1.0");
  const answers = await Promise.all(Array.from({ length: 12 }, () => install(files)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ is }) => is.changed === false).length, 11);
});

test("a published version never comes back with other content", async () => {
  const files = withVersion(shipped(), "9.1.0");
  const other = { ...files, "pack.json": files["pack.json"]!.replace('"disclosures": "', '"disclosures": "Also: ') };
  const refused = await install(other);
  assert.equal(refused.status, 409, refused.is.detail);
  assert.match(refused.is.detail!, /9\.1\.0 is kept here with other content/);
});

test("a version that is not released yet is not installed; what a new one replaces and silences is told", async () => {
  const header = (change: object): Files => ({
    ...shipped(),
    "pack.json": JSON.stringify({ ...JSON.parse(shipped()["pack.json"]!), ...change }),
  });
  const early = await install(header({ version: "9.1.1", released: "2926-01-01", expires: "2927-01-01" }));
  assert.equal(early.status, 409, early.is.detail);
  assert.match(early.is.detail!, /is released on 2926-01-01, and today is/);
  const before = inForce().version;
  const done = await install(header({ version: "9.1.2", supersedes: ["aha-ais-2026", "not-here"] }));
  assert.equal(done.status, 201, done.is.detail);
  const { replaces, silences } = done.is as { replaces?: string; silences?: string[] };
  assert.deepEqual([replaces, silences], [before, ["aha-ais-2026"]]);
  for (const id of ["a/b", "A-1", "x".repeat(61), "../etc"])
    assert.match((await install(header({ id, version: "9.1.3" }))).is.detail!, /must be words in small letters/, id);
});

test("another opened installation on the same database sees each deed, also what was told while it could not listen", async () => {
  const other = await openServices({ home: willis.services.home, jobs: false });
  try {
    const hash = () => other.services.packs.find((pack) => pack.id === ID)?.hash;
    assert.equal(hash(), inForce().hash);
    await install(withVersion(shipped(), "9.2.0"));
    await until(() => hash() === inForce().hash);
    // its ear is cut off: what was told meanwhile is looked up when it is back
    await willis.services.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'willis willis_packs'",
    );
    await install(withVersion(shipped(), "9.2.1"));
    assert.equal(inForce().version, "9.2.1");
    await until(() => hash() === inForce().hash);
  } finally {
    await other.close();
  }
});

async function until(is: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !is(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(is());
}

test("a revoked key is named when its signature is given, and a version that it signed does not return in silence", async () => {
  const folder = join(work, "signed");
  cpSync(join(PACKS_DIR, ID), folder, { recursive: true });
  writeFileSync(join(folder, "pack.json"), withVersion(filesOfPack(folder), "9.3.0")["pack.json"]!);
  const key = join(work, "author");
  const { keyId } = makeKeys(key);
  const { hash } = loadPack(folder);
  signPack(folder, hash, key);
  const [files, signature] = [filesOfPack(folder), readFileSync(join(folder, "signature.json"), "utf8")];
  const privately = await post("/api/pack-keys", { name: "Author", publicKey: readFileSync(key, "utf8") });
  assert.equal(privately.status, 400);
  assert.match(privately.is.detail!, /private key.*\.pub/);
  assert.equal((await install(files)).status, 201, "taken without, before its key is known");
  assert.equal(
    (await post("/api/pack-keys", { name: "Author", publicKey: readFileSync(`${key}.pub`, "utf8") })).status,
    201,
  );
  assert.equal((await install(files, { why: "Now signed", signature })).is.changed, true, "the signature is news");
  assert.equal((await install(files, { why: "Again", signature })).is.changed, false);
  const listed = async () => {
    const { packs } = (await (await willis.as("admin", "/api/packs")).json()) as PackList;
    const { from } = packs.find((pack) => pack.id === ID)!;
    return from === "with Willis" ? null : from;
  };
  assert.deepEqual((await listed())!.key, { name: "Author", revokedAt: null, revokedWhy: null });
  assert.equal((await post(`/api/pack-keys/${keyId}/revoke`, { why: "stolen" })).status, 204);
  assert.equal((await listed())!.key!.revokedWhy, "stolen", "what stands by a revoked key says so");
  await post(`/api/pack-versions/${shippedHash()}/return`, { why: "A test" });
  assert.deepEqual([(await listed())!.signature.state, (await listed())!.key], ["with Willis", null]);
  const back = await post(`/api/pack-versions/${hash}/return`, { why: "A test" });
  assert.equal(back.status, 403);
  assert.match(back.is.detail!, new RegExp(`key ${keyId} of Author was revoked on .*: stolen`));
  assert.equal(inForce().hash, shippedHash());
  const again = await install(withVersion(files, "9.3.1"), { why: "A test", signature });
  assert.match(again.is.detail!, /signed with other content/);
  const because = { why: "A test", unsignedBecause: "compared by hand" };
  assert.equal((await post(`/api/pack-versions/${hash}/return`, because)).status, 200);
  const { pool } = willis.services;
  const { rows } = await pool.query("select signature from pack_standing order by seq desc limit 1");
  assert.equal(rows[0].signature.acceptedBecause, "compared by hand");
  await post(`/api/pack-versions/${shippedHash()}/return`, { why: "A test" });
  for (const act of [
    "update pack_key set revoked_at = null",
    "update pack_key set name = 'Another'",
    "delete from pack_key",
    "truncate pack_key",
    "truncate pack_standing",
    "truncate pack_version cascade",
    "delete from pack_standing",
  ])
    await assert.rejects(() => pool.query(act), /is kept as it was written|nothing else of it changes/, act);
});

/** Numbers that look like chance and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ODD = [null, "", "\u0000", "\ud800", -1, 1e308, {}, [], [[]], "x".repeat(5000), { all: [] }, true, "__proto__"];

/** One place of a JSON value, chosen at random, replaced or taken out. */
function spoiled(text: string, roll: (below: number) => number): string {
  const root = { is: JSON.parse(text) as unknown };
  let holder: Record<string, unknown> = root;
  let key = "is";
  for (let depth = roll(7); depth > 0; depth--) {
    const inner = holder[key];
    if (typeof inner !== "object" || inner === null) break;
    const keys = Object.keys(inner);
    if (keys.length === 0) break;
    holder = inner as Record<string, unknown>;
    key = keys[roll(keys.length)]!;
  }
  const odd = roll(ODD.length + 1);
  if (odd === ODD.length) delete holder[key];
  else holder[key] = ODD[odd];
  return JSON.stringify(root.is) ?? "";
}

test("whatever is uploaded is answered with a sentence, and every page of the evidence stands afterwards", async () => {
  const roll = dice(5);
  const files = withVersion(shipped(), "9.4.0");
  const names = Object.keys(files);
  let taken = 0;
  for (let k = 0; k < 250; k++) {
    const name = names[roll(names.length)]!;
    const text = files[name]!;
    const at = roll(text.length);
    const bad =
      k % 5 === 0
        ? text.slice(0, at) + String.fromCharCode(roll(0x1_00_00)) + text.slice(at + roll(20))
        : spoiled(text, roll);
    const { status, is } = await install({ ...withVersion(files, `9.4.${k}`), [name]: bad });
    assert.ok([200, 201, 400, 409, 413].includes(status), `${name}, ${k}: ${status} ${is.detail}`);
    if (status === 201) {
      taken++;
      for (const path of ["/api/knowledge/packs", "/api/knowledge/search?q=basilar", "/api/packs"])
        assert.equal((await willis.as("admin", path)).status, 200, `${path} after ${name}, ${k}: ${bad.slice(0, 200)}`);
    } else assert.ok((is.detail ?? "").length > 20, `${name}, ${k}: no sentence`);
  }
  assert.ok(taken > 0 && taken < 200, `${taken} taken`);
  assert.equal((await post(`/api/pack-versions/${shippedHash()}/return`, { why: "A test" })).status, 200);
});

test("bodies that are no upload are refused as such", async () => {
  for (const [body, status] of [
    ["{", 400],
    ["[".repeat(200_000), 400],
    [`{"files": {"__proto__": {}}, "why": "x"}`, 400],
    [{ files: [], why: "x" }, 400],
    [{ files: { "pack.json": 1 }, why: "x" }, 400],
    [{ files: { "../pack.json": "{}" }, why: "x" }, 400],
    [{ files: shipped(), why: " ".repeat(3) }, 400],
    [{ files: { ...shipped(), "trials.json": `[${" ".repeat(8 * 1024 * 1024)}]` }, ...UNSIGNED }, 413],
  ] as const)
    assert.equal((await post("/api/packs", body)).status, status, JSON.stringify(body).slice(0, 80));
  const deep = `{"bundle": {"resourceType": "Bundle", "entry": ${'[{"a":'.repeat(50_000)}1${"}]".repeat(50_000)}}, "why": "x"}`;
  assert.equal((await post("/api/packs/fhir", deep)).status, 400);
  const signed = await install(withVersion(shipped(), "9.5.0"), { why: "x", signature: "null", unsignedBecause: "x" });
  assert.equal(signed.status, 403, "what is no signature is not the same as none");
});

test("each pack can be taken out, and no page of the evidence needs it; a past decision is judged with them all", async () => {
  const made = await willis.as("spoke", "/api/cases", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      kind: "stroke",
      toOrganisationId: willis.organisations.Hub,
      patient: { name: "Without, Packs", identifier: "W-1", birthDate: "1950-01-01", sex: "F" },
    }),
  });
  const { id: caseId } = (await made.json()) as { id: string };
  const path = `/api/cases/${caseId}`;
  for (const [name, value] of Object.entries({ nihss: 7, aspects: 8, occlusion_site: "M1", prestroke_mrs: 0 }))
    assert.equal((await post(`${path}/facts`, { name, value }, "spoke")).status, 201);
  await post(`${path}/refer`, {}, "spoke");
  const decided = (await post(`${path}/answer`, { kind: "accept", option: "Thrombectomy" }, "hub")).is as {
    id?: string;
  };
  const open = async () => {
    for (const page of [
      ...["packs", "search?q=aneurysm", "changes", "trials", "scales"].map((name) => `/api/knowledge/${name}`),
      ...["", "/options", "/alternatives", "/scales", "/enough", "/screenings"].map((part) => path + part),
      `/api/decisions/${decided.id}/replay`,
    ])
      assert.equal((await willis.as("hub", page)).status, 200, `${page}, ${willis.services.packs.length} packs left`);
    assert.equal((await post("/api/knowledge/evaluate", { facts: { age_years: 70, nihss: 14 } }, "hub")).status, 200);
  };
  await open();
  for (const [k, { id }] of [...willis.services.packs].entries()) {
    const removed = await post(`/api/packs/${id}/remove`, { why: "A test" });
    assert.equal(removed.status, 204, removed.is.detail);
    if (k % 7 === 0) await open();
  }
  assert.equal(willis.services.packs.length, 0);
  await open();
  const replay = await (await willis.as("hub", `/api/decisions/${decided.id}/replay`)).json();
  assert.equal((replay as { same: boolean }).same, true);
  for (const { id, hash } of willis.services.packsInForce.shipped)
    assert.equal((await post(`/api/pack-versions/${hash}/return`, { why: "A test" })).status, 200, id);
  assert.equal(willis.services.packs.length, willis.services.packsInForce.shipped.length);
});
