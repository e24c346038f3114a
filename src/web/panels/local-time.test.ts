import assert from "node:assert/strict";
import { test } from "node:test";
import { birthDay, fromLocalInput, lastTimeOfDay, toLocalInput } from "./local-time.ts";

test("a local wall time survives the way to the server and back", () => {
  const iso = fromLocalInput("2026-11-24T22:14");
  assert.ok(iso);
  assert.equal(toLocalInput(new Date(iso)), "2026-11-24T22:14");
  assert.equal(fromLocalInput(""), null);
  assert.equal(fromLocalInput("yesterday"), null);
});

test("a time of day means the last time the clock showed it", () => {
  const now = new Date("2026-11-25T04:56:00");
  assert.equal(lastTimeOfDay("22:14", now)?.getTime(), new Date("2026-11-24T22:14:00").getTime());
  assert.equal(lastTimeOfDay("0422", now)?.getTime(), new Date("2026-11-25T04:22:00").getTime());
  assert.equal(lastTimeOfDay("4:56", now)?.getTime(), now.getTime());
});

test("what is no time of day is not guessed", () => {
  const now = new Date();
  for (const text of ["", "25:00", "12:60", "evening", "1"]) assert.equal(lastTimeOfDay(text, now), null);
});

test("a birth date is read in every unambiguous way of writing it", () => {
  const now = new Date("2026-11-25T04:56:00");
  for (const text of ["12.03.1945", "12.3.1945", "1945-03-12", "12 Mar 1945", "12. March 1945"]) {
    assert.equal(birthDay(text, now), "1945-03-12", text);
  }
});

test("a birth date that could mean two days, is no day, or lies ahead is not taken", () => {
  const now = new Date("2026-11-25T04:56:00");
  for (const text of ["03/12/1945", "31.02.1945", "1945", "12.13.1945", "1.1.2031", ""])
    assert.equal(birthDay(text, now), null, text);
});
