import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PACKS_DIR } from "../../server/packs.ts";

const ENTRY = fileURLToPath(new URL("../index.ts", import.meta.url));
const ID = "aha-ais-2026";
const home = mkdtempSync(join(tmpdir(), "willis-packs-"));
after(() => rmSync(home, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, "packs", ...args], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  return { status, stdout, stderr };
}

function copy(name: string): string {
  const folder = join(home, name);
  cpSync(join(PACKS_DIR, ID), folder, { recursive: true });
  return folder;
}

function edited(folder: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), "utf8");
  assert.ok(text.includes(from), `${file} holds ${from}`);
  writeFileSync(join(folder, file), text.replace(from, to));
}

test("every pack that comes with Willis is good; one that is broken is named with its problem", () => {
  const { status, stdout } = run("check", "--json");
  assert.equal(status, 0, stdout);
  assert.ok(JSON.parse(stdout).length >= 13);
  const folder = copy("broken");
  edited(folder, "pack.json", '"expires"', '"expires_not"');
  const broken = run("check", folder);
  assert.equal(broken.status, 1);
  assert.match(broken.stdout, /BAD .*\n.*expires/);
});

test("a vignette whose result is no longer the written one fails the check", () => {
  const folder = copy("moved");
  const recommendations = JSON.parse(readFileSync(join(folder, "recommendations.json"), "utf8"));
  const item = recommendations.find((one: { id: string }) => one.id === "ais26-evt-02");
  const leaf = item.criteria.all.find((one: { field?: string }) => one.field === "nihss");
  assert.equal(leaf.value, 6);
  leaf.value = 10;
  writeFileSync(join(folder, "recommendations.json"), JSON.stringify(recommendations));
  const { status, stdout } = run("check", folder);
  assert.equal(status, 1);
  assert.match(stdout, /boundary vignette of ais26-evt-02/);
  const changed = run("diff", ID, folder);
  assert.equal(changed.status, 1);
  assert.match(changed.stdout, /ais26-evt-02 {2}changed\n {4}NIHSS ≥ 6 became NIHSS ≥ 10/);
  assert.equal(run("diff", ID, ID).status, 0);
});

test("a pack is signed by its content: other content, another key and a changed signature are told apart", () => {
  const key = join(home, "steward");
  assert.equal(run("keygen", key).status, 0);
  assert.equal(statSync(key).mode & 0o077, 0);
  assert.equal(run("keygen", key).status, 1, "a key is never overwritten");
  const folder = copy("signed");
  const state = (...trust: string[]) =>
    JSON.parse(run("check", folder, "--json", ...trust.flatMap((file) => ["--trust", file])).stdout)[0].signature.state;
  assert.equal(state(`${key}.pub`), "unsigned");
  assert.equal(run("sign", folder, "--key", key).status, 0);
  assert.equal(state(`${key}.pub`), "signed");
  assert.equal(state(), "unknown key");
  run("keygen", join(home, "other"));
  assert.equal(state(join(home, "other.pub")), "unknown key");
  const signature = JSON.parse(readFileSync(join(folder, "signature.json"), "utf8"));
  const forged = { ...signature, signature: Buffer.alloc(64, 7).toString("base64") };
  writeFileSync(join(folder, "signature.json"), JSON.stringify(forged));
  assert.equal(state(`${key}.pub`), "wrong");
  writeFileSync(join(folder, "signature.json"), JSON.stringify(signature));
  edited(folder, "pack.json", '"title": "', '"title": "X ');
  assert.equal(state(`${key}.pub`), "other content");
  assert.equal(run("check", folder, "--trust", `${key}.pub`).status, 1, "a signature that does not fit is a problem");
  assert.equal(run("check", folder).status, 1, "without keys, too");
  assert.equal(run("check", ID, "--trust", `${key}.pub`).status, 1, "with keys to trust, none is a problem");
});

test("a pack goes out as FHIR and comes in as a folder of the same digest; a changed bundle leaves nothing behind", () => {
  const bundle = join(home, "bundle.json");
  assert.equal(run("export", ID, "--fhir", "--out", bundle).status, 0);
  const back = join(home, "back");
  const { status, stdout, stderr } = run("import", bundle, "--to", back);
  assert.equal(status, 0, stderr);
  const [own] = JSON.parse(run("check", ID, "--json").stdout);
  assert.ok(stdout.includes(own.hash));
  const text = JSON.parse(readFileSync(bundle, "utf8"));
  text.entry[0].resource.action[0].description = "Something else";
  writeFileSync(bundle, JSON.stringify(text));
  const refused = run("import", bundle, "--to", join(home, "evil"));
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /says something else .*PlanDefinition aha-ais-2026/);
  writeFileSync(bundle, JSON.stringify(text).replace('{"resourceType"', '{"resourceType":"Basic","resourceType"'));
  assert.match(run("import", bundle, "--to", join(home, "evil")).stderr, /resourceType.*twice/);
  assert.ok(!existsSync(join(home, "evil")));
  assert.deepEqual(
    readdirSync(home).filter((name) => name.startsWith(".pack-")),
    [],
  );
});

test("bytes that are no text are refused, not replaced: two contents never have one hash", () => {
  const folder = copy("bytes");
  writeFileSync(join(folder, "scales.json"), Buffer.concat([Buffer.from('[{"id": "'), Buffer.from([0xff, 0xfe])]));
  const { status, stdout } = run("check", folder);
  assert.equal(status, 1);
  assert.match(stdout, /scales.json is not UTF-8/);
});

test("a word or a pack that does not exist ends with 2", () => {
  assert.equal(run().status, 2);
  assert.equal(run("burn").status, 2);
  assert.equal(run("check", "no-such-pack").status, 2);
  assert.equal(run("export", ID).status, 2);
  const keyless = run("check", ID, "--trust", join(home, "no-such.pub"));
  assert.equal(keyless.status, 2);
  assert.match(keyless.stderr, /There is no file .*no-such\.pub/);
});
