import assert from "node:assert/strict";
import { test } from "node:test";
import { askWords, referrerSupplies } from "./supply.ts";

const hub = { write: true, answer: true, refer: false };
const spoke = { write: true, answer: false, refer: true };

test("the hub asks the referrer only for what is known at the bedside", () => {
  assert.equal(askWords("prestroke_mrs", hub), "ask referrer");
  assert.equal(askWords("occlusion_site", hub), "add");
  assert.equal(askWords("evt_planned", hub), "add");
  assert.equal(askWords("prestroke_mrs", spoke), "add");
});

test("a field that the dictionary does not know is not asked for", () => {
  assert.equal(referrerSupplies("no_such_field"), false);
});
