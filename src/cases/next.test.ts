import assert from "node:assert/strict";
import { test } from "node:test";
import { dueWords, nextOf } from "./next.ts";

const NOW = "2026-11-01T04:00:00.000Z";
const images = { received: 480, expected: 480, arriving: false, studies: [] };
const ground = {
  status: "waiting",
  from: "Liestal",
  to: "Basel",
  answerDueAt: "2026-11-01T04:08:00.000Z",
  images,
  option: "",
  need: [],
} as const;

test("a waiting case says who answers and how long there is", () => {
  assert.equal(nextOf(ground, NOW), "Basel answers, answer due in 8 min");
});

test("while images arrive it says how many of how many", () => {
  const arriving = { ...images, received: 214, arriving: true };
  assert.equal(nextOf({ ...ground, images: arriving }, NOW), "images arriving, 214 of 480, answer due in 8 min");
});

test("a case that needs data names what is asked for and whom", () => {
  assert.equal(
    nextOf({ ...ground, status: "need-data", need: ["prestroke_mrs"] }, NOW),
    "Liestal supplies Pre-stroke mRS",
  );
});

test("an overdue answer says by how much", () => {
  assert.equal(dueWords("2026-11-01T02:55:00.000Z", NOW), "answer overdue by 1 h 05 min");
  assert.equal(dueWords("2026-11-08T04:00:00.000Z", NOW), "answer due in 7 d");
});

test("an accepted case says what for, not at length by whom", () => {
  assert.equal(nextOf({ ...ground, status: "accepted", option: "intervention" }, NOW), "accepted, intervention");
  assert.equal(nextOf({ ...ground, status: "accepted" }, NOW), "accepted by Basel");
});
