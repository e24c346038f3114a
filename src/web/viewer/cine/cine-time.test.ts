import assert from "node:assert/strict";
import { test } from "node:test";
import { frameRate, frameTimes, runTimes } from "./cine-time.ts";

const frames = (count: number) => ({ "00280008": { vr: "IS", Value: [count] } });

test("a frame time vector gives each frame its own time", () => {
  const { times, source } = frameTimes({ ...frames(4), "00181065": { vr: "DS", Value: [0, 250, 250, 500] } }, 4);
  assert.deepEqual(times, [0, 0.25, 0.5, 1]);
  assert.equal(source, "frame time vector");
});

test("frame time comes before cine rate", () => {
  const instance = { ...frames(3), "00181063": { vr: "DS", Value: ["33.3"] }, "00180040": { vr: "IS", Value: ["10"] } };
  const { times, source } = frameTimes(instance, 3);
  assert.ok(Math.abs(times[2]! - 0.0666) < 1e-9);
  assert.equal(source, "frame time");
});

test("a run that states no time says so", () => {
  assert.equal(frameTimes(frames(5), 5).source, "not stated");
});

test("single images that follow each other have the times at which they were acquired", () => {
  const at = (time: string) => ({ instance: { "00080032": { vr: "TM", Value: [time] } } });
  const { times, source } = runTimes([at("120000"), at("120000.5"), at("120002")]);
  assert.deepEqual([times, source], [[0, 0.5, 2], "acquisition times"]);
  assert.equal(runTimes([at("120001"), at("120000")]).source, "not stated");
});

test("four frames in one second are three steps", () => {
  assert.equal(frameRate([0, 0.25, 0.5, 0.75]), 4);
});
