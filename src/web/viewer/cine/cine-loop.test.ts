import assert from "node:assert/strict";
import { test } from "node:test";
import { uniform } from "../../../core/random.ts";
import { type CineLoop, frameDue, frameStanding, phaseOfFrame } from "./cine-loop.ts";

const TIMES = [0, 0.25, 0.5, 1];
const whole = (bounce = false): CineLoop => ({ times: TIMES, first: 0, last: 3, bounce });
const due = (loop: CineLoop, ...elapsed: number[]) => elapsed.map((t) => frameDue(loop, t));

test("the due frame follows the elapsed time and starts again after the last", () => {
  assert.deepEqual(due(whole(), 0, 0.24, 0.25, 0.99, 1.2, 1.6), [0, 0, 1, 2, 3, 0]);
});

test("part of a run is repeated by itself", () => {
  const part: CineLoop = { ...whole(), first: 1, last: 2 };
  assert.deepEqual(due(part, 0, 0.24, 0.25, 0.74, 0.75, 1), [1, 1, 2, 2, 1, 2]);
});

test("there and back shows the ends once", () => {
  const frames = due(whole(true), 0, 0.25, 0.5, 1, 1.5, 2, 2.25, 2.5);
  assert.deepEqual(frames, [0, 1, 2, 3, 2, 1, 0, 1]);
});

test("play begins at the frame on the screen, or at the start of the loop", () => {
  assert.equal(frameDue(whole(), phaseOfFrame(whole(), 2)), 2);
  assert.equal(phaseOfFrame({ ...whole(), first: 1, last: 2 }, 3), 0);
});

test("a run in which no time passes stays where it is", () => {
  assert.equal(frameDue({ times: [0, 0, 0], first: 0, last: 2, bounce: false }, 5), 0);
  assert.equal(frameDue({ times: [0], first: 0, last: 0, bounce: true }, 5), 0);
  assert.equal(frameDue({ times: [], first: 0, last: 0, bounce: false }, 5), 0);
});

test("at a time before or after a run its first or last frame stands", () => {
  assert.deepEqual(
    [-1, 0, 0.3, 0.999, 7].map((t) => frameStanding(TIMES, t)),
    [0, 0, 1, 2, 3],
  );
});

test("whatever the loop, the due frame is one of it, and each stands for its own time", () => {
  const random = uniform(3);
  for (let round = 0; round < 300; round++) {
    const count = 1 + Math.floor(random() * 12);
    let at = 0;
    const times = Array.from({ length: count }, (_, k) => {
      at += k === 0 ? 0 : random() < 0.1 ? 0 : random();
      return at;
    });
    const first = Math.floor(random() * count);
    const loop = { times, first, last: first + Math.floor(random() * (count - first)), bounce: random() < 0.5 };
    for (let ask = 0; ask < 30; ask++) {
      const elapsed = (random() - 0.2) * 50;
      const frame = frameDue(loop, elapsed);
      assert.ok(frame >= loop.first && frame <= loop.last);
      const step = frame < count - 1 ? times[frame + 1]! - times[frame]! : count > 1 ? at - times[count - 2]! : 0;
      const begin = phaseOfFrame(loop, frame);
      if (step > 1e-6) assert.equal(frameDue(loop, begin + step / 2), frame);
    }
  }
});
