import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseSummary } from "../../cases/views.ts";
import { imagesState, nextState } from "./next-state.ts";

const row = {
  status: "waiting",
  urgency: "critical",
  from: { id: "spoke", name: "Liestal", kind: "spoke" },
  to: { id: "hub", name: "Basel", kind: "hub" },
  answerDueAt: "2026-11-24T04:10:00Z",
  next: "Basel answers",
} as CaseSummary;
const now = Date.parse("2026-11-24T04:02:00Z");

test("who is asked sees how long they have; who asked sees for whom they wait", () => {
  assert.deepEqual(nextState(row, "hub", now), { is: "wait", text: "answer due in 8:00" });
  assert.deepEqual(nextState(row, "spoke", now), { is: "none", text: "Basel: answer due in 8:00" });
});

test("a missed time alarms both sides", () => {
  const late = Date.parse("2026-11-24T04:15:00Z");
  assert.equal(nextState(row, "hub", late).is, "wait");
  assert.equal(nextState(row, "spoke", late).is, "wait");
});

test("asked for data, it is the referrer's turn", () => {
  const asking = { ...row, status: "need-data", next: "Liestal supplies pre-stroke mRS" } as CaseSummary;
  assert.equal(nextState(asking, "spoke", now).is, "wait");
  assert.equal(nextState(asking, "hub", now).is, "none");
});

test("a bar is drawn only when it is known how many images there will be", () => {
  const images = { received: 214, expected: 480, arriving: true, studies: [] };
  assert.deepEqual(imagesState(images), { text: "214 of 480 images", share: 214 / 480 });
  assert.deepEqual(imagesState({ ...images, expected: null }), { text: "214 images, arriving", share: null });
  assert.deepEqual(imagesState({ ...images, expected: null, arriving: false }), { text: "214 images", share: 1 });
  assert.deepEqual(imagesState({ received: 0, expected: null, arriving: false, studies: [] }), {
    text: "no images",
    share: null,
  });
});
