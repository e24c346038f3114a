import assert from "node:assert/strict";
import { test } from "node:test";
import { contested } from "../command.ts";
import { ANGIO_COMMANDS, type AngioRoomContext } from "./angio-commands.ts";
import { openingSubtraction, type Subtraction } from "./mask-frames.ts";

test("no key has two meanings in the angiography room, and no command two names", () => {
  assert.deepEqual(contested(ANGIO_COMMANDS), []);
  const ids = ANGIO_COMMANDS.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
});

/** What a command makes of a subtraction. */
function after(id: string, subtraction: Subtraction): Subtraction {
  let changed = subtraction;
  const onSubtraction = (next: Subtraction): void => {
    changed = next;
  };
  const context = { subtraction, onSubtraction, frame: 5 } as unknown as AngioRoomContext;
  ANGIO_COMMANDS.find((one) => one.id === id)?.run(context);
  return changed;
}

test("arrows move the mask by a pixel, with Shift by a tenth, and show the subtraction again", () => {
  const opening = { ...openingSubtraction({}, 20), raw: true };
  assert.deepEqual([after("mask.to-the-left", opening).shiftX, after("mask.to-the-left", opening).raw], [-1, false]);
  assert.equal(after("mask.down-fine", after("mask.down-fine", opening)).shiftY, 0.2);
  assert.equal(ANGIO_COMMANDS.find(({ id }) => id === "mask.down-fine")?.key, "Shift+ArrowDown");
});

test("this frame is the mask; filters go through their steps and back to none", () => {
  const opening = openingSubtraction({}, 20);
  assert.deepEqual(after("mask.here", opening).mask, [5]);
  const thrice = (id: string) => after(id, after(id, after(id, opening)));
  assert.equal(thrice("filter.edges").edges, 0);
  assert.equal(thrice("filter.noise").smoothing, 0);
  assert.equal(after("run.landmark", after("run.landmark", opening)).landmark, 0);
});
