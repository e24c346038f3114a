import assert from "node:assert/strict";
import { test } from "node:test";
import { WillisError } from "../../core/index.ts";
import { signInLimit } from "./sign-in-limit.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 1, 8, minutes));

test("the ninth try for one login within 15 minutes is refused, whatever the address, and says how long to wait", () => {
  const limit = signInLimit();
  for (let i = 0; i < 8; i++) limit.count("keller", `10.0.0.${i}`, at(0));
  assert.throws(
    () => limit.count("keller", "10.0.0.99", at(5)),
    (e) => e instanceof WillisError && e.code === "too-many" && e.detail.retryAfter === 600,
  );
  limit.count("rossi", "10.0.0.99", at(5));
  limit.count("keller", "10.0.0.99", at(16));
});

test("one address cannot try many logins", () => {
  const limit = signInLimit();
  for (let i = 0; i < 40; i++) limit.count(`person${i}`, "10.0.0.1", at(0));
  assert.throws(() => limit.count("another", "10.0.0.1", at(1)), /wait 14 min/);
});

test("a right password forgives the wrong ones before it", () => {
  const limit = signInLimit();
  for (let i = 0; i < 8; i++) limit.count("keller", "10.0.0.1", at(0));
  limit.forgive("keller", "10.0.0.1");
  limit.count("keller", "10.0.0.1", at(1));
});
