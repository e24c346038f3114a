import assert from "node:assert/strict";
import { test } from "node:test";
import { uniform } from "../core/random.ts";
import { frameTimeLimitations, frameTimes } from "./cine.ts";
import { dataSet } from "./data-set.ts";

const codes = (fields: Parameters<typeof dataSet>[0]) =>
  frameTimeLimitations(dataSet({ NumberOfFrames: 4, ...fields })).map(({ code }) => code);

test("times of an enhanced run come from the moments of its frames", () => {
  const frame = (second: string) =>
    dataSet({ FrameContentSequence: [dataSet({ FrameReferenceDateTime: `20260101120000.${second}` })] });
  const ds = dataSet({ NumberOfFrames: 3, PerFrameFunctionalGroupsSequence: ["0", "25", "75"].map(frame) });
  assert.deepEqual(frameTimes(ds), { times: [0, 0.25, 0.75], clock: "acquisition" });
});

test("the duration of a run is shared by its frames when nothing else is stated", () => {
  assert.deepEqual(frameTimes(dataSet({ NumberOfFrames: 4, EffectiveDuration: 2 })), {
    times: [0, 0.5, 1, 1.5],
    clock: "duration",
  });
});

test("what is wrong with stated times is said", () => {
  assert.deepEqual(codes({ FrameTime: 100 }), []);
  assert.deepEqual(codes({ FrameTime: 0 }), ["zero-frame-time", "no-frame-times"]);
  assert.deepEqual(codes({ FrameTimeVector: [0, 10], FrameTime: 100 }), ["frame-time-vector"]);
  assert.deepEqual(codes({ FrameTimeVector: [0, 10, -10, 10], FrameTime: 100 }), ["frame-time-vector"]);
  assert.deepEqual(codes({ FrameTimeVector: [0, 10, 0, 10] }), ["frames-at-one-time"]);
  assert.deepEqual(codes({}), ["no-frame-times"]);
});

test("whatever is stated, there is one time a frame, from 0, never going back", () => {
  const random = uniform(11);
  const any = () => [0, -1, 33.3, 1e-9, 1e9, 500, 66.7, 15][Math.floor(random() * 8)]!;
  for (let round = 0; round < 2000; round++) {
    const frames = 1 + Math.floor(random() * 6);
    const ds = dataSet({
      NumberOfFrames: frames,
      FrameTimeVector: random() < 0.5 ? Array.from({ length: Math.floor(random() * 8) }, any) : undefined,
      FrameTime: random() < 0.5 ? any() : undefined,
      CineRate: random() < 0.5 ? Math.round(any()) : undefined,
      EffectiveDuration: random() < 0.3 ? any() : undefined,
    });
    const { times, clock } = frameTimes(ds);
    assert.equal(times.length, frames);
    assert.equal(times[0], 0);
    for (const [k, t] of times.entries()) {
      assert.ok(Number.isFinite(t) && (k === 0 || t >= times[k - 1]!), `${clock}: ${times}`);
    }
    assert.equal(
      frameTimeLimitations(ds).some(({ code }) => code === "no-frame-times"),
      frames > 1 && clock === "assumed",
    );
  }
});
