import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, verifyPassword } from "./password.ts";

test("a password is known again, another one is not, and the same one never hashes alike", async () => {
  const a = await hashPassword("three blind mice run");
  const b = await hashPassword("three blind mice run");
  assert.match(a, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(a, b);
  assert.equal(await verifyPassword("three blind mice run", a), true);
  assert.equal(await verifyPassword("three blind mice ran", a), false);
});

test("nobody gets in where no password is set, nor with a damaged hash", async () => {
  assert.equal(await verifyPassword("", null), false);
  assert.equal(await verifyPassword("whatever it may be", "$argon2id$v=19$m=x$y$z"), false);
});

test("a short password is refused and the message says how long it must be", async () => {
  await assert.rejects(hashPassword("short"), /5 characters; it needs 12 to 256/);
});
