import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createOrganisation } from "../server/auth/people.ts";
import { type DimseServer, startDimse } from "../server/dimse/server.ts";
import { type OpenServices, openServices } from "../server/services.ts";

const CLI = fileURLToPath(new URL("./index.ts", import.meta.url));
let home: string;
let open: OpenServices;
let dimse: DimseServer;

before(async () => {
  home = await mkdtemp(join(tmpdir(), "willis-cli-"));
  open = await openServices({ home, jobs: false });
  await createOrganisation(open.services.pool, { name: "Hub", kind: "hub" });
  dimse = await startDimse(open.services, { host: "127.0.0.1", port: 0, aeTitle: "THERE" });
});
after(async () => {
  await dimse?.stop();
  await open?.close();
  await rm(home, { recursive: true, force: true });
});

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, WILLIS_HOME: home };
    execFile(process.execPath, [...process.execArgv, CLI, "peers", ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test("a peer is added, listed and tested with C-ECHO; one that is not there fails with a sentence", async () => {
  const at = ["--organisation", "Hub", "--host", "127.0.0.1"];
  const added = await run("add", "THERE", ...at, "--port", String(dimse.port), "--may", "find,retrieve");
  assert.equal(added.code, 0, added.err);
  assert.equal((await run("add", "ABSENT", ...at, "--port", "1")).code, 0);
  assert.match((await run("add", "THERE", ...at)).err, /is that of a peer already/);
  const listed = JSON.parse((await run("list", "--json")).out) as { aeTitle: string; permissions: string[] }[];
  assert.deepEqual(
    listed.map(({ aeTitle, permissions }) => [aeTitle, permissions.join()]),
    [
      ["ABSENT", "echo,store"],
      ["THERE", "find,retrieve"],
    ],
  );
  const tested = await run("test", "THERE");
  assert.match(tested.out, /^THERE \(WILLIS_1\) answers: connected .* ms/, tested.err);
  const absent = await run("test", "ABSENT");
  assert.equal(absent.code, 1);
  assert.match(absent.err, /ABSENT at 127.0.0.1:1: nothing listens there/);
});
