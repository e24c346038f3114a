import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonInstance } from "../../pane/dicom-json.ts";
import type { FrameRef } from "../../pane/stack-order.ts";
import { momentsOf } from "./moments.ts";

const at = (elements: Record<string, unknown>): FrameRef => {
  const entries = Object.entries(elements).map(([tag, value]) => [tag, { vr: "UN", Value: [value] }]);
  const instance = Object.fromEntries(entries) as JsonInstance;
  return { instance, sopUid: "1", frame: 0, plane: null, order: [] };
};

test("true times are taken from the acquisition, over midnight when the date is stated", () => {
  const frames = ["20260101235959.5", "20260102000001.0", "20260102000004.25"].map((time) => at({ "0008002A": time }));
  assert.deepEqual(momentsOf(frames), { seconds: [0, 1.5, 4.75], source: "acquisition time" });
});

test("a clock that stands still is passed over for the next", () => {
  const frames = [0, 1500, 3100].map((ms) => at({ "00080032": "101500", "00181060": ms }));
  assert.deepEqual(momentsOf(frames), { seconds: [0, 1.5, 3.1], source: "trigger time" });
});

test("without any clock no time is made up", () => {
  assert.deepEqual(momentsOf([at({}), at({})]), { seconds: [], source: "not stated" });
});
