import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../core/random.ts";
import { type LocalMask, localMask, localMotion } from "./local-register.ts";
import { type MotionKernel, referenceKernel, SUMS } from "./motion-kernel.ts";
import { motionKernel } from "./motion-simd.ts";
import { logFrame, logTable } from "./subtract.ts";
import { evenField, fieldAt, warp } from "./warp.ts";

const SIZE = 512;
const NOISE = 0.02;
const random = normal(uniform(7));
const table = logTable("LIN", 12);

const bone = (x: number, y: number): number =>
  0.6 * Math.exp(-(((Math.hypot(x - 256, y - 256) - 180) / 7) ** 2)) +
  0.25 * Math.sin(x / 14) * Math.sin(y / 18) +
  0.1 * Math.sin((x + 2 * y) / 6) +
  0.15 * Math.tanh(4 * Math.sin(x / 26 + y / 45));

/** 1.5 px shift and a sine warp of 2.5 px. */
const way = (x: number, y: number): readonly [number, number] => [
  1.5 + 2.5 * Math.sin((2 * Math.PI * y) / 260),
  -1.5 + 2.5 * Math.cos((2 * Math.PI * x) / 260),
];
const still = (): readonly [number, number] => [0, 0];

const tube = (distance: number, radius: number, density: number): number =>
  distance < radius ? density * Math.sqrt(1 - (distance / radius) ** 2) : 0;
const thin = (x: number, y: number): number => tube(Math.abs(y - 300 - 15 * Math.sin(x / 25)), 1.2, 0.25);
const middle = (x: number, y: number): number => tube(Math.abs(x - 250 - 30 * Math.sin(y / 40)), 3.5, 0.9);
const thick = (x: number, y: number): number => tube(Math.abs(y - 150 - 0.4 * x) / 1.08, 8, 1.2);
const blush = (x: number, y: number): number => 0.12 * Math.exp(-(((x - 350) ** 2 + (y - 250) ** 2) / 80 ** 2));
const none = (): number => 0;
type Picture = (x: number, y: number) => number;

function frame(contrast: Picture, moved: typeof way | typeof still): Uint16Array {
  return Uint16Array.from({ length: SIZE * SIZE }, (_, p) => {
    const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
    const [a, b] = moved(x, y);
    return Math.round(Math.exp(Math.log(2400) - bone(x - a, y - b) - contrast(x, y) + NOISE * random()));
  });
}

const masks = Array.from({ length: 4 }, () => logFrame(frame(none, still), table));
const values = masks[0].map((_, p) => masks.reduce((sum, mask) => sum + mask[p], 0) / masks.length);
const all: Picture = (x, y) => thin(x, y) + middle(x, y) + thick(x, y) + blush(x, y);

/** Of what is left inside a margin: its root mean square once `truth` is taken off, and how much of a vessel is there. */
function left(
  moved: Float32Array,
  live: Float32Array,
  truth: Picture,
  vessel: Picture,
): { rms: number; share: number } {
  let [n, sum, with_, own] = [0, 0, 0, 0];
  for (let y = 40; y < SIZE - 40; y++)
    for (let x = 40; x < SIZE - 40; x++) {
      const p = y * SIZE + x;
      const d = moved[p] - live[p];
      const v = vessel(x, y);
      sum += (d - truth(x, y)) ** 2;
      n++;
      with_ += v * (d - (truth(x, y) - v));
      own += v * v;
    }
  return { rms: Math.sqrt(sum / n), share: own > 0 ? with_ / own : 1 };
}

const floor = left(values, logFrame(frame(none, still), table), none, none).rms;
const simd = (): MotionKernel => {
  const kernel = motionKernel(SIZE, SIZE);
  assert.notEqual(kernel, referenceKernel, "WebAssembly SIMD is there");
  return kernel;
};
const mask = (kernel: MotionKernel): LocalMask => localMask(values, SIZE, SIZE, undefined, kernel);

