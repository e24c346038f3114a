import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime, daysApart, due, elapsed, elapsedWhole } from "./elapsed.ts";

const at = (text: string) => new Date(text).getTime();

test("an elapsed time is never rounded up", () => {
  assert.equal(elapsed(at("2026-11-24T22:14:00"), at("2026-11-25T04:56:59")), "6 h 42");
  assert.equal(elapsed(0, 59_999), "0 min");
  assert.equal(elapsed(0, 3_599_999), "59 min");
  assert.equal(elapsed(0, 3_600_000), "1 h 00");
});

test("two days and more are told in days and hours", () => {
  assert.equal(elapsed(0, 47 * 3_600_000), "47 h 00");
  assert.equal(elapsed(0, 76 * 3_600_000), "3 d 4 h");
});

test("a time in the future has not elapsed", () => {
  assert.equal(elapsed(1_000_000, 0), "0 min");
});

test("the whole form spells the minutes", () => {
  assert.equal(elapsedWhole(0, 24_120_000), "6 h 42 min");
  assert.equal(elapsedWhole(0, 120_000), "2 min");
});

test("the last hour counts seconds, and a missed time says by how much", () => {
  assert.deepEqual(due(462_000, 0), { text: "answer due in 7:42", late: false, pressing: false });
  assert.deepEqual(due(240_000, 0), { text: "answer due in 4:00", late: false, pressing: true });
  assert.equal(due(7_200_000, 0).text, "answer due in 2 h 00");
  assert.deepEqual(due(0, 180_000), { text: "answer late by 3 min", late: true, pressing: true });
});

test("a clock time of another day names the day", () => {
  const now = at("2026-11-25T04:56:00");
  assert.equal(clockTime(at("2026-11-25T04:22:00"), now), "04:22");
  assert.equal(clockTime(at("2026-11-24T22:14:00"), now), "22:14 yesterday");
  assert.equal(clockTime(at("2026-11-20T22:14:00"), now), "22:14 on 20 Nov");
  assert.equal(clockTime(at("2025-11-20T22:14:00"), now), "22:14 on 20 Nov 2025");
});

test("days apart are calendar days, not spans of 24 hours", () => {
  assert.equal(daysApart(at("2026-11-24T23:59:00"), at("2026-11-25T00:01:00")), 1);
  assert.equal(daysApart(at("2026-11-25T00:01:00"), at("2026-11-25T23:59:00")), 0);
});
