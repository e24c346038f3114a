import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cine } from "../../core/cine.ts";
import { normal, uniform } from "../../core/random.ts";
import { chooseMask } from "./mask-choice.ts";
import { globalShift, registrationMask } from "./register.ts";
import { logFrame, logMask, logTable, shiftImage, subtract, subtractedPicture } from "./subtract.ts";

const SIZE = 256;
const FRAMES = 16;
const bolus = (s: number): number => (s <= 0 ? 0 : 0.5 * (s / 2) ** 2 * Math.exp(2 - s));

/** A run with bone that moves by `move(t)` pixels and a vessel (columns 120-126) that fills from 2 s on at 4 frames/s. */
function run(
  options: { noise?: number; move?: (t: number) => [number, number]; relationship?: "LIN" | "LOG" } = {},
): Cine {
  const random = normal(uniform(7));
  const bone = (x: number, y: number): number =>
    0.6 * Math.exp(-(((Math.hypot(x - 128, y - 128) - 90) / 8) ** 2)) +
    0.25 * Math.sin(x / 9) * Math.sin(y / 13) +
    0.1 * Math.sin((x + 2 * y) / 5);
  const times = Array.from({ length: FRAMES }, (_, t) => t / 4);
  const frames = times.map((s, t) => {
    const [mx, my] = options.move?.(t) ?? [0, 0];
    return Uint16Array.from({ length: SIZE * SIZE }, (_, p) => {
      const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
      const vessel = x >= 120 && x <= 126 && y > 40 ? bolus(s - 2) : 0;
      const ln = Math.log(2400) - bone(x - mx, y - my) - vessel + (options.noise ?? 0.01) * random();
      return options.relationship === "LOG" ? Math.round((ln * 4096) / 8) : Math.round(Math.exp(ln));
    });
  });
  return { frames, rows: SIZE, columns: SIZE, times, bitsStored: 12, relationship: options.relationship ?? "LIN" };
}

test("subtraction in the log domain gives the iodine density whatever bone lies over it, LIN and LOG alike", () => {
  for (const relationship of ["LIN", "LOG"] as const) {
    const r = run({ noise: 0, relationship });
    const d = subtract(logMask(r, [1, 2, 3]), r.frames[14]);
    const truth = bolus(14 / 4 - 2);
    for (let y = 60; y < 220; y += 7) assert.ok(Math.abs(d[y * SIZE + 123] - truth) < 0.01, `${relationship} row ${y}`);
    assert.ok(Math.abs(d[100 * SIZE + 60]) < 0.01);
  }
});

test("the mask is chosen from the frames before contrast, and the arrival is that of the vessel", () => {
  const choice = chooseMask(run());
  assert.ok(choice.clear);
  assert.ok(choice.arrival === 9 || choice.arrival === 10, `arrival ${choice.arrival}`);
  assert.ok(choice.frames.length >= 2 && choice.frames.every((t) => t < 9));
  const none = run();
  const quiet = chooseMask({ ...none, frames: none.frames.slice(0, 7), times: none.times.slice(0, 7) });
  assert.equal(quiet.arrival, null);
  assert.equal(quiet.clear, false);
});

test("whole-pixel shifts move exactly, half pixels are the mean of neighbours, the landmark mixes bone in", () => {
  const image = Float32Array.from({ length: 64 }, (_, p) => p % 8);
  assert.equal(shiftImage(image, 8, 8, 2, 0)[3 * 8 + 5], 3);
  assert.equal(shiftImage(image, 8, 8, 0.5, 0)[3 * 8 + 5], 4.5);
  assert.equal(shiftImage(image, 8, 8, 0, 0), image);
  const r = run({ noise: 0 });
  const mask = logMask(r, [0]);
  const bone = subtract(mask, r.frames[0], { landmark: 1 });
  assert.ok(bone[128 * SIZE + 38] > bone[128 * SIZE + 100] + 0.2, "bone is positive like vessels");
});

test("a moved head is registered to a tenth of a pixel with contrast in the picture, and its residual falls to the noise", () => {
  for (const [mx, my] of [
    [1.5, -2.3],
    [-7.25, 4.5],
    [0, 0],
    [14, -11],
    [0.3, -0.2],
  ] as const) {
    const r = run({ move: (t) => (t > 4 ? [mx, my] : [0, 0]) });
    const mask = logMask(r, [1, 2, 3]);
    const live = logFrame(r.frames[15], mask.table);
    const found = globalShift(registrationMask(mask.values, SIZE, SIZE), live);
    assert.ok(found.residual < 1.4 && found.residual <= 1.03 * found.before, `residual over noise ${found.residual}`);
    assert.ok(Math.hypot(found.x - mx, found.y - my) < 0.1, `(${mx}, ${my}) found (${found.x}, ${found.y})`);
    const d = subtract(mask, r.frames[15], { shift: [found.x, found.y] });
    let sum = 0;
    let count = 0;
    for (let y = 40; y < 216; y++)
      for (let x = 30; x < 110; x++) {
        sum += d[y * SIZE + x] ** 2;
        count++;
      }
    assert.ok(Math.sqrt(sum / count) < 0.016, `residual ${Math.sqrt(sum / count)}`);
  }
});

test("a flat image is not moved", () => {
  const flat = new Float32Array(SIZE * SIZE).fill(7);
  const { x, y } = globalShift(registrationMask(flat, SIZE, SIZE), flat);
  assert.deepEqual([x, y], [0, 0]);
});

test("a picture has vessels dark on zero in thousandths, and bone dark with the landmark", () => {
  const r = run({ noise: 0 });
  const mask = logMask(r, [1, 2, 3]);
  const picture = subtractedPicture(mask, mask.values, r.frames[14], 0);
  const density = subtract(mask, r.frames[14]);
  for (const p of [100 * SIZE + 123, 60 * SIZE + 60]) assert.ok(Math.abs(picture[p] + 1000 * density[p]) <= 1);
  const bone = subtractedPicture(mask, mask.values, r.frames[0], 1);
  assert.ok(bone[128 * SIZE + 38] < bone[128 * SIZE + 100] - 200);
});

test("signed values below zero count as no light, not as much of it; display values are not measurable", () => {
  assert.equal(logTable("LIN", 12, true)[-5 & 0xffff], 0);
  assert.ok(logTable("LIN", 16)[-5 & 0xffff] > 11);
  assert.equal(logMask({ ...run(), relationship: "DISP" }, [0]).measurable, false);
  assert.throws(() => logMask(run(), [99]), /choose from 0 to 15/);
});