test("after 1.5 px of shift and 2.5 px of warp, what is left is at most 1.15 times the noise", () => {
  const live = frame(all, way);
  const prepared = mask(simd());
  const found = localMotion(prepared, live, table);
  const before = left(values, logFrame(live, table), all, none).rms / floor;
  const after = left(prepared.moved, logFrame(live, table), all, none).rms / floor;
  assert.ok(before > 3, `unmoved ${before}`);
  assert.ok(after <= 1.15, `left ${after}`);
  assert.ok(found.helped && found.residual < found.residualShifted);
  let error = 0;
  for (let p = 60; p < SIZE - 60; p += 37) {
    const [x, y] = way(p, SIZE - p);
    const { field } = found;
    error = Math.max(
      error,
      Math.hypot(fieldAt(field, field.x, p, SIZE - p) - x, fieldAt(field, field.y, p, SIZE - p) - y),
    );
  }
  assert.ok(error < 1, `way off by ${error} px`);
});

test("vessels are not erased: thin, middle, thick and blush keep 97 % of their contrast, moved or not", () => {
  for (const moved of [way, still]) {
    const live = frame(all, moved);
    const prepared = mask(simd());
    localMotion(prepared, live, table);
    for (const [name, vessel] of Object.entries({ thin, middle, thick, blush })) {
      const { share } = left(prepared.moved, logFrame(live, table), all, vessel);
      assert.ok(Math.abs(share - 1) < 0.03, `${name}, ${moved.name}: ${share}`);
    }
  }
});

test("where nothing moved the mask stays within a tenth of a pixel, and a flat picture does not move at all", () => {
  const prepared = mask(simd());
  const { residual } = localMotion(prepared, frame(all, still), table);
  assert.ok(residual < 1.15, `${residual}`);
  const flat = localMask(new Float32Array(SIZE * SIZE).fill(5), SIZE, SIZE);
  const none_ = localMotion(flat, new Uint16Array(SIZE * SIZE).fill(150), table);
  assert.ok(none_.largest < 0.01);
});

test("the SIMD kernel equals the reference: logarithm, halving, warp, sums, and the whole movement", () => {
  const fast = simd();
  const live = frame(all, way);
  const field = evenField(SIZE, SIZE, 32, 1.25, -0.5);
  field.x.forEach((_, p) => {
    field.x[p] += 3 * Math.sin(p);
    field.y[p] += 40 * Math.cos(7 * p);
    field.offset[p] = 0.01 * Math.sin(3 * p);
  });
  const outs = [fast, referenceKernel].map((kernel) => {
    const [image, log, half, moved] = [1, 1, 0.25, 1].map((share) => kernel.array(share * SIZE * SIZE));
    const sums = kernel.array((SUMS * SIZE * SIZE) / 256);
    image.set(values);
    kernel.log(live, table, log);
    kernel.halve(log, SIZE, SIZE, half);
    kernel.warp(image, SIZE, SIZE, field, moved);
    kernel.blockSums(image, log, SIZE, SIZE, 16, 0.2, [5, 8], sums);
    return { log, half, moved, sums };
  });
  for (const name of ["log", "half", "moved", "sums"] as const)
    outs[0][name].forEach((value, p) => {
      const other = outs[1][name][p];
      assert.ok(Math.abs(value - other) <= 2e-4 * Math.max(1, Math.abs(other)), `${name} ${p}: ${value} ${other}`);
    });
  const [a, b] = [fast, referenceKernel].map((kernel) =>
    localMotion(mask(kernel === fast ? simd() : kernel), live, table),
  );
  a.field.x.forEach((x, p) => {
    assert.ok(Math.abs(x - b.field.x[p]) < 0.02, `point ${p}: ${x} ${b.field.x[p]}`);
  });
  assert.ok(Math.abs(a.residual - b.residual) < 0.01);
});

test("frames of 8 and 16 bits, signed or not, and widths that are no multiple of 16 are moved as well", () => {
  assert.equal(motionKernel(100, 100), referenceKernel);
  const image = Float32Array.from({ length: 100 * 90 }, (_, p) => p % 90);
  const moved = warp(image, 100, 90, evenField(100, 90, 8, 2, 0), new Float32Array(image.length));
  assert.ok(Math.abs(moved[50 * 90 + 45] - 43) < 1e-4);
  const kernel = motionKernel(64, 64);
  const out = kernel.array(64 * 64);
  const signed = logTable("LOG", 12, true);
  kernel.log(new Int16Array(64 * 64).fill(-5), signed, out);
  assert.ok(Math.abs(out[9] - (8 * -5) / 4096) < 1e-6);
  kernel.log(new Uint8Array(64 * 64).fill(200), table, out);
  assert.ok(Math.abs(out[9] - Math.log(200)) < 1e-6);
});
