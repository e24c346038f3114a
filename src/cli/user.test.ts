import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { personOfToken } from "../server/auth/api-tokens.ts";
import { type OpenServices, openServices } from "../server/services.ts";

const CLI = fileURLToPath(new URL("./index.ts", import.meta.url));
let home: string;
let open: OpenServices;

before(async () => {
  home = await mkdtemp(join(tmpdir(), "willis-cli-"));
  open = await openServices({ home, jobs: false }); // the commands adopt this database, as beside a running server
});
after(async () => {
  await open?.close();
  await rm(home, { recursive: true, force: true });
});

type Ended = { code: number; out: string; err: string };
const run = (...args: string[]): Promise<Ended> => runWith({}, ...args);

function runWith(settings: Record<string, string>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, WILLIS_HOME: home, ...settings };
    execFile(process.execPath, [...process.execArgv, CLI, ...args], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test("people are added and listed as JSON alone, and a token made for one of them works until it is revoked", async () => {
  const add = [
    "user",
    "add",
    "--login",
    "anna",
    "--name",
    "Dr Łucja",
    "--role",
    "neurologist",
    "--organisation",
    "Hub",
  ];
  assert.match((await run(...add)).err, /add --new-organisation spoke or hub/);
  assert.equal((await run(...add, "--new-organisation", "hub", "--json")).code, 0);
  const people = JSON.parse((await run("user", "list", "--json")).out);
  assert.equal(people.length, 1);
  const { id, organisation, ...rest } = people[0];
  assert.deepEqual(rest, { login: "anna", name: "Dr Łucja", role: "neurologist", active: true });
  assert.equal(organisation.name, "Hub");
  const made = JSON.parse((await run("token", "create", "--user", id, "--json")).out);
  assert.deepEqual([made.user, typeof made.id, typeof made.expiresAt], [id, "string", "string"]);
  const { pool } = open.services;
  assert.equal((await personOfToken(pool, made.token, new Date()))?.login, "anna");
  assert.ok(!(await run("token", "list", "--json")).out.includes(made.token));
  assert.equal((await run("token", "revoke", "--id", made.id)).code, 0);
  assert.equal(await personOfToken(pool, made.token, new Date()), null);
});

test("words that cannot be used end with exit code 2, what is not there with 1, both saying what to do", async () => {
  const wrong = await run("user", "dance");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /list, add, link, disable/);
  const unknown = await run("token", "create", "--user", "nobody", "--json");
  assert.deepEqual([unknown.code, unknown.out], [1, ""]);
  assert.match(unknown.err, /no person "nobody"; see node run.mjs user list/);
});

test("a person who is refused leaves no organisation behind", async () => {
  const add = (login: string, kind: string) =>
    run(
      "user",
      "add",
      "--login",
      login,
      "--name",
      "B",
      "--role",
      "clinic",
      "--organisation",
      "New",
      ...kind.split(" "),
    );
  assert.equal((await add("no login", "--new-organisation spoke")).code, 1);
  const kind = await add("ben", "--new-organisation clinic");
  assert.deepEqual([kind.code, /give spoke or hub/.test(kind.err)], [2, true]);
  const { rows } = await open.services.pool.query("select name from organisation where name = 'New'");
  assert.deepEqual(rows, []);
});

test("a command whose settings cannot be used says so and ends, what it had opened closed", async () => {
  const wrong = await runWith({ WILLIS_BLOBS: "ftp://nowhere" }, "user", "list");
  assert.deepEqual([wrong.code, wrong.out], [1, ""]); // one that hangs is killed, which is no exit code
  assert.match(wrong.err, /WILLIS_BLOBS/);
});
