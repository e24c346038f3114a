import assert from "node:assert/strict";
import { test } from "node:test";
import { logMask, subtractFrame } from "./subtract-frame.ts";

const options = { shiftX: 0, shiftY: 0, landmark: 0 };

test("attenuation comes out as -1000 times its natural logarithm, whatever lies behind it", () => {
  const mask = Uint16Array.from([1000, 2000, 3000, 400]);
  const live = mask.map((value) => Math.round(value * Math.exp(-0.5)));
  const out = subtractFrame(logMask([mask], "LIN", 12), live, 2, 2, options);
  for (const value of out) assert.ok(Math.abs(value + 500) < 3, String(value));
});

test("a mask shifted by the motion of the patient cancels the bone", () => {
  const columns = 32;
  const bone = (shift: number) =>
    Uint16Array.from({ length: 8 * columns }, (_, k) => 2000 + 500 * Math.sin(((k % columns) - shift) / 3));
  const mask = logMask([bone(0)], "LIN", 12);
  const out = subtractFrame(mask, bone(2), 8, columns, { ...options, shiftX: 2 });
  assert.ok(Math.max(...out.subarray(4, 28).map(Math.abs)) < 2);
});
