import assert from "node:assert/strict";
import { test } from "node:test";
import { frameAt, frameRate, frameTimes } from "./cine-time.ts";

test("a frame time vector gives each frame its own time", () => {
  const { times, source } = frameTimes({ "00181065": { vr: "DS", Value: [0, 250, 250, 500] } }, 4);
  assert.deepEqual(times, [0, 0.25, 0.5, 1]);
  assert.equal(source, "frame time vector");
});

test("frame time comes before cine rate", () => {
  const instance = { "00181063": { vr: "DS", Value: ["33.3"] }, "00180040": { vr: "IS", Value: ["10"] } };
  const { times, source } = frameTimes(instance, 3);
  assert.ok(Math.abs(times[2]! - 0.0666) < 1e-9);
  assert.equal(source, "frame time");
});

test("a run that states no time says so", () => {
  assert.equal(frameTimes({}, 5).source, "not stated");
});

test("the due frame follows the elapsed time and starts again after the last", () => {
  const times = [0, 0.25, 0.5, 1];
  assert.deepEqual(
    [0, 0.24, 0.25, 0.99, 1.2, 1.6].map((t) => frameAt(times, t)),
    [0, 0, 1, 2, 3, 0],
  );
});

test("four frames in one second are three steps", () => {
  assert.equal(frameRate([0, 0.25, 0.5, 0.75]), 4);
});
