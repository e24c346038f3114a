import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { WillisError } from "../../core/index.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../db/embedded-postgres.ts";
import { migrate } from "../db/migrate.ts";
import { openPool, type Pool } from "../db/pool.ts";
import { countSignIn, forgiveSignIn } from "./sign-in-limit.ts";

let folder: string;
let postgres: EmbeddedPostgres;
let pool: Pool;
let otherServer: Pool;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-limit-"));
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres(join(folder, "postgres"));
  pool = openPool(postgres.connectionString);
  otherServer = openPool(postgres.connectionString);
  await migrate(pool);
});
beforeEach(() => pool.query("delete from sign_in_try"));
after(async () => {
  await Promise.all([pool?.end(), otherServer?.end()]);
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 1, 8, minutes));

test("the ninth try for one login within 15 minutes is refused, whatever address and server, and says how long to wait", async () => {
  for (let i = 0; i < 8; i++) await countSignIn(i % 2 === 0 ? pool : otherServer, "keller", `10.0.0.${i}`, at(0));
  await assert.rejects(
    countSignIn(pool, "keller", "10.0.0.99", at(5)),
    (e) => e instanceof WillisError && e.code === "too-many" && e.detail.retryAfter === 600,
  );
  await countSignIn(pool, "rossi", "10.0.0.99", at(5));
  await countSignIn(pool, "keller", "10.0.0.99", at(16));
});

test("tries at the same moment count each: of twelve, eight are judged", async () => {
  const tries = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => countSignIn(i % 2 === 0 ? pool : otherServer, "keller", `10.0.1.${i}`, at(0))),
  );
  assert.equal(tries.filter((one) => one.status === "fulfilled").length, 8);
});

test("one address cannot try many logins", async () => {
  for (let i = 0; i < 40; i++) await countSignIn(pool, `person${i}`, "10.0.0.1", at(0));
  await assert.rejects(countSignIn(pool, "another", "10.0.0.1", at(1)), /wait 14 min/);
});

test("a right password forgives the wrong ones before it", async () => {
  for (let i = 0; i < 8; i++) await countSignIn(pool, "keller", "10.0.0.1", at(0));
  await forgiveSignIn(pool, "keller", "10.0.0.1");
  await countSignIn(pool, "keller", "10.0.0.1", at(1));
});
