import assert from "node:assert/strict";
import { test } from "node:test";
import { WillisError } from "../core/index.ts";
import { answerDue, mayDo, statusAfter } from "./transitions.ts";

const spoke = { isFrom: true, isTo: false };
const hub = { isFrom: false, isTo: true };
const code = (expected: string) => (e: unknown) => e instanceof WillisError && e.code === expected;

test("the spoke refers a draft, the hub answers it, and neither can do the other's part", () => {
  assert.equal(statusAfter("refer", "draft", spoke), "waiting");
  assert.equal(statusAfter("accept", "waiting", hub), "accepted");
  assert.throws(() => statusAfter("refer", "draft", hub), code("forbidden"));
  assert.throws(() => statusAfter("accept", "waiting", spoke), code("forbidden"));
});

test("a draft cannot be answered and a closed case takes nothing", () => {
  assert.throws(() => statusAfter("accept", "draft", hub), code("conflict"));
  for (const act of ["refer", "accept", "decline", "need-data", "close"] as const) {
    assert.equal(mayDo(act, "closed", { isFrom: true, isTo: true }), false);
  }
});

test("an answer can be given again while the case is open", () => {
  assert.equal(statusAfter("decline", "accepted", hub), "declined");
  assert.equal(statusAfter("accept", "need-data", hub), "accepted");
});

test("a critical case is due in 10 minutes, an urgent one in 2 hours, an elective one in 7 days", () => {
  const at = "2026-11-01T04:00:00.000Z";
  assert.equal(answerDue("critical", at), "2026-11-01T04:10:00.000Z");
  assert.equal(answerDue("urgent", at), "2026-11-01T06:00:00.000Z");
  assert.equal(answerDue("elective", at), "2026-11-08T04:00:00.000Z");
});
