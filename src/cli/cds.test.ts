import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createOrganisation } from "../server/auth/people.ts";
import { type OpenServices, openServices } from "../server/services.ts";

const CLI = fileURLToPath(new URL("./index.ts", import.meta.url));
let home: string;
let open: OpenServices;

before(async () => {
  home = await mkdtemp(join(tmpdir(), "willis-cli-"));
  open = await openServices({ home, jobs: false });
  await createOrganisation(open.services.pool, { name: "Hub", kind: "hub" });
});
after(async () => {
  await open?.close();
  await rm(home, { recursive: true, force: true });
});

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, WILLIS_HOME: home };
    execFile(process.execPath, [...process.execArgv, CLI, "cds", ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test("an EHR is added with its keys, listed, removed and added anew; what cannot be is refused with a sentence", async () => {
  const at = ["--organisation", "Hub", "--audience", "https://willis.example/cds-services"];
  const url = ["--jwks-url", "https://ehr.example/jwks.json"];
  const file = join(home, "keys.json");
  await writeFile(file, JSON.stringify({ keys: [{ kty: "EC", crv: "P-384", x: "x", y: "y", d: "private" }] }));
  const broken = join(home, "broken.json");
  await writeFile(broken, JSON.stringify({ keys: [{ kty: "EC", crv: "P-384", kid: "k7", x: "AA", y: "AA" }] }));
  for (const [args, words, code] of [
    [["add", "https://ehr.example", ...at, "--jwks", broken], /the key k7 cannot be read/, 2],
    [["add", "https://ehr.example", ...at, "--jwks-url", "http://ehr.example/jwks.json"], /is not https/, 2],
    [["add", "https://ehr.example", ...at, "--jwks", file], /private/, 2],
    [["add", "https://ehr.example", ...at], /one of --jwks-url and --jwks/, 2],
    [
      ["add", "https://ehr.example", "--organisation", "Hub", "--audience", "https://willis.example", ...url],
      /end in/,
      2,
    ],
    [["add", "https://ehr.example", ...at.with(1, "Nobody"), ...url], /no organisation "Nobody"/, 1],
    [["remove", "https://ehr.example"], /no EHR/, 1],
  ] as const) {
    const answer = await run(...args);
    assert.equal(answer.code, code, answer.err);
    assert.match(answer.err, words);
  }
  const added = await run("add", "https://ehr.example", ...at, ...url, "--name", "The EHR");
  assert.equal(added.code, 0, added.err);
  assert.match((await run("add", "https://ehr.example", ...at, ...url)).err, /may call already/);
  const [client] = JSON.parse((await run("list", "--json")).out) as Record<string, unknown>[];
  assert.deepEqual(
    [client?.issuer, client?.name, client?.jwksUrl, client?.active, client?.organisation],
    ["https://ehr.example", "The EHR", "https://ehr.example/jwks.json", true, "Hub"],
  );
  assert.equal((await run("remove", "https://ehr.example")).code, 0);
  assert.match((await run("list")).out, /removed/);
  assert.equal((await run("add", "https://ehr.example", ...at, ...url)).code, 0);
});
